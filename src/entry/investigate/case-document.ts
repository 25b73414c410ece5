import { alertIdOf } from '../../detection/alert-id.ts';
import { sha256Hex } from '../../digest/canonical-digest.ts';
import { assessedCase, type AssessedCase } from '../../investigation/assessed-case.ts';
import type { CaseMaterial } from '../../investigation/case-material.ts';
import { kindOf } from '../../investigation/links/identity-parts.ts';
import { remediesOf } from '../../investigation/remedies.ts';
import { seenEvent } from '../../investigation/seen-event.ts';
import type { AccountId, AlertId, Instant } from '../../model/ids.ts';
import type { JsonObject } from '../../model/json.ts';
import type { SafeText } from '../../model/safe-text.ts';
import { graverSeverity, type Severity } from '../../model/severity.ts';
import type { FileCase } from './investigate-files.ts';

/** A case as `investigate --json` prints it; names and times are as the log has them. */
export interface CaseDocument extends AssessedCase {
  /** The same for the same intruder in the same files. */
  readonly id: string;
  readonly severity: Severity;
  readonly from: string;
  readonly until: string;
  readonly alerts: readonly {
    readonly id: string;
    readonly ruleId: string;
    readonly ruleName: string;
    readonly severity: Severity;
    readonly riskScore: number;
    readonly eventTime: string;
    readonly eventIds: readonly string[];
  }[];
  /** Files have no installation behind them that could act: all is left to people. */
  readonly plan: {
    readonly actions: readonly {
      readonly id: string;
      readonly type: string;
      readonly target: JsonObject;
      readonly recommended: boolean;
      readonly byHand: boolean;
      /** The ways in that it closes, by their IDs. */
      readonly closes: readonly string[];
      readonly remedy: SafeText;
    }[];
  };
}

/**
 * Makes the document of a case.
 *
 * @param asOf the time to judge by what has ended by itself; all else is as the files have it when they end.
 */
export function caseDocument(found: FileCase, asOf: Instant = new Date().toISOString() as Instant): CaseDocument {
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
  const { shown, assessment } = assessedCase({
    material: materialOf(found, alerts, asOf),
    identities: found.identities,
    limits: found.walk.limits,
    kept: found.events.length,
    left: found.eventsLeft,
    isWatched: (accountId) => found.watched.has(accountId),
  });
  const times = [...found.events.map(({ at }) => at), ...alerts.map(({ eventTime }) => eventTime)].toSorted();
  return {
    id: `case-${sha256Hex(alerts[0]?.id ?? '').slice(0, 6)}`,
    severity: alerts.map(({ severity }) => severity).reduce(graverSeverity),
    from: times[0] ?? '',
    until: times.at(-1) ?? '',
    ...shown,
    alerts,
    plan: {
      actions: remediesOf(assessment).map(({ sentence, ...remedy }) => ({ ...remedy, byHand: true, remedy: sentence })),
    },
  };
}

type ShownAlert = CaseDocument['alerts'][number];

function materialOf(
  found: FileCase,
  alerts: readonly (ShownAlert & { readonly id: AlertId })[],
  now: Instant,
): CaseMaterial {
  const { walk, identities, events, before, byOthers, eventsLeft, watched } = found;
  const refs = new Map(
    found.alerts.map(({ alert }) => [alertIdOf({ ruleId: alert.rule.id, ...alert }), alert.eventRefs]),
  );
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
    now,
  };
}
