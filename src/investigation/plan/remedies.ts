import { isWorkload } from '../../cloudtrail/workload.ts';
import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { JsonObject } from '../../model/json.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { shellCommand } from '../../model/shell-command.ts';
import type { WayIn, WayInSubject } from '../../model/way-in.ts';
import { isKeptByAws } from '../../response/guards.ts';
import type { CaseAssessment } from '../case/assess-case.ts';
import type { CaseEffect } from '../case/case-effects.ts';
import type { LockOut } from '../case/lock-outs.ts';
import { rootName } from '../effects/call.ts';
import { ownKeyObject } from '../effects/data.ts';
import type { EffectOf } from '../effects/effect.ts';
import { mailDetails, mailIdentity } from '../effects/spending.ts';
import { inWords } from '../findings/drawing.ts';
import { wayInWords } from '../way-in-words.ts';
import { commandsFor } from './by-hand-commands.ts';
import { lockOutInWords } from './lock-out-words.ts';
import { organizationRemedy } from './organization-remedies.ts';

/**
 * What a person can do against what a case left behind, where no installation is there that could, in the order in which it is done: contain
 * first, then take back, then mend. Four are actions of Trailhound's own, by their names.
 */
const order = [
  'deactivateAccessKey',
  'denyUserEverything',
  'revokeRoleSessions',
  'endPersonSessions',
  'disablePerson',
  'stopWorkload',
  'disableCreatedIdentity',
  'secureRoot',
  'deletePassword',
  'deactivateCredential',
  'removeServiceLogin',
  'disableCreatedRole',
  'restoreTrust',
  'closeTrust',
  'removeProvider',
  'takePolicyAway',
  'endSharing',
  'removeCode',
  'isolateInstance',
  'closeNetwork',
  'restoreMfa',
  'letBackIn',
  'restoreLogging',
  'restoreSetting',
  'rotateSecret',
  'restoreProtection',
  'restoreObjects',
  'restoreOrganization',
  'restoreNames',
  'removeMailSending',
] as const;
export type RemedyType = (typeof order)[number];

/** One remedy: for one target, however many ways in it closes. */
export interface Remedy {
  readonly id: string;
  readonly type: RemedyType;
  /** Names as the log has them. */
  readonly target: JsonObject;
  readonly recommended: boolean;
  /** The ways in that it closes, by their IDs; none for what stays open without being one. */
  readonly closes: readonly string[];
  readonly sentence: SafeText;
}

/**
 * What to do about all that is open: each remedy once, recommended where anything is. What the intruder made is disabled as
 * a whole, with its keys, password and grants.
 */
export function remediesOf({
  waysIn,
  effects,
  lockOuts,
  advises,
}: Pick<CaseAssessment, 'waysIn' | 'effects' | 'lockOuts' | 'advises'>): readonly Remedy[] {
  const open = waysIn.filter(({ state }) => state === 'open');
  const unknown = waysIn.filter(({ state }) => state === 'unknown');
  // Whether these let anybody in nobody knows, and to close them may stop what runs there: offered, not advised. An end that was begun is carried through.
  // Of sessions that go on with new credentials the intruder is known to have had some: those are revoked.
  const offered = new Set(
    unknown.filter(({ endBegun, what }) => endBegun === undefined && !isRenewed(what)).map(({ id }) => id),
  );
  const made = new Set(
    open.flatMap(({ what, origin }) =>
      what.kind === 'user' && origin === 'made' ? [ownerKey(what.accountId, what.userName)] : [],
    ),
  );
  const drafts = [
    ...[...open, ...unknown].map((wayIn) => withoutAssignment(againstWayIn(wayIn, made), wayIn, waysIn)),
    ...effects.filter(({ undone }) => undone === null).flatMap(againstEffect),
    ...lockOuts.filter(({ undone }) => undone === null).map(againstLockOut),
  ];
  const byTarget = Map.groupBy(drafts, remedyDigest);
  return [...byTarget]
    .flatMap(([digest, same]): readonly Remedy[] => {
      // Where one policy holds back several sessions, it is needed until the last of them has ended.
      const [first] = same.toSorted((a, b) => b.untilMs - a.untilMs);
      if (first === undefined) return [];
      const closes = [...new Set(same.flatMap((each) => each.closes))];
      const { untilMs: _untilMs, ...shown } = first;
      const recommended = advises && !closes.some((id) => offered.has(id));
      return [{ ...shown, id: digest.slice('sha256:'.length, 'sha256:'.length + 16), closes, recommended }];
    })
    .toSorted((a, b) => order.indexOf(a.type) - order.indexOf(b.type));
}

