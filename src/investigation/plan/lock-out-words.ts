import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { utcTime } from '../../model/utc-time.ts';
import type { LockOut } from '../case/lock-outs.ts';
import { rootName } from '../effects/call.ts';
import type { Denied, EffectOf, LetIn, Whom } from '../effects/effect.ts';
import { permissionSetsInlinePolicy } from '../effects/lock-outs.ts';
import { inWords } from '../findings/drawing.ts';
import { giveBackCommands } from './give-back-commands.ts';

type LockOutEffect = EffectOf<'locked-out'>;

/** What was done to whom, and what puts it right with which commands: made of typed content, safe to show. */
export function lockOutInWords(lockOut: LockOut): SafeText {
  const { effect, accountId, events, at } = lockOut;
  const [{ provider, action }] = [lockOut.event];
  const call = plainText(`${provider.replace('.amazonaws.com', '')}:${action}`);
  const times = events.length > 1 ? safe`, ${events.length} times` : safe``;
  const who = safe`${whomInWords(effect.whom)}${isOfAccount(effect) ? safe` in account ${plainText(accountId)}` : safe``}`;
  const commands = giveBackCommands(lockOut);
  const by =
    commands.length === 0
      ? safe``
      : safe` With a profile of account ${plainText(accountId)}: ${safeJoin(commands, '; ')}`;
  return safe`locked out ${who}: ${lossInWords(effect, lockOut)} (${call}, ${utcTime(at)} UTC${times}): ${todoInWords(lockOut)}.${by}`;
}

/** What is to be done, without what it was: `let user ops in again`. */
export function lockOutBrief({ effect: { whom } }: LockOut): SafeText {
  return safe`let ${whomInWords(whom)} in again`;
}

function isOfAccount({ whom: { kind } }: LockOutEffect): boolean {
  return kind === 'user' || kind === 'role' || kind === 'group' || kind === 'policy';
}

/** Who is locked out: `user ops`. */
export function whomInWords({ kind, name }: Whom): SafeText {
  const shown = plainText(name, 300);
  switch (kind) {
    case 'user':
      return name === rootName ? safe`root` : safe`user ${shown}`;
    case 'role':
      return safe`role ${shown}`;
    case 'group':
      return safe`the members of group ${shown}`;
    case 'permission-set':
      return safe`whoever has permission set ${shown}`;
    case 'person':
      return safe`person ${shown} of Identity Center`;
    case 'membership':
      return safe`somebody of Identity Center, by membership ${shown}`;
    case 'principal':
      return safe`principal ${shown}`;
    case 'grant':
      return safe`whoever had grant ${shown}`;
    case 'provider':
      return safe`whoever signs in by provider ${shown}`;
    case 'organization-target':
      return safe`everybody in ${shown} of the organization`;
    case 'policy':
      return safe`whoever has policy ${shown}`;
    case 'bucket':
    case 'key':
    case 'secret':
      return safe`whom the policy of ${plainText(kind)} ${shown} refuses`;
  }
}

/** What they lost, or by what they are refused. */
export function lossInWords(effect: LockOutEffect, { shutOut = [] }: Partial<Pick<LockOut, 'shutOut'>> = {}): SafeText {
  const { how, denies, assigned } = effect;
  const what = plainText(effect.what, 300);
  switch (how) {
    case 'key-off':
      return safe`access key ${what} was set to Inactive`;
    case 'key-deleted':
      return safe`access key ${what} was deleted`;
    case 'password-deleted':
      return safe`the console password was deleted`;
    case 'password-changed':
      return safe`another console password was set`;
    case 'mfa-removed':
      return safe`MFA device ${what} was taken off`;
    case 'credential-off':
      return safe`${what} was set to Inactive`;
    case 'credential-deleted':
      return safe`${what} was deleted`;
    case 'denied':
      return safe`${policyInWords(effect)} denies ${deniedInWords(denies)}`;
    case 'policy-rewritten':
      return safe`its version ${what} denies ${deniedInWords(denies)}`;
    case 'organization-policy':
      return safe`policy ${what} denies ${deniedInWords(denies)}`;
    case 'resource-policy':
      if (effect.letsIn !== undefined) return accountShutOut(effect.letsIn);
      return safe`it denies ${deniedInWords(denies)} to ${inWords((denies?.principals ?? []).map((who) => (who === '*' ? 'everybody' : who)))}`;
    case 'boundary-put':
      return safe`permissions boundary ${what} was put on`;
    case 'out-of-group':
      return effect.whom.kind === 'membership'
        ? safe`it was deleted, and no record here says whose it was, in which group`
        : safe`it was taken out of group ${what}`;
    case 'access-taken':
      return effect.whom.kind === 'grant'
        ? safe`it was revoked, of key ${what}`
        : safe`its entry into cluster ${what} was deleted`;
    case 'renamed':
      return safe`it was renamed ${what}: nobody signs in by the old name any more`;
    case 'policy-taken':
      return safe`${policyInWords(effect)} was ${effect.what.startsWith('arn:') ? safe`taken off` : safe`deleted`}`;
    case 'deleted':
      return safe`it was deleted`;
    case 'disabled':
      return safe`it was disabled`;
    case 'trust-written':
      return shutOut.length === 0
        ? safe`its trust lets in nobody of the account`
        : safe`its trust no longer lets in ${safeJoin(
            shutOut.slice(0, 4).map(({ principal }) => plainText(principal === '*' ? 'everybody' : principal, 300)),
            ', ',
          )}${shutOut.length > 4 ? safe` and ${shutOut.length - 4} more` : safe``}`;
    case 'unassigned':
      return safe`${what} in account ${plainText(assigned?.target ?? '')} was taken away`;
    case 'policy-made':
      return safe`policy ${what} was made`;
  }
}

