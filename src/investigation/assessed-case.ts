import type { Identity, IdentityId, IdentityRole } from '../model/identity.ts';
import type { AccountId, AlertId, Instant } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import { linkKinds, type Link, type LinkKind } from '../model/link.ts';
import type { SafeText } from '../model/safe-text.ts';
import type { WayIn, WayInSubject } from '../model/way-in.ts';
import { assessCase } from './assess-case.ts';
import type { CaseMaterial } from './case-material.ts';
import type { CaseFinding } from './findings/case-finding.ts';
import { accountIn, isConsoleSession, kindOf } from './links/identity-parts.ts';
import type { WalkLimit } from './links/walk.ts';
import type { Stage } from './stage.ts';
import { sincePlan, type SincePlan } from './timeline.ts';
import { containment, type Containment } from './ways-in/containment.ts';
import { wayInWords } from './way-in-words.ts';

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
  readonly source: string | null;
  readonly client: string | null;
  /** `iam:CreateUser`. */
  readonly action: string;
  readonly targets: readonly string[];
  readonly outcome: 'success' | 'failure';
  readonly count: number;
  readonly eventIds: readonly string[];
  readonly alertIds: readonly AlertId[];
  readonly sincePlan: boolean;
}

/** A way in as JSON has it; an accepted one says by whom and why. */
export interface ShownWayIn {
  readonly id: string;
  readonly kind: WayInSubject['kind'];
  readonly identity: IdentityId;
  readonly what: WayInSubject;
  readonly sentence: SafeText;
  readonly state: 'open' | 'closed' | 'unknown' | 'accepted';
  readonly acceptedBy: string | null;
  readonly reason: string | null;
  readonly until: WayIn['until'];
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
    readonly eventIds: readonly string[];
  }[];
  /** Oldest first. */
  readonly timeline: readonly ShownEntry[];
  readonly findings: readonly (Omit<CaseFinding, 'proof' | 'facts'> & {
    readonly facts: JsonObject;
    readonly eventIds: readonly string[];
  })[];
  readonly waysIn: readonly ShownWayIn[];
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
  readonly waysIn: readonly WayIn[];
  readonly containment: Containment;
  readonly sincePlan: SincePlan;
}

/** Assesses a case and puts it into the form in which it is shown. Pure: the same material always comes to the same. */
export function assessedCase(sight: CaseInSight): Assessed {
  const { timeline, findings, waysIn } = assessCase(sight.material);
  const identities = shownIdentities(sight);
  return {
    shown: {
      accounts: accountsOf(identities, sight),
      identities,
      links: sight.material.links.toSorted(byTimeThenKind).map(({ from, to, how, strength, at, proof }) => ({
        from,
        to,
        how,
        strength,
        at,
        eventIds: proof.map(({ eventId }) => eventId),
      })),
      timeline: timeline.map(
        ({ provider, action, accountId: _account, region: _region, place: _place, errorCode: _code, ...entry }) => ({
          ...entry,
          action: `${provider.replace('.amazonaws.com', '')}:${action}`,
        }),
      ),
      findings: findings.map(({ proof, ...finding }) => ({
        ...finding,
        eventIds: proof.map(({ eventId }) => eventId),
      })),
      waysIn: waysIn.map(shownWayIn),
      limits: sight.limits,
      events: { kept: sight.kept, left: sight.left },
    },
    waysIn,
    containment: containment(waysIn),
    sincePlan: sincePlan(timeline),
  };
}

function shownWayIn(wayIn: WayIn): ShownWayIn {
  const { id, what, identity, state, until, proof } = wayIn;
  const accepted = typeof state === 'object' ? state : null;
  return {
    id,
    kind: what.kind,
    identity,
    what,
    sentence: wayInWords(wayIn).sentence,
    state: typeof state === 'object' ? 'accepted' : state,
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
function shownIdentities({ material, identities }: CaseInSight): readonly ShownIdentity[] {
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
      const account = identity?.accountId ?? accountIn(id) ?? null;
      return { id, kind: kindOf(id), account, name: identity?.name ?? id, role, since };
    })
    .toSorted((a, b) => order.indexOf(a.role) - order.indexOf(b.role) || compare(a.id, b.id));
}

function isNamed(id: IdentityId, ends: ReadonlySet<IdentityId>): boolean {
  return (kindOf(id) !== 'access-key' && !isConsoleSession(id)) || ends.has(id);
}

function accountsOf(identities: readonly ShownIdentity[], { material, isWatched }: CaseInSight): readonly string[] {
  const ofIdentities = identities.filter(({ role }) => role !== 'outside').map(({ account }) => account ?? '');
  const since = new Map(
    material.identities.filter(({ role }) => role !== 'outside').map((each) => [each.id, each.since]),
  );
  const ofEvents = material.events
    .filter(({ callers, at }) => callers.some((id) => Date.parse(at) >= Date.parse(since.get(id) ?? 'never')))
    .map(({ ref }): AccountId => ref.accountId);
  const ofAlerts = material.alerts.flatMap(({ eventRefs }) => eventRefs.map(({ accountId }): AccountId => accountId));
  return [...new Set<string>([...ofIdentities, ...ofAlerts, ...ofEvents])].filter(isWatched).toSorted();
}