function isRenewed(what: WayInSubject): boolean {
  return what.kind === 'session' && what.renewedFor !== undefined && what.renewedFor !== 'certificate';
}

/** Names are as their authors wrote them: a digest takes well-formed text only. */
function remedyDigest({ type, target }: Draft): string {
  const parts = Object.entries(target).map(([name, value]) => [name, JSON.stringify(value).toWellFormed()]);
  return canonicalDigest([type, parts]);
}

type Draft = Omit<Remedy, 'id' | 'recommended'> & {
  /** When what it is against ends by itself; 0 where that is not known. */
  readonly untilMs: number;
};

function ownerKey(accountId: string, userName: string): string {
  return `${accountId}/${userName}`;
}

function againstWayIn(wayIn: WayIn, made: ReadonlySet<string>): Draft {
  const { what } = wayIn;
  const owner = ownerOf(what);
  const { remedy, until } = wayInWords(wayIn);
  const sentence = wayIn.endBegun === undefined ? remedy : carryingThrough(what, remedy);
  const own = { closes: [wayIn.id], sentence, untilMs: until === null ? 0 : Date.parse(until) };
  if (owner !== null && made.has(ownerKey(owner.accountId, owner.userName))) {
    const sentence = safe`Take away the keys and the password of user ${plainText(owner.userName)}, and deny it everything.`;
    return { ...own, type: 'disableCreatedIdentity', target: owner, sentence };
  }
  const { type, target } = typeAndTarget(what);
  // What let in outsiders is no state to go back to.
  return { ...own, type: wayIn.neverBack === undefined ? type : 'closeTrust', target };
}

/** What was begun may have been only half of it (a permission set is provisioned again, machines are deregistered): all of the commands. */
function carryingThrough(what: WayInSubject, remedy: SafeText): SafeText {
  const commands = commandsFor(what);
  const account = 'accountId' in what ? safe` With a profile of account ${plainText(what.accountId)}:` : safe``;
  const how = commands.length === 0 ? safe`` : safe`${account} ${safeJoin(commands, '; ')}`;
  return safe`See that its end is carried through. ${remedy}${how}`;
}

/** What let somebody of Identity Center into an account was taken away already: their sessions are what is left to end. */
function withoutAssignment(draft: Draft, { what }: WayIn, all: readonly WayIn[]): Draft {
  if (draft.type !== 'endPersonSessions' || what.kind !== 'session') return draft;
  const assignments = all.filter(
    ({ what: other }) =>
      other.kind === 'grant' &&
      other.accountId === what.accountId &&
      other.holder.startsWith('Identity Center principal '),
  );
  const isTaken = assignments.length > 0 && assignments.every(({ state }) => state === 'closed');
  return isTaken
    ? {
        ...draft,
        sentence: safe`End the sessions of ${plainText(what.sessionName ?? 'their person')} in Identity Center: the assignment was taken away, and AWS keeps role ${plainText(what.roleName ?? '')} itself.`,
      }
    : draft;
}

interface Owner {
  readonly accountId: string;
  readonly userName: string;
}