function accountShutOut(left: readonly LetIn[]): SafeText {
  const but = left.length === 0 ? safe`` : safe` but ${inWords(left.map(({ principal }) => principal))}`;
  return safe`it lets in nobody of the account${but}, whatever policies of IAM say`;
}

/** An inline policy has a name, one that is attached an ARN. */
function policyInWords({ what, whom }: LockOutEffect): SafeText {
  if (what === permissionSetsInlinePolicy && whom.kind === 'permission-set') return safe`its inline policy`;
  return safe`${what.startsWith('arn:') ? safe`policy` : safe`inline policy`} ${plainText(what, 300)}`;
}

function deniedInWords(denies: Denied | undefined): SafeText {
  const actions = denies?.actions ?? null;
  if (actions === null) return safe`what no record says`;
  return actions.includes('*') ? safe`everything` : inWords(actions);
}

function todoInWords({ effect, before, effect: { how, whom } }: LockOut): SafeText {
  const stood =
    before === null ? null : safe`record ${plainText(before.proof.eventId, 100)} of ${utcTime(before.at)} UTC`;
  const fromWhere =
    stood === null ? safe`from a backup or its template, for no record here has it` : safe`${stood} has its document`;
  switch (how) {
    case 'key-off':
    case 'credential-off':
      return safe`activate it again, once it is known not to be the intruder's too`;
    case 'key-deleted':
      return safe`it cannot be brought back: make its owner another, and put that in its place`;
    case 'credential-deleted':
      return safe`it cannot be brought back: have its owner make another`;
    case 'password-deleted':
    case 'password-changed':
      return safe`set another for its owner, also where this one is taken away as a way in`;
    case 'mfa-removed':
      return whom.name === rootName
        ? safe`sign in as root, and register a device again`
        : safe`have it registered again by its owner; a virtual device that was deleted is made anew first`;
    case 'denied':
      return safe`take it off, unless somebody answers for it`;
    case 'policy-rewritten':
      return before?.name === null || before === null
        ? safe`put the version back that was in force before, once you have read it`
        : safe`put version ${plainText(before.name)} back, which was in force before`;
    case 'organization-policy':
      return safe`take it off, unless somebody answers for it`;
    case 'resource-policy':
      return safe`put the policy back that stood before (${fromWhere}), or take it away`;
    case 'boundary-put':
      return before?.name === null || before === null
        ? safe`take it off; whether another was there before no record says`
        : safe`put ${plainText(before.name, 300)} back, which was there before`;
    case 'out-of-group':
      return whom.kind === 'membership' ? safe`find out who is missing, and put them back` : safe`put it back`;
    case 'access-taken':
      return whom.kind === 'grant'
        ? safe`find out whose it was, from the record of its making, and grant it again`
        : safe`make the entry again, and give it the access policies that it had`;
    case 'renamed':
      return safe`give it its name back`;
    case 'policy-taken':
      return effect.what.startsWith('arn:') ? safe`attach it again` : safe`write it again (${fromWhere})`;
    case 'deleted':
      return deletedTodo(whom, fromWhere);
    case 'disabled':
      return safe`enable it again in the console of Identity Center`;
    case 'trust-written':
      return safe`put back the trust that stood before (${fromWhere})`;
    case 'unassigned':
      return safe`assign it again`;
    case 'policy-made':
      return safe`look at it`;
  }
}

function deletedTodo({ kind }: Whom, fromWhere: SafeText): SafeText {
  switch (kind) {
    case 'role':
      return safe`make it anew, with the trust that it had (${fromWhere}) and its policies`;
    case 'user':
      return safe`make it anew, with the groups, policies and credentials that it had`;
    case 'group':
      return safe`make it anew, with the policies and members that it had`;
    case 'provider':
      return safe`make it anew by the same name, with the metadata, or the URL and client IDs, that it had: roles whose trusts name it let in again then`;
    default:
      return safe`make it anew in Identity Center, with what it was assigned`;
  }
}
