/**
 * Whether CloudTrail records an API call as read-only. Its records say so by `readOnly`; here it is told from the call's name,
 * which AWS chooses by its own naming rules; undefined where the name does not tell.
 */
export function isReadOnlyAction(action: string): boolean | undefined {
  if (readOnlyNames.has(action)) return true;
  if (writeNames.has(action)) return false;
  if (readOnlyVerbs.test(action)) return true;
  return writeVerbs.test(action) ? false : undefined;
}

/** As seen in recorded events: calls that change nothing, though their names do not begin like it. */
const readOnlyNames: ReadonlySet<string> = new Set([
  'AuthorizeOAuth2Access',
  'Converse',
  'ConverseStream',
  'CreateOAuth2Token',
  'Decrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'InvokeModel',
  'InvokeModelWithResponseStream',
]);

/** As seen in recorded events: sign-in, and a token that is made, count as changes. */
const writeNames: ReadonlySet<string> = new Set(['CheckMfa', 'ConsoleLogin', 'GetFederationToken', 'SwitchRole']);

const readOnlyVerbs = /^(?:AssumeRole|BatchGet|Describe|Get|Head|List|Lookup|Search|Simulate)(?![a-z])/;
const writeVerbs =
  /^(?:Add|Allocate|Associate|Attach|Authorize|Cancel|Copy|Create|Deactivate|Delete|Deregister|Detach|Disable|Disassociate|Disconnect|Enable|Export|Import|Leave|Modify|Open|Put|Reboot|Register|Remove|Replace|Request|Reset|Restore|Resume|Revoke|Run|Schedule|Send|Set|Share|Start|Stop|Tag|Terminate|Untag|Update|Upload|Verify)(?![a-z])/;
