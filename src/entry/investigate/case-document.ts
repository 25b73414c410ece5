import { alertIdOf } from '../../detection/alert-id.ts';
import { sha256Hex } from '../../digest/canonical-digest.ts';
import { accountIn, kindOf } from '../../investigation/links/identity-parts.ts';
import type { WalkLimit } from '../../investigation/links/walk.ts';
import type { Identity, IdentityId, IdentityRole } from '../../model/identity.ts';
import type { AccountId, AlertId, Instant } from '../../model/ids.ts';
import type { JsonObject } from '../../model/json.ts';
import type { SafeText } from '../../model/safe-text.ts';
import type { WayIn, WayInSubject } from '../../model/way-in.ts';
import { assessCase } from '../../investigation/assess-case.ts';
import type { CaseMaterial } from '../../investigation/case-material.ts';
import { seenEvent } from '../../investigation/seen-event.ts';
import type { Stage } from '../../investigation/stage.ts';
import { wayInWords } from '../../investigation/way-in-words.ts';
import { linkKinds, type Link } from '../../model/link.ts';
import { graverSeverity, type Severity } from '../../model/severity.ts';
import type { FileCase } from './investigate-files.ts';

/** An identity as a case shows it. */
export interface ShownIdentity {
  readonly id: IdentityId;
  readonly kind: Identity['kind'];
  readonly account: string | null;
  readonly name: string;
  readonly role: IdentityRole;
  /** What it did earlier is not the intruder's; null where that is not known. */
  readonly since: string | null;
}

/** A case as `investigate --json` prints it; names and times are as the log has them. */
export interface CaseDocument {
  /** The same for the same intruder in the same files. */
  readonly id: string;
  readonly severity: Severity;
  readonly from: string;
  readonly until: string;
  readonly accounts: readonly string[];
  readonly identities: readonly ShownIdentity[];
  readonly links: readonly {
    readonly from: IdentityId;
    readonly to: IdentityId;
    readonly how: string;
    readonly strength: string;
    readonly at: string;
    readonly eventIds: readonly string[];
  }[];
  readonly alerts: readonly {
    readonly id: string;
    readonly ruleId: string;
    readonly ruleName: string;
    readonly severity: Severity;
    readonly riskScore: number;
    readonly eventTime: string;
    readonly eventIds: readonly string[];
  }[];
  readonly timeline: readonly {
    readonly at: string;
    readonly until: string;
    readonly stage: Stage;
    readonly identity: IdentityId;
    readonly source: string | null;
    readonly client: string | null;
    readonly action: string;
    readonly targets: readonly string[];
    readonly outcome: string;
    readonly count: number;
    readonly eventIds: readonly string[];
    readonly alertIds: readonly string[];
    readonly sincePlan: boolean;
  }[];
  readonly findings: readonly {
    readonly kind: string;
    readonly sentence: string;
    readonly direction: string;
    readonly confidence: string;
    readonly techniques: readonly string[];
    readonly facts: JsonObject;
    readonly eventIds: readonly string[];
  }[];
  readonly waysIn: readonly {
    readonly id: string;
    readonly kind: string;
    readonly identity: IdentityId;
    readonly what: WayInSubject;
    readonly sentence: SafeText;
    readonly state: string;
    readonly until: string;
    readonly eventIds: readonly string[];
  }[];
  /** Files have no installation behind them that could act: all is left to people. */
  readonly plan: {
    readonly actions: readonly {
      readonly id: string;
      readonly type: string;
      readonly target: WayInSubject;
      readonly recommended: boolean;
      readonly byHand: boolean;
      readonly remedy: SafeText;
    }[];
  };
  readonly limits: readonly WalkLimit[];
  readonly events: { readonly kept: number; readonly left: number };
}

