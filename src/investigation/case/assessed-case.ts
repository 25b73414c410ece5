import type { Identity, IdentityId, IdentityRole } from '../../model/identity.ts';
import type { AccountId, AlertId, Instant } from '../../model/ids.ts';
import type { JsonObject } from '../../model/json.ts';
import { linkKinds, type Link, type LinkKind } from '../../model/link.ts';
import type { SafeText } from '../../model/safe-text.ts';
import type { WayIn, WayInSubject } from '../../model/way-in.ts';
import { assessPrepared, preparedMaterial, type CaseAssessment } from './assess-case.ts';
import type { CaseEffect } from './case-effects.ts';
import type { CaseMaterial } from './case-material.ts';
import type { Effect } from '../effects/effect.ts';
import type { CaseFinding } from '../findings/case-finding.ts';
import { accountOfIdentity, isConsoleSession, kindOf } from '../links/identity-parts.ts';
import { account, user } from '../../cloudtrail/identities.ts';
import { withoutUnseenSessions } from '../links/unseen-sessions.ts';
import type { WalkLimit } from '../links/walk-limit.ts';
import type { Stage } from '../stage.ts';
import { sincePlan, type SincePlan, type TimelineEntry } from '../timeline.ts';
import { containment, type Containment } from '../ways-in/containment.ts';
import { wayInWords } from '../way-in-words.ts';

/** An identity as a case shows it. */
export interface ShownIdentity {
  readonly id: IdentityId;
  readonly kind: Identity['kind'];
  readonly account: string | null;
  readonly name: string;
  readonly role: IdentityRole;
  /** What it did earlier is not the intruder's; null where that is not known. */
  readonly since: Instant | null;
}

/** A line of the timeline as JSON has it. */
export interface ShownEntry {
  readonly at: Instant;
  readonly until: Instant;
  readonly stage: Stage;
  readonly identity: IdentityId;
  readonly account: AccountId;
  readonly region: string | null;
  readonly source: string | null;
  /** Network and country, where the address was enriched. */
  readonly place: string | null;
  readonly client: string | null;
  /** `iam:CreateUser`. */
  readonly action: string;
  readonly targets: readonly string[];
  readonly outcome: 'success' | 'failure';
  readonly errorCode: string | null;
  readonly count: number;
  readonly eventIds: readonly string[];
  readonly alertIds: readonly AlertId[];
  /** Imported records alone tell of it: nothing is concluded from it. */
  readonly unconfirmed: boolean;
  readonly sincePlan: boolean;
  /** Who had taken what the call gives back; absent for all other calls. */
  readonly takenBy?: IdentityId;
}

/** A way in as JSON has it; an accepted one says by whom and why. */
export interface ShownWayIn {
  readonly id: string;
  readonly kind: WayInSubject['kind'];
  readonly identity: IdentityId;
  readonly what: WayInSubject;
  readonly sentence: SafeText;
  readonly state: 'open' | 'closed' | 'unknown' | 'accepted';
  readonly heldBack?: true;
  readonly acceptedBy: string | null;
  readonly reason: string | null;
  readonly until: WayIn['until'];
  readonly eventIds: readonly string[];
}

/** Something that a call left behind, with its content; it stands until a record shows its undoing. */
export interface ShownEffect {
  readonly kind: Effect['kind'];
  readonly what: Effect;
  readonly account: AccountId;
  readonly at: Instant;
  readonly identity: IdentityId;
  readonly stands: boolean;
  readonly undoneAt: Instant | null;
  readonly eventIds: readonly string[];
}

/** What a case comes to, live and from files, in the form in which `--json` prints it. Names and times are as the log has them. */
export interface AssessedCase {
  /** Where it happened: an outsider's own account is not one of them. */
  readonly accounts: readonly string[];
  readonly identities: readonly ShownIdentity[];
  readonly links: readonly {
    readonly from: IdentityId;
    readonly to: IdentityId;
    readonly how: LinkKind;
    readonly strength: Link['strength'];
    readonly at: Instant;
    /** What the step leads through: the owner of a new key, the role that was assumed. */
    readonly via: readonly IdentityId[];
    readonly eventIds: readonly string[];
  }[];
  /** Oldest first. */
  readonly timeline: readonly ShownEntry[];
  readonly findings: readonly (Omit<CaseFinding, 'proof' | 'facts'> & {
    readonly facts: JsonObject;
    readonly eventIds: readonly string[];
  })[];
  readonly waysIn: readonly ShownWayIn[];
  /** What the intruder's calls left behind, and what has become of it. */
  readonly effects: readonly ShownEffect[];
  /** Every alert is explained by a proved habit: nothing is recommended. */
  readonly quiet: boolean;
  /** Where the walk over its links stopped, and why. */
  readonly limits: readonly WalkLimit[];
  /** How many calls were looked at, and how many more there are. */
  readonly events: { readonly kept: number; readonly left: number };
}

