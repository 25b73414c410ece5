/**
 * Calls that AWS answers whatever policies say (STS API reference: GetCallerIdentity and GetSessionToken need no permission; a sign-in
 * is authentication): they give no access to anything.
 */
export const neverDenied: ReadonlySet<string> = new Set([
  'GetCallerIdentity',
  'GetSessionToken',
  'ConsoleLogin',
  'CheckMfa',
]);
