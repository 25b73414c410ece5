import type { ByHand } from '../../model/plan.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { describeActor } from '../../cloudtrail/actor.ts';
import { shellCommand } from '../../model/shell-command.ts';
import { commandsFor } from './by-hand-commands.ts';
import { wayInWords } from '../way-in-words.ts';
import { utcTime } from '../../model/utc-time.ts';

/** Why there is no action for something, and what a person can do instead: made of typed content, safe to show. */
export function byHandWords(byHand: ByHand): SafeText {
  switch (byHand.kind) {
    case 'account-not-ours': {
      const [key, user] = [plainText(byHand.accessKeyId), plainText(byHand.userName)];
      return safe`Nothing can be changed in account ${plainText(byHand.accountId)} from here: name it in the configuration with its respond role, restart, and ask for a fresh plan. Until then, deactivate key ${key} of ${user} by hand.`;
    }
    case 'keys-not-shown':
      return safe`Key ${plainText(byHand.accessKeyId)} cannot be rotated by plan: IAM did not show how many keys ${plainText(byHand.userName)} has. Deactivate it, and ask for a fresh plan.`;
    case 'key-gone':
      return safe`Key ${plainText(byHand.accessKeyId)} is not among the keys of ${plainText(byHand.userName)} any more: there is nothing to deactivate.`;
    case 'no-room-for-a-key': {
      const [key, other] = [plainText(byHand.accessKeyId), plainText(byHand.otherKeyId)];
      const why = safe`${plainText(byHand.userName)} has two keys, and AWS allows no third`;
      // The other one may be what a rotation has stored, and what the owner uses by now: it is never named as the one to delete.
      return byHand.inactive
        ? safe`Key ${key} is inactive already, and cannot be rotated: ${why}. If ${other} is not the key in use by now and another is needed, delete ${key} first.`
        : safe`Key ${key} cannot be rotated: ${why}. Find out which of ${key} and ${other} its owner uses before either is deleted.`;
    }
    case 'temporary-key':
      return safe`Temporary key ${plainText(byHand.accessKeyId)} of user ${plainText(byHand.userName)} cannot be deactivated or rotated: it ends by itself, at most 36 hours after it was made. To end it now, attach a policy to the user that denies everything.`;
    case 'password-session':
      return safe`User ${plainText(byHand.userName)} signed in with a password: there is no key in it to deactivate. Delete the login profile or set another password, and attach a policy to the user that denies everything until the session has ended (up to 12 hours).`;
    case 'instance-session':
      return instanceWords(byHand);
    case 'role-session':
      return safe`A session of role ${plainText(byHand.roleName)} has no key to deactivate or rotate. To end it, revoke the role's older sessions in IAM (this hits everyone who uses the role), and close its trust policy to whoever began it.`;
    case 'role-trust':
      return safe`Close the trust policy of role ${plainText(byHand.roleName)} to whoever began the session, or it can be begun again.`;
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
      const them = byHand.events === 1 ? safe`it` : safe`them`;
      return safe`UNCONFIRMED: ${byHand.events} of the alerts' events ${byHand.events === 1 ? safe`was` : safe`were`} imported, and the account's own trail does not show ${them}. Nothing is proposed because of ${them}: find out where ${byHand.events === 1 ? safe`it comes` : safe`they come`} from.`;
    }
    case 'not-followed':
      return safe`${byHand.count} more ${plainText(byHand.what)} (the first is ${plainText(byHand.first)}) were not followed: look at them by hand.`;
    case 'not-asked':
      return safe`AWS was not asked for all of ${byHand.pieces} pieces of evidence: the budget of ${byHand.budget} requests for a look was spent. Raise \`investigation.request_budget\`, or look at them by hand.`;
    case 'not-gathered':
      return safe`${byHand.pieces} pieces of evidence could not be gathered: the case's evidence says why. Look at them by hand.`;
    case 'behind':
      return safe`The session leads back to ${describeActor(byHand.actor)}: contain that identity too, or the session can be begun again.`;
    case 'password-gone':
      return safe`The console password of user ${plainText(byHand.userName)} was deleted and cannot be brought back: set another one if it is needed.`;
    case 'denial-stays':
      return denialWords(byHand);
    case 'secret-stays':
      return safe`Secret ${plainText(byHand.secretName, 520)} (${plainText(byHand.secretRegion)}) holds the key that is given up: delete it when nothing reads it any more.`;
    case 'not-undone':
      return safe`Action ${plainText(byHand.actionId)} changed nothing that a plan could take back, or it is not known what it changed: look at it in IAM.`;
    case 'way-in':
      return wayInByHand(byHand);
    case 'secret-readable':
      return safe`Key ${plainText(byHand.accessKeyId)} of ${plainText(byHand.userName)} is not replaced: ${plainText(byHand.by, 200)} belongs to the case and may read every secret, the new one's too. Take that right away first, and ask for a fresh plan.`;
    case 'readers-unknown':
      return readersWords(byHand);
  }
}