/** What the document of a case is made of. */
export interface CaseInSight {
  readonly material: CaseMaterial;
  /** Names of what its links name. */
  readonly identities: ReadonlyMap<IdentityId, Identity>;
  readonly limits: readonly WalkLimit[];
  /** Calls of the case that are there and were not looked at. */
  readonly left: number;
  /** How many calls of the case were looked at. */
  readonly kept: number;
  readonly isWatched: (accountId: string) => boolean;
}

/** A case's assessment with all that is said beside its document. */
export interface Assessed {
  readonly shown: AssessedCase;
  /** What it was assessed from. */
  readonly material: CaseMaterial;
  readonly assessment: CaseAssessment;
  readonly waysIn: readonly WayIn[];
  readonly containment: Containment;
  readonly sincePlan: SincePlan;
}

/** Assesses a case and puts it into the form in which it is shown. Pure: the same material always comes to the same. */
export function assessedCase(sight: CaseInSight): Assessed {
  const material = preparedMaterial(withoutUnseenSessions(sight.material));
  const assessment = assessPrepared(material);
  const { timeline, findings, waysIn, effects, lockOuts, quiet } = assessment;
  const named = shownIdentities({ ...sight, material });
  const nameOf = naming(named);
  const identities = withOthers(named, { ...sight, material }, [
    ...timeline.map(({ identity }) => identity),
    ...waysIn.map(({ identity, what }) => nameOf(identity, what)),
    ...effects.map(({ identity }) => identity),
  ]);
  return {
    shown: {
      accounts: accountsOf(identities, sight),
      identities,
      links: material.links.toSorted(byTimeThenKind).map(({ from, to, how, strength, at, via = [], proof }) => ({
        from,
        to,
        how,
        strength,
        at,
        via,
        eventIds: proof.map(({ eventId }) => eventId),
      })),
      timeline: timeline.map(shownEntry),
      findings: findings.map(({ proof, ...finding }) => ({
        ...finding,
        eventIds: proof.map(({ eventId }) => eventId),
      })),
      waysIn: waysIn.map((wayIn) => shownWayIn(wayIn, nameOf(wayIn.identity, wayIn.what))),
      effects: [...effects, ...lockOuts].map(shownEffect),
      quiet,
      limits: sight.limits,
      events: { kept: sight.kept, left: sight.left },
    },
    material,
    assessment,
    waysIn,
    containment: containment(waysIn),
    sincePlan: sincePlan(timeline),
  };
}

/** Each property by itself: a case has thousands of lines, and taking apart what is left of an object is slow. */
function shownEntry(entry: TimelineEntry): ShownEntry {
  return {
    at: entry.at,
    until: entry.until,
    stage: entry.stage,
    identity: entry.identity,
    region: entry.region,
    source: entry.source,
    place: entry.place,
    client: entry.client,
    targets: entry.targets,
    outcome: entry.outcome,
    errorCode: entry.errorCode,
    count: entry.count,
    eventIds: entry.eventIds,
    alertIds: entry.alertIds,
    unconfirmed: entry.unconfirmed,
    sincePlan: entry.sincePlan,
    ...(entry.takenBy === undefined ? {} : { takenBy: entry.takenBy }),
    account: entry.accountId,
    action: `${entry.provider.replace('.amazonaws.com', '')}:${entry.action}`,
  };
}

function shownEffect({ effect, accountId, at, identity, event, undone }: CaseEffect): ShownEffect {
  return {
    kind: effect.kind,
    what: effect,
    account: accountId,
    at,
    identity,
    stands: undone === null,
    undoneAt: undone?.at ?? null,
    eventIds: [event.ref.eventId, ...(undone === null || undone.proof === null ? [] : [undone.proof.eventId])],
  };
}

function shownWayIn(wayIn: WayIn, identity: IdentityId): ShownWayIn {
  const { id, what, state, until, proof } = wayIn;
  const accepted = typeof state === 'object' ? state : null;
  return {
    id,
    kind: what.kind,
    identity,
    what,
    sentence: wayInWords(wayIn).sentence,
    state: typeof state === 'object' ? 'accepted' : state,
    ...(wayIn.heldBack === true ? { heldBack: true as const } : {}),
    acceptedBy: accepted?.acceptedBy ?? null,
    reason: accepted?.reason ?? null,
    until,
    eventIds: proof.map(({ eventId }) => eventId),
  };
}