/** The user whom a way in stands or falls with. */
function ownerOf(what: WayInSubject): (Owner & JsonObject) | null {
  switch (what.kind) {
    case 'access-key':
    case 'password':
    case 'user':
    case 'other-credential':
      return { accountId: what.accountId, userName: what.userName };
    case 'session':
      return what.userName === undefined ? null : { accountId: what.accountId, userName: what.userName };
    case 'grant':
      return what.holder.startsWith('user ')
        ? { accountId: what.accountId, userName: what.holder.slice('user '.length) }
        : null;
    default:
      return null;
  }
}

function typeAndTarget(what: WayInSubject): { readonly type: RemedyType; readonly target: JsonObject } {
  const { kind: _kind, ...target } = what;
  if (ownerOf(what)?.userName === rootName && 'accountId' in what) {
    return { type: 'secureRoot', target: { accountId: what.accountId } };
  }
  switch (what.kind) {
    case 'access-key':
      return { type: 'deactivateAccessKey', target };
    case 'session':
      return againstSession(what);
    case 'password':
      return { type: 'deletePassword', target };
    case 'user':
      return { type: 'disableCreatedIdentity', target };
    case 'root':
      return { type: 'secureRoot', target };
    case 'person':
      if (what.signedIn === true) return { type: 'endPersonSessions', target };
      return { type: isWorkload(what.name) ? 'stopWorkload' : 'disablePerson', target };
    case 'role':
      return { type: 'disableCreatedRole', target };
    case 'other-credential':
      return { type: 'deactivateCredential', target };
    case 'trust':
      return { type: 'restoreTrust', target: { accountId: what.accountId, roleName: what.roleName } };
    case 'grant':
      return { type: 'takePolicyAway', target };
    case 'provider':
      return { type: 'removeProvider', target };
    case 'share':
      return { type: 'endSharing', target };
    case 'service-login':
      return { type: 'removeServiceLogin', target };
    case 'code':
      return { type: 'removeCode', target };
    case 'instance':
      return { type: 'isolateInstance', target };
    case 'network':
      return { type: 'closeNetwork', target };
  }
}

function againstSession(what: Extract<WayInSubject, { readonly kind: 'session' }>) {
  const { accountId, roleName, sessionName, userName, renewedFor, trustAnchor = '' } = what;
  if (renewedFor === 'certificate') {
    const name = `certificate ${sessionName ?? ''} of trust anchor ${trustAnchor.split('/').at(-1) ?? ''}`;
    return { type: 'stopWorkload' as const, target: { accountId, name, trustAnchor } };
  }
  if (roleName === null) {
    return { type: 'denyUserEverything' as const, target: { accountId, userName: userName ?? sessionName } };
  }
  return isKeptByAws(roleName)
    ? { type: 'endPersonSessions' as const, target: { accountId, roleName, sessionName } }
    : { type: 'revokeRoleSessions' as const, target: { accountId, roleName } };
}

