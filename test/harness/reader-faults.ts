import stringWidth from 'string-width';
import { linkKinds } from '../../src/model/link.ts';

/*
 * What a reader trips over on a screen of ours, whatever it is about. Colours are no part of it.
 */

/** How a screen is looked at. */
export interface LookedAt {
  /** In columns; absent for text that is not for a terminal. */
  readonly width?: number;
  /** IDs and names that may stand there, and only whole. */
  readonly known?: ReadonlySet<string>;
}

/** Every fault that a reader finds on a screen, with the line it is in. */
export function readerFaults(screen: string, { width, known }: LookedAt = {}): readonly string[] {
  return screen
    .split('\n')
    .flatMap((line) => [
      ...(width !== undefined && stringWidth(line) > width ? [`wider than ${width} columns: ${line}`] : []),
      ...faults.filter(({ is }) => is.test(line)).map(({ what }) => `${what}: ${line}`),
      ...(known === undefined ? [] : cutIds(line, known).map((id) => `the ID ${id} is cut: ${line}`)),
    ]);
}

const faults: readonly { readonly what: string; readonly is: RegExp }[] = [
  { what: 'raw JSON', is: /\{"|":|\[\]|\[object / },
  { what: 'no value', is: /\b(?:undefined|NaN|Invalid Date)\b|\bnull\b/ },
  { what: 'one of many', is: /(?<![\w.,:×/-])1 (?!\w*(?:ss|us|is)\b)[a-z]{3,}s\b(?! ?[:=])/ },
  {
    what: 'many of one',
    is: /(?<![\w.,:×/-])(?:0|[2-9]|[1-9]\d+) (?:call|alert|event|case|account|key|day|act|thing|secret|attempt|action|policy|identity|way)\b/,
  },
  { what: 'cut short', is: / \.{3}$|\.{3} *$/ },
  {
    what: 'stops that follow each other',
    is: /[,;] ?[.,;:]|: ?[.,;]|\.{2}(?!\.)(?<!\.{3})| [,;.](?: |$)|\. ?[,;](?: |$)/,
  },
  { what: 'an instant as machines write it', is: /\dT\d{2}:\d{2}|\d{2}:\d{2}:\d{2}\.\d/ },
  { what: 'a word that only machines use', is: new RegExp(`(?<![\\w-])(?:${machineWords().join('|')})(?![\\w-])`) },
  { what: 'a blank at its end', is: /\S\s+$/ },
];

/** The names by which our actions and links are stored: `revokeRoleSessions`, `ran-on-instance`. No person has to know them. */
function machineWords(): readonly string[] {
  const verbs = 'deactivate|deny|disable|end|secure|delete|remove|restore|take|isolate|close|rotate|revoke';
  return [`(?:${verbs})[A-Z]\\w*`, ...linkKinds];
}

/** IDs that AWS gives, as far as a line has them. */
const awsIds = /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]*\b|\b[0-9a-f]{8}-(?:[0-9a-f]{1,4}(?:-[0-9a-f]*)*)?(?=\s|$)/g;

function cutIds(line: string, known: ReadonlySet<string>): readonly string[] {
  return [...line.matchAll(awsIds)].map(([id]) => id).filter((id) => !known.has(id));
}
