import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { unseenSession, type WayInSubject } from '../../model/way-in.ts';
import { rowOf } from '../effects/doors/row-of.ts';
import { toldName } from '../effects/unrecorded.ts';
import { inWords, whoInWords } from '../findings/drawing.ts';
import { isDirectoryPassword } from '../way-in-words.ts';
import { machineInWords } from './identity-words.ts';

/** A way in as few words as name it: `access key AKIA... of user alice`. The sentence about it says the rest. */
export function wayInBrief(what: WayInSubject): SafeText {
  switch (what.kind) {
    case 'access-key':
      return safe`access key ${plainText(toldName(what.accessKeyId))} of user ${plainText(what.userName)}`;
    case 'session':
      return sessionBrief(what);
    case 'password':
      return safe`console password of user ${plainText(what.userName)}`;
    case 'user':
      return safe`user ${plainText(what.userName)}, made in the case`;
    case 'root':
      return safe`root of ${plainText(what.accountId)}`;
    case 'person':
      return what.signedIn === true
        ? safe`${plainText(what.name)} at the access portal, signed in by the password that was set`
        : safe`${plainText(what.name)}, by their directory`;
    case 'role':
      return safe`role ${plainText(what.roleName)}, made in the case`;
    case 'trust': {
      const whom = what.letsIn.map(whoInWords);
      return safe`trust of role ${plainText(what.roleName)}${whom.length === 0 ? safe`` : safe`, lets in ${inWords(whom, 2)}`}`;
    }
    case 'other-credential':
      return safe`${plainText(toldName(what.what))} of user ${plainText(what.userName)}`;
    case 'grant':
      return safe`${rowOf(what) === null ? safe`policy ` : safe``}${inWords([what.policy])} of ${plainText(what.holder)}${what.administrator ? safe`: everything` : safe``}`;
    case 'provider':
      return what.part === undefined
        ? providerBrief(what.arn)
        : safe`${providerBrief(what.arn)}: ${inWords([what.part])}`;
    case 'share':
      return safe`${inWords([what.resource])}, shared with ${inWords([whoInWords(what.sharedWith)])}`;
    case 'service-login':
      if (isDirectoryPassword(what))
        return safe`password that the intruder set for directory user ${inWords([what.login])}`;
      return safe`login ${inWords([what.login])} of ${plainText(what.service)} ${inWords([what.resource])}${what.credential === null ? safe`` : safe`: ${inWords([what.credential])}`}`;
    case 'code':
      return safe`code in ${inWords([what.resource])}: ${plainText(what.what)}`;
    case 'instance':
      return machineInWords(what.instanceId);
    case 'network':
      return safe`${plainText(what.type ?? 'security group')} ${plainText(what.securityGroup)}: ${plainText(what.opened)}`;
  }
}

function providerBrief(arn: string): SafeText {
  const name = inWords([arn.split('/').at(-1) ?? arn]);
  if (/:rolesanywhere:[^:]*:[^:]*:profile\//u.test(arn)) return safe`Roles Anywhere profile ${name}`;
  if (arn.includes(':crl/')) return safe`revocation list ${name}`;
  return arn.includes(':trust-anchor/') ? safe`trust anchor ${name}` : safe`identity provider ${inWords([arn])}`;
}

function sessionBrief(of: Extract<WayInSubject, { kind: 'session' }>): SafeText {
  const { accessKeyId, roleName, sessionName, userName, renewedFor } = of;
  if (roleName !== null) {
    if (renewedFor !== undefined) return safe`next sessions ${plainText(roleName)}/${plainText(sessionName ?? '', 40)}`;
    if (sessionName?.startsWith(unseenSession) === true)
      return safe`sessions of role ${plainText(roleName)} that are not told apart`;
    const session = sessionName === null || sessionName === accessKeyId ? safe`` : safe`/${plainText(sessionName, 40)}`;
    return safe`session ${plainText(roleName)}${session}`;
  }
  if (sessionName === null) return safe`sessions that no record shows`;
  if (sessionName.startsWith(unseenSession))
    return safe`sessions of user ${plainText(sessionName.slice(unseenSession.length))} that no record shows`;
  // Named so by whoever found it: it has no key of its own.
  if (sessionName.startsWith('console of ')) return safe`console session of user ${plainText(sessionName.slice(11))}`;
  const session = safe`session${accessKeyId === null ? safe`` : safe` ${plainText(accessKeyId)}`}`;
  return userName === undefined || userName === sessionName
    ? safe`${session} of user ${plainText(sessionName)}`
    : safe`${session} of user ${plainText(userName)}, federated as ${plainText(sessionName)}`;
}