/** What was taken, blinded or weakened is no way in, and is to be mended all the same. */
function againstEffect({ effect, accountId, event }: CaseEffect): readonly Draft[] {
  function mend(type: RemedyType, target: JsonObject, sentence: SafeText): readonly Draft[] {
    return [{ type, target: { accountId, ...target }, closes: [], sentence, untilMs: 0 }];
  }
  switch (effect.kind) {
    case 'watching-weakened': {
      const { what, name, how } = effect;
      const shown = safe`${plainText(what)} ${plainText(name, 300)}`;
      return mend(
        'restoreLogging',
        { what, name, how, region: event.region ?? null },
        safe`${how === 'deleted' ? safe`Make ${shown} anew, as it was` : safe`Put ${shown} back as it was`}, and look for what happened while it was ${plainText(how)}.`,
      );
    }
    case 'secret-read':
      return effect.store === 'ciphertext'
        ? []
        : effect.names.flatMap((name) =>
            mend(
              'rotateSecret',
              { store: effect.store, name },
              safe`Change what ${plainText(effect.store)} ${plainText(name, 300)} holds, wherever it is used.`,
            ),
          );
    case 'setting-weakened':
      return mend(
        'restoreSetting',
        { what: effect.what, name: effect.name },
        safe`Put ${plainText(effect.what)} of ${plainText(effect.name)} back as it was.`,
      );
    case 'metadata-weakened':
      return mend(
        'restoreSetting',
        { what: 'metadata service tokens', name: effect.instanceId },
        safe`Let the metadata service of ${plainText(effect.instanceId)} answer with tokens only: ${shellCommand`aws ec2 modify-instance-metadata-options --instance-id ${effect.instanceId} --http-tokens required`}.`,
      );
    case 'organization-changed': {
      const remedy = organizationRemedy(effect);
      return remedy === null ? [] : mend('restoreOrganization', remedy.target, remedy.sentence);
    }
    case 'name-redirected':
      return mend(
        'restoreNames',
        { resource: effect.zone, names: [...effect.names] },
        safe`Lead ${inWords(effect.names)} of hosted zone ${plainText(effect.zone)} back to where they were.`,
      );
    case 'mail-prepared':
      return againstMail(effect, mend);
    case 'data-destroyed': {
      if (effect.what === ownKeyObject) {
        const [bucket = ''] = effect.resource.split('/');
        return mend(
          'restoreObjects',
          { resource: bucket },
          safe`Restore the objects of bucket ${plainText(bucket)} that were written anew under a key of the caller's own, from a backup or from the versions before: nobody else can read them as they are, and AWS has no copy of that key.`,
        );
      }
      return effect.how === 'deleted'
        ? []
        : mend(
            'restoreProtection',
            { what: effect.what, resource: effect.resource, how: effect.how },
            safe`Put the protection of ${plainText(effect.what)} ${plainText(effect.resource, 300)} back before it is too late.`,
          );
    }
    // Closed as a way in, told by a finding, or nothing that can be put back.
    case 'session-minted':
    case 'console-login':
    case 'console-token':
    case 'user-created':
    case 'person-created':
    case 'user-renamed':
    case 'group-renamed':
    case 'key-created':
    case 'password-set':
    case 'credential-made':
    case 'role-created':
    case 'trust-changed':
    case 'provider-made':
    case 'policy-granted':
    case 'policy-version-set':
    case 'policy-version-made':
    case 'group-joined':
    case 'boundary-changed':
    case 'permission-set-granted':
    case 'access-granted':
    case 'role-passed':
    case 'shared':
    case 'service-login-made':
    case 'code-planted':
    case 'code-run':
    case 'instance-entered':
    case 'network-opened':
    case 'data-taken':
    case 'compute-started':
    case 'quota-raised':
    case 'model-used':
    case 'mfa-removed':
    case 'locked-out':
    case 'quarantined-by-aws':
    case 'undone':
      return [];
  }
}

function againstLockOut(lockOut: LockOut): Draft {
  const { effect, accountId } = lockOut;
  const { how, whom, what } = effect;
  const sentence = lockOutInWords(lockOut);
  return how === 'mfa-removed'
    ? { type: 'restoreMfa', target: { accountId, userName: whom.name }, closes: [], sentence, untilMs: 0 }
    : {
        type: 'letBackIn',
        target: { accountId, name: whom.name, kind: whom.kind, how, from: what },
        closes: [],
        sentence,
        untilMs: 0,
      };
}

type Mend = (type: RemedyType, target: JsonObject, sentence: SafeText) => readonly Draft[];

/** Mail that was sent is gone; what was set up to send it can be taken away. */
function againstMail({ what, name }: EffectOf<'mail-prepared'>, mend: Mend): readonly Draft[] {
  const target = { what, name };
  if (what === mailIdentity)
    return mend(
      'removeMailSending',
      target,
      safe`Remove mail identity ${plainText(name)} from SES, unless somebody answers for it: it sends in your name.`,
    );
  if (what === mailDetails)
    return mend(
      'removeMailSending',
      target,
      safe`Put the account details of SES back (they name ${plainText(name)}), and tell AWS that you did not ask to leave the sandbox.`,
    );
  return [];
}