function readersWords({
  accessKeyId,
  userName,
  count,
  first,
}: Extract<ByHand, { readonly kind: 'readers-unknown' }>): SafeText {
  const named = safeJoin(
    first.map((name) => plainText(name, 200)),
    ', ',
  );
  const more = count > first.length ? safe` and ${count - first.length} more` : safe``;
  const policies = count === 1 ? safe`its policies` : safe`their policies`;
  return safe`Before key ${plainText(accessKeyId)} of ${plainText(userName)} is replaced: whether ${named}${more} may read the new key's secret could not be found out. Look at ${policies}.`;
}

/** What no action closes, and with which commands a person does. */
function wayInByHand({ what }: Extract<ByHand, { readonly kind: 'way-in' }>): SafeText {
  const commands = commandsFor(what);
  const { sentence, remedy } = wayInWords({ ...neverStated, what });
  const account = 'accountId' in what ? safe` In account ${plainText(what.accountId)}:` : safe``;
  return commands.length === 0
    ? safe`${sentence} ${remedy}`
    : safe`${sentence} ${remedy}${account} ${safeJoin(commands, '; ')}`;
}

const neverStated = { id: '', identity: '', origin: 'made', state: 'open', until: 'unknown', proof: [] } as const;

/** Its trust policy is no remedy: without EC2 in it no instance has the role, and the next credentials are there for whoever is. */
function instanceWords({ roleName, instanceId }: Extract<ByHand, { readonly kind: 'instance-session' }>): SafeText {
  const isolate = shellCommand`aws ec2 modify-instance-attribute --instance-id ${instanceId} --groups ISOLATION_GROUP_ID`;
  const find = shellCommand`aws ec2 describe-iam-instance-profile-associations --filters Name=instance-id,Values=${instanceId}`;
  const keep = shellCommand`aws ec2 create-snapshots --instance-specification InstanceId=${instanceId}`;
  return safe`The credentials of instance ${plainText(instanceId)} (role ${plainText(roleName)}) come from its metadata service, anew every few hours: whoever is on it has them. Isolate it and take the role away: ${isolate}; ${find}; aws ec2 disassociate-iam-instance-profile --association-id ASSOCIATION_ID. Keep its disks: ${keep}.`;
}

/** The plan makes a key that cannot be used yet: that has to be said where it is chosen. */
function denialWords({
  accountId,
  userName,
  policyName,
  waysIn,
  until,
}: Extract<ByHand, { readonly kind: 'denial-stays' }>): SafeText {
  const [user, policy] = [plainText(userName), plainText(policyName)];
  const [count, ends, they, them] =
    waysIn === 1 ? ['1 way in', 'ends', 'it has', 'it'] : [`${waysIn} ways in`, 'end', 'they have', 'them'];
  const when =
    until === null
      ? safe`Close ${plainText(them)} otherwise first`
      : safe`The last of what it closes ${plainText(ends)} at ${utcTime(until)} UTC: wait until ${plainText(they)} ended`;
  return safe`Choose no new key for user ${user} yet: it would be refused as long as inline policy ${policy} denies the user everything, and the denial stays for now: it alone keeps ${plainText(count)} closed. ${when}, then take it off in account ${plainText(accountId)}: ${shellCommand`aws iam delete-user-policy --user-name ${userName} --policy-name ${policyName}`}`;
}