/** CloudTrail's times are whole seconds: within one, a user comes before its key. */
function byTimeThenKind(a: Link, b: Link): number {
  return compare(a.at, b.at) || linkKinds.indexOf(a.how) - linkKinds.indexOf(b.how) || compare(a.to, b.to);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

const order: readonly IdentityRole[] = ['suspect', 'created', 'changed', 'used', 'outside'];

/** What a person would name: what merely signs a session's calls is that session, and a user's own key that user. */
function shownIdentities({ material, identities, isWatched }: CaseInSight): readonly ShownIdentity[] {
  const { links } = material;
  const ends = new Set(links.flatMap(({ from, to }) => [from, to]));
  const members = material.identities.filter(({ id }) => isNamed(id, ends));
  const known = new Set(members.map(({ id }) => id));
  const others = [...ends].filter((id) => !known.has(id));
  return [
    ...members.map(({ id, role, since }) => ({ id, role, since })),
    ...others.map((id) => ({ id, role: 'outside' as const, since: null })),
  ]
    .map(({ id, role, since }) => {
      const identity = identities.get(id) ?? material.identities.find((each) => each.id === id);
      const account = ownerOf(id, identity);
      // One of our own accounts that is let in is no outsider.
      const isOwn = role === 'outside' && kindOf(id) === 'account' && account !== null && isWatched(account);
      return { id, kind: kindOf(id), account, name: identity?.name ?? id, role: isOwn ? 'used' : role, since };
    })
    .toSorted((a, b) => order.indexOf(a.role) - order.indexOf(b.role) || compare(a.id, b.id));
}

/** The account that an identity is of; everybody, and whoever calls without credentials, are nobody's. */
function ownerOf(id: IdentityId, identity: Identity | undefined): string | null {
  const account = identity === undefined ? accountOfIdentity(id) : identity.accountId;
  return account === undefined || account === '*' ? null : account;
}

function isNamed(id: IdentityId, ends: ReadonlySet<IdentityId>): boolean {
  return (kindOf(id) !== 'access-key' && !isConsoleSession(id)) || ends.has(id);
}

/** A credential that merely signs a user's calls is that user, where the case names the user. */
function naming(shown: readonly ShownIdentity[]): (id: IdentityId, what: WayInSubject) => IdentityId {
  const known = new Set(shown.map(({ id }) => id));
  return (id, what) => {
    if (known.has(id) || !('userName' in what) || what.userName === undefined) return id;
    const owner = user(what.accountId, what.userName).id;
    return known.has(owner) ? owner : id;
  };
}

/** Whatever a line of the case names is among its identities. */
function withOthers(
  shown: readonly ShownIdentity[],
  { material, identities, isWatched }: CaseInSight,
  mentioned: readonly IdentityId[],
): readonly ShownIdentity[] {
  const known = new Set(shown.map(({ id }) => id));
  const others = [...new Set(mentioned)].filter((id) => !known.has(id));
  const more = others.map((id): ShownIdentity => {
    const identity = identities.get(id);
    const member = material.identities.find((each) => each.id === id);
    const account = ownerOf(id, identity);
    const isOutsider = kindOf(id) === 'account' && !isWatched(account ?? '');
    // An instance is named for what is there for whoever reads it: nobody changed it.
    const unlisted = kindOf(id) === 'instance' ? 'used' : 'changed';
    return {
      id,
      kind: kindOf(id),
      account,
      name: identity?.name ?? nameInId(id),
      role: member?.role ?? (isOutsider ? 'outside' : unlisted),
      since: member?.since ?? null,
    };
  });
  return [...shown, ...more].toSorted((a, b) => order.indexOf(a.role) - order.indexOf(b.role) || compare(a.id, b.id));
}

/** IDs of these have nothing before the name. */
const oneName: ReadonlySet<string> = new Set(['provider', 'access-key', 'account']);

/** What an ID says of whom it names. */
export function nameInId(id: IdentityId): string {
  if (id === account('*').id) return 'everybody';
  return decodeURIComponent(
    id
      .split('/')
      .slice(oneName.has(kindOf(id)) ? 1 : 2)
      .join('/'),
  );
}

function accountsOf(identities: readonly ShownIdentity[], { material, isWatched }: CaseInSight): readonly string[] {
  const ofIdentities = identities
    .filter(({ role, kind }) => role !== 'outside' && kind !== 'account')
    .map(({ account }) => account ?? '');
  const sinceMs = new Map(
    material.identities.filter(({ role }) => role !== 'outside').map((each) => [each.id, Date.parse(each.since)]),
  );
  const ofEvents = material.events
    .filter(({ callers, at }) => callers.some((id) => sinceMs.has(id) && Date.parse(at) >= (sinceMs.get(id) ?? 0)))
    .map(({ ref }): AccountId => ref.accountId);
  const ofAlerts = material.alerts.flatMap(({ eventRefs }) => eventRefs.map(({ accountId }): AccountId => accountId));
  const all = [...new Set<string>([...ofIdentities, ...ofAlerts, ...ofEvents])].filter((id) => id !== '').toSorted();
  const watched = all.filter(isWatched);
  // Imported records may be of accounts that nobody watches alone: then those are its.
  return watched.length === 0 ? all : watched;
}
