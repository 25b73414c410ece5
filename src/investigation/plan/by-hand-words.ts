import type { ByHand } from '../../model/plan.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { describeActor } from '../../cloudtrail/actor.ts';
import { shellCommand } from '../../model/shell-command.ts';
import { commandsFor } from './by-hand-commands.ts';
import { wayInWords } from '../way-in-words.ts';
import { utcTime } from '../../model/utc-time.ts';
import { counted, forNumber } from '../../model/counted.ts';

/** Why there is no action for something, and what a person can do instead: made of typed content, safe to show. */
export function byHandWords(byHand: ByHand): SafeText {
  switch (byHand.kind) {
    case 'account-not-ours': {
      const [key, user] = [plainText(byHand.accessKeyId), plainText(byHand.userName)];
      return safe`Nothing can be changed in account ${plainText(byHand.accountId)} from here: name it in the configuration with its respond role, restart, and ask for a fresh plan. Until then, deactivate key ${key} of ${user} by hand there.`;
    }
    case 'keys-not-shown':
      return safe`Key ${plainText(byHand.accessKeyId)} cannot be rotated by plan: IAM did not show how many keys ${userOf(byHand)} has. Deactivate it, and ask for a fresh plan.`;
    case 'key-gone':
      return safe`Key ${plainText(byHand.accessKeyId)} is not among the keys of ${userOf(byHand)} any more: there is nothing to deactivate.`;
    case 'no-room-for-a-key': {
      const [key, other] = [plainText(byHand.accessKeyId), plainText(byHand.otherKeyId)];
      const why = safe`${userOf(byHand)} has two keys, and AWS allows no third`;
      // The other one may be what a rotation has stored, and what the owner uses by now: it is never named as the one to delete.
      return byHand.inactive
        ? safe`Key ${key} is inactive already, and cannot be rotated: ${why}. If ${other} is not the key in use by now and another is needed, delete ${key} first.`
        : safe`Key ${key} cannot be rotated: ${why}. Find out which of ${key} and ${other} its owner uses before either is deleted.`;
    }
    case 'temporary-key':
      return safe`Temporary key ${plainText(byHand.accessKeyId)} of ${userOf(byHand)} cannot be deactivated or rotated: it ends by itself, at most 36 hours after it was made. To end it now, attach a policy to the user that denies everything.`;
    case 'password-session':
      return safe`The session of ${userOf(byHand)} began with a password: there is no key in it to deactivate. Delete the login profile or set another password, and attach a policy to the user that denies everything until the session has ended (up to 12 hours).`;
    case 'instance-session':
      return instanceWords(byHand);
    case 'role-session':
      return safe`A session of ${roleOf(byHand)} has no key to deactivate or rotate. To end it, revoke the role's older sessions in IAM (this hits everyone who uses the role), and close its trust policy to whoever began it.`;
    case 'role-trust':
      return safe`Close the trust policy of ${roleOf(byHand)} to whoever began the session, or it can be begun again.`;
    case 'identity-center-session':
      return safe`An Identity Center session has no key to deactivate or rotate. To end it, disable the person in Identity Center and revoke their active sessions there; role sessions go on for up to 12 hours unless they are denied.`;
    case 'root':
      return safe`Root's keys and sessions cannot be changed from here. Sign in as root, change the password, renew MFA and delete its access keys, or use the organization's central root access.`;
    case 'outsider':
      return safe`The caller belongs to another account or identity provider: close what lets it in (the role's trust policy, the resource's policy), and tell its owner.`;
    case 'service':
      return safe`An AWS service made the calls: find out who configured it to, and change that configuration.`;
    case 'unknown-caller':
      return safe`No record names the identity behind the calls: find its owner before anything is changed.`;
    case 'unconfirmed': {
      const them = forNumber(byHand.events, 'it', 'them');
      return safe`UNCONFIRMED: ${byHand.events} of the alerts' events ${forNumber(byHand.events, 'was', 'were')} imported, and the account's own trail does not show ${them}. Nothing is proposed because of ${them}: find out where ${forNumber(byHand.events, 'it comes', 'they come')} from.`;
    }
    case 'not-followed':
      return safe`${byHand.count} more ${plainText(byHand.what)} (the first is ${plainText(byHand.first)}) ${forNumber(byHand.count, 'was', 'were')} not followed: look at ${forNumber(byHand.count, 'it', 'them')} by hand.`;
    case 'not-asked':
      return safe`AWS was not asked for all of ${counted(byHand.pieces, 'piece')} of evidence: the budget of ${counted(byHand.budget, 'request')} for a look was spent. Raise \`investigation.request_budget\`, or look at them by hand.`;
    case 'not-gathered':
      return safe`${counted(byHand.pieces, 'piece')} of evidence could not be gathered: the case's evidence says why. Look at ${forNumber(byHand.pieces, 'it', 'them')} by hand.`;
    case 'behind':
      return safe`The session leads back to ${describeActor(byHand.actor)}: contain that identity too, or the session can be begun again.`;
    case 'password-gone':
      return safe`The console password of ${userOf(byHand)} was deleted and cannot be brought back: set another one if it is needed.`;
    case 'denial-stays':
      return denialWords(byHand);
    case 'secret-stays':
      return safe`Secret ${plainText(byHand.secretName, 520)} (${plainText(byHand.secretRegion)}) holds the key that is given up: delete it when nothing reads it any more.`;
    case 'not-undone':
      return safe`Action ${plainText(byHand.actionId)} changed nothing that a plan could take back, or it is not known what it changed: look at it in IAM.`;
    case 'way-in':
      return wayInByHand(byHand);
    case 'secret-readable':
      return safe`Key ${plainText(byHand.accessKeyId)} of ${userOf(byHand)} is not replaced: ${plainText(byHand.by, 200)} belongs to the case and may read every secret, the new one's too. Take that right away first, and ask for a fresh plan.`;
    case 'readers-unknown':
      return readersWords(byHand);
  }
}