/** Makes the document of a case. */
export function caseDocument(found: FileCase): CaseDocument {
  const alerts = found.alerts
    .map(({ alert }) => alert)
    .toSorted((a, b) => a.eventTimeMs - b.eventTimeMs)
    .map((alert) => ({
      id: alertIdOf({ ruleId: alert.rule.id, group: alert.group, anchor: alert.anchor }),
      ruleId: alert.rule.id,
      ruleName: alert.rule.name,
      severity: alert.rule.severity,
      riskScore: alert.rule.riskScore,
      eventTime: new Date(alert.eventTimeMs).toISOString(),
      eventIds: alert.eventRefs.map(({ eventId }) => eventId),
    }));
  const identities = shownIdentities(found);
  const { timeline, findings, waysIn } = assessCase(materialOf(found, alerts));
  const times = [...found.events.map(({ at }) => at), ...alerts.map(({ eventTime }) => eventTime)].toSorted();
  return {
    id: `case-${sha256Hex(alerts[0]?.id ?? '').slice(0, 6)}`,
    severity: alerts.map(({ severity }) => severity).reduce(graverSeverity),
    from: times[0] ?? '',
    until: times.at(-1) ?? '',
    accounts: accountsOf(identities, found),
    identities,
    links: found.links.toSorted(byTimeThenKind).map(({ from, to, how, strength, at, proof }) => ({
      from,
      to,
      how,
      strength,
      at,
      eventIds: proof.map(({ eventId }) => eventId),
    })),
    alerts,
    timeline: timeline.map(
      ({ provider, action, accountId: _account, region: _region, place: _place, errorCode: _code, ...entry }) => ({
        ...entry,
        action: `${provider.replace('.amazonaws.com', '')}:${action}`,
      }),
    ),
    findings: findings.map(({ proof, ...finding }) => ({ ...finding, eventIds: proof.map(({ eventId }) => eventId) })),
    waysIn: waysIn.map((wayIn) => ({
      id: wayIn.id,
      kind: wayIn.what.kind,
      identity: wayIn.identity,
      what: wayIn.what,
      sentence: wayInWords(wayIn).sentence,
      state: typeof wayIn.state === 'object' ? 'accepted' : wayIn.state,
      until: wayIn.until,
      eventIds: wayIn.proof.map(({ eventId }) => eventId),
    })),
    plan: { actions: waysIn.filter(({ state }) => state === 'open').map(byHand) },
    limits: found.walk.limits,
    events: { kept: found.events.length, left: found.eventsLeft },
  };
}

type ShownAlert = CaseDocument['alerts'][number];

function materialOf(found: FileCase, alerts: readonly (ShownAlert & { readonly id: AlertId })[]): CaseMaterial {
  const { walk, identities, events, before, byOthers, eventsLeft, watched } = found;
  const refs = new Map(
    found.alerts.map(({ alert }) => [alertIdOf({ ruleId: alert.rule.id, ...alert }), alert.eventRefs]),
  );
  const last = [...events, ...byOthers]
    .map(({ at }) => at)
    .toSorted()
    .at(-1);
  return {
    identities: [...walk.members.values()].map(({ id, role, sinceMs, whole }) => ({
      ...(identities.get(id) ?? { id, kind: kindOf(id), accountId: null, name: id }),
      role,
      since: new Date(sinceMs).toISOString() as Instant,
      whole,
    })),
    links: found.links,
    events: [...before, ...events, ...byOthers].map(seenEvent),
    alerts: alerts.map(({ id, ruleName }) => ({ id, ruleName, eventRefs: refs.get(id) ?? [] })),
    identityState: [],
    ownAccounts: [...watched] as AccountId[],
    unread: eventsLeft === 0 ? [] : [`${eventsLeft} more calls are in the files than are looked at.`],
    // Files say how it was when they end, not how it is.
    now: (last ?? alerts.at(-1)?.eventTime ?? '') as Instant,
  };
}

function byHand(wayIn: WayIn): CaseDocument['plan']['actions'][number] {
  const { id, what } = wayIn;
  return { id, type: what.kind, target: what, recommended: true, byHand: true, remedy: wayInWords(wayIn).remedy };
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
function shownIdentities({ walk, links, identities }: FileCase): readonly ShownIdentity[] {
  const ends = new Set(links.flatMap(({ from, to }) => [from, to]));
  const members = [...walk.members.values()].filter(({ id }) => isNamed(id, ends));
  const known = new Set(members.map(({ id }) => id));
  const others = [...new Set(links.flatMap(({ from, to }) => [from, to]))].filter((id) => !known.has(id));
  return [
    ...members.map(({ id, role, sinceMs }) => ({ id, role, since: new Date(sinceMs).toISOString() })),
    ...others.map((id) => ({ id, role: 'outside' as const, since: null })),
  ]
    .map(({ id, role, since }) => {
      const identity = identities.get(id);
      const account = identity?.accountId ?? accountIn(id) ?? null;
      return { id, kind: kindOf(id), account, name: identity?.name ?? id, role, since };
    })
    .toSorted((a, b) => order.indexOf(a.role) - order.indexOf(b.role) || compare(a.id, b.id));
}

function isNamed(id: IdentityId, ends: ReadonlySet<IdentityId>): boolean {
  const isConsole = kindOf(id) === 'session' && id.split('/')[2] === 'console';
  return (kindOf(id) !== 'access-key' && !isConsole) || ends.has(id);
}

/** The accounts that it happened in: an outsider's own account is not one of them. */
function accountsOf(identities: readonly ShownIdentity[], { events, alerts, watched }: FileCase): readonly string[] {
  const ofIdentities = identities.filter(({ role }) => role !== 'outside').map(({ account }) => account ?? '');
  const ofAlerts = alerts.map(({ alert }) => alert.anchor.accountId as string);
  const ofEvents = events.map(({ ref }) => ref.accountId as string);
  const accounts = new Set([...ofIdentities, ...ofAlerts, ...ofEvents]);
  return [...accounts].filter((id) => watched.has(id)).toSorted();
}
