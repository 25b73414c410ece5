/** The program behind a user agent, as `user_agent.name` and `user_agent.version` have it. */
export interface UserAgentName {
  readonly name: string;
  readonly version?: string;
}

interface Pattern {
  /** Its first group is the name unless `name` is given; the groups after it are the parts of the version. */
  readonly expression: RegExp;
  readonly name?: string;
}

/**
 * The first that matches names the agent. Names are those of the public uap-core list, which Elastic's parser uses, for
 * AWS tools, HTTP libraries and the browsers from which people use the console.
 */
const patterns: readonly Pattern[] = [
  {
    expression:
      /\b(Boto3?|aws-(?:cli|sdk-(?:cpp|go|java|nodejs|ruby[23]?|dotnet-(?:\d{1,2}|core)))|JetS3t|s3fs)\/(\d+)\.(\d+)(?:\.(\d+))?/,
  },
  { expression: /(Cyberduck)\/(\d+)\.(\d+)\.(\d+)/ },
  { expression: /(S3 Browser)[ /](\d+)[.-](\d+)[.-](\d+)/ },
  { expression: /(rclone)\/v(\d+)\.(\d+)/ },
  { expression: /\b(?:Edg|EdgA|EdgiOS|Edge)\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/, name: 'Edge' },
  { expression: /\bOPR\/(\d+)\.(\d+)\.(\d+)/, name: 'Opera' },
  { expression: /\bBrave(?: Chrome)?\/(\d+)\.(\d+)\.(\d+)/, name: 'Brave' },
  { expression: /\b(HeadlessChrome)(?:\/(\d+)\.(\d+)\.(\d+))?/ },
  { expression: /\bCriOS\/(\d+)\.(\d+)\.(\d+)/, name: 'Chrome Mobile iOS' },
  { expression: /\bFxiOS\/(\d+)\.(\d+)/, name: 'Firefox iOS' },
  { expression: /\bMobile.{0,20} Firefox\/(\d+)\.(\d+)/, name: 'Firefox Mobile' },
  { expression: /\b(Firefox)\/(\d+)\.(\d+)(?:\.(\d+))?/ },
  { expression: /\bChrome\/(\d+)\.(\d+)\.(\d+).{0,40}Mobile/, name: 'Chrome Mobile' },
  { expression: /\b(Chrome|Chromium)\/(\d+)\.(\d+)(?:\.(\d+))?/ },
  { expression: /\bVersion\/(\d+)\.(\d+)(?:\.(\d+))?.{0,30}Mobile.{0,30}Safari\//, name: 'Mobile Safari' },
  { expression: /\bVersion\/(\d+)\.(\d+)(?:\.(\d+))?.{0,30}Safari\//, name: 'Safari' },
  { expression: /\b(Opera)\/(\d+)\.(\d+)/ },
  { expression: /\bMSIE (\d+)\.(\d+)/, name: 'IE' },
  { expression: /\bpython-requests\/(\d+)\.(\d+)(?:\.(\d+))?/, name: 'Python Requests' },
  { expression: /\bPython-urllib\/(\d+)\.(\d+)/, name: 'Python-urllib' },
  { expression: /\b(Go-http-client)\/(\d+)\.(\d+)/, name: 'Go-http-client' },
  { expression: /\b(curl|Wget|okhttp|Apache-HttpClient)\/v?(\d+)\.(\d+)(?:\.(\d+))?/ },
];

/** Longer agents are judged by their beginning, so that a hostile one costs nothing. */
const maxLength = 2048;

/** The name that Elastic's parser gives a user agent; `Other` where it knows none. */
export function userAgentName(userAgent: string): UserAgentName {
  const text = userAgent.slice(0, maxLength);
  for (const { expression, name } of patterns) {
    const match = expression.exec(text);
    if (match === null) continue;
    const groups = match.slice(1).filter((group) => group !== undefined);
    const version = (name === undefined ? groups.slice(1) : groups.filter((group) => /^\d/.test(group))).join('.');
    const found = name ?? groups[0] ?? 'Other';
    return version === '' ? { name: found } : { name: found, version };
  }
  return { name: 'Other' };
}