/** A case has several accounts, and the same name in two of them is somebody else. */
function userOf({ accountId, userName }: { readonly accountId: string; readonly userName: string }): SafeText {
  return safe`user ${plainText(userName)} in account ${plainText(accountId)}`;
}

function roleOf({ accountId, roleName }: { readonly accountId: string; readonly roleName: string }): SafeText {
  return safe`role ${plainText(roleName)} in account ${plainText(accountId)}`;
}

/** Under which credentials a command has to be run: with those of another account it fails, or hits a namesake. */
function aProfileOf({ accountId }: { readonly accountId: string }): SafeText {
  return safe`a profile of account ${plainText(accountId)}`;
}

function readersWords(byHand: Extract<ByHand, { readonly kind: 'readers-unknown' }>): SafeText {
  const { accessKeyId, count, first } = byHand;
  const named = safeJoin(
    first.map((name) => plainText(name, 200)),
    ', ',
  );
  const more = count > first.length ? safe` and ${count - first.length} more` : safe``;
  return safe`Before key ${plainText(accessKeyId)} of ${userOf(byHand)} is replaced: whether ${named}${more} may read the new key's secret could not be found out. Look at ${forNumber(count, 'its', 'their')} policies.`;
}

/** What no action closes, and with which commands a person does. */
function wayInByHand({ what }: Extract<ByHand, { readonly kind: 'way-in' }>): SafeText {
  const commands = commandsFor(what);
  const { sentence, remedy } = wayInWords({ ...neverStated, what });
  const account = 'accountId' in what ? safe` With ${aProfileOf(what)}:` : safe``;
  return commands.length === 0
    ? safe`${sentence} ${remedy}`
    : safe`${sentence} ${remedy}${account} ${safeJoin(commands, '; ')}`;
}

const neverStated = { id: '', identity: '', origin: 'made', state: 'open', until: 'unknown', proof: [] } as const;

/** Its trust policy is no remedy: without EC2 in it no instance has the role, and the next credentials are there for whoever is. */
function instanceWords(byHand: Extract<ByHand, { readonly kind: 'instance-session' }>): SafeText {
  const { instanceId } = byHand;
  const isolate = shellCommand`aws ec2 modify-instance-attribute --instance-id ${instanceId} --groups ISOLATION_GROUP_ID`;
  const find = shellCommand`aws ec2 describe-iam-instance-profile-associations --filters Name=instance-id,Values=${instanceId}`;
  const keep = shellCommand`aws ec2 create-snapshots --instance-specification InstanceId=${instanceId}`;
  return safe`The credentials of instance ${plainText(instanceId)} (${roleOf(byHand)}) come from its metadata service, anew every few hours: whoever is on it has them. Isolate it and take the role away, with ${aProfileOf(byHand)}: ${isolate}; ${find}; aws ec2 disassociate-iam-instance-profile --association-id ASSOCIATION_ID. Another security group cuts no connection that is open: a network ACL of its subnet does, or stopping it. Keep its disks: ${keep}.`;
}

/** The plan makes a key that cannot be used yet: that has to be said where it is chosen. */
function denialWords(byHand: Extract<ByHand, { readonly kind: 'denial-stays' }>): SafeText {
  const { userName, policyName, waysIn, until } = byHand;
  const policy = plainText(policyName);
  const when =
    until === null
      ? safe`Close ${forNumber(waysIn, 'it', 'them')} otherwise first`
      : safe`The last of what it closes ends at ${utcTime(until)} UTC: wait until ${forNumber(waysIn, 'it has', 'they have')} ended`;
  return safe`Choose no new key for ${userOf(byHand)} yet: it would be refused as long as inline policy ${policy} denies the user everything, and the denial stays for now: it alone keeps ${counted(waysIn, 'way')} in closed. ${when}, then take it off, with ${aProfileOf(byHand)}: ${shellCommand`aws iam delete-user-policy --user-name ${userName} --policy-name ${policyName}`}`;
}
