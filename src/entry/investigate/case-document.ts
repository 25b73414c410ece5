import { alertIdOf } from '../../detection/alerts/alert-id.ts';
import { dayMs } from '../../model/duration.ts';
import { sha256Hex } from '../../digest/canonical-digest.ts';
import { assessedCase } from '../../investigation/case/assessed-case.ts';
import type { CaseMaterial } from '../../investigation/case/case-material.ts';
import { kindOf } from '../../investigation/links/identity-parts.ts';
import type { CaseDocument, DocumentAlert } from '../../investigation/report/case-document.ts';
import { actionsByHand, describeCase } from '../../investigation/report/describe-case.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import { graverSeverity } from '../../model/severity.ts';
import { currentInstant, instantOfMs } from '../../model/instant.ts';
import type { FileCase } from './investigate-files.ts';
import { counted, forNumber } from '../../model/counted.ts';

/**
 * The document of a case made of files. Its ID is the same for the same intruder in the same files.
 *
 * @param asOf the time to judge by what has ended by itself; all else is as the files have it when they end.
 */
export function caseDocument(found: FileCase, asOf: Instant = currentInstant()): CaseDocument {
  const alerts = alertsOf(found);
  const assessed = assessedCase({
    material: materialOfFiles(found, asOf),
    identities: found.identities,
    limits: found.walk.limits,
    kept: found.events.length,
    left: found.eventsLeft + found.undoingLeft,
    isWatched: (accountId) => found.watched.has(accountId),
  });
  const document = describeCase({
    id: `case-${sha256Hex(alerts[0]?.id ?? '').slice(0, 6)}`,
    severity: alerts.map(({ severity }) => severity).reduce(graverSeverity),
    assessed,
    alerts,
    // Files have no installation behind them that could act: all is left to people.
    actions: actionsByHand(assessed),
  });
  return { ...document, notKnown: [...document.notKnown, ...filesAloneSay] };
}

/** What no file of a log can say, whatever is in it. */
const filesAloneSay = [
  'Only these files were looked at: what IAM shows now, and what happened in accounts, regions and times that they do not hold, is not known.',
  'Where a trail has no data events, which objects in S3 were read or copied is not known.',
];

function alertsOf({ alerts }: FileCase): readonly DocumentAlert[] {
  return alerts
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
}

/** What a case made of files is assessed from. */
export function materialOfFiles(found: FileCase, now: Instant): CaseMaterial {
  const { walk, identities, events, before, byOthers, eventsLeft, watched } = found;
  return {
    identities: [...walk.members.values()].map(({ id, role, sinceMs, whole }) => ({
      ...(identities.get(id) ?? { id, kind: kindOf(id), accountId: null, name: id }),
      role,
      since: instantOfMs(sinceMs),
      whole,
    })),
    links: found.links,
    limits: walk.limits,
    events: [...before, ...events, ...byOthers],
    alerts: found.alerts.map(({ alert }) => ({
      id: alertIdOf({ ruleId: alert.rule.id, group: alert.group, anchor: alert.anchor }),
      ruleName: alert.rule.name,
      eventRefs: alert.eventRefs,
    })),
    identityState: [],
    ownAccounts: [...watched] as AccountId[],
    newlyRecorded: newlyRecorded(found),
    unread: eventsLeft === 0 ? [] : [moreThanLookedAt(eventsLeft)],
    now,
  };
}

/** Accounts whose records begin within a day before the first alert. */
function newlyRecorded({ alerts, recordsFromMs }: FileCase): readonly AccountId[] {
  const beforeMs = Math.min(...alerts.map(({ alert }) => alert.eventTimeMs)) - dayMs;
  return [...recordsFromMs].flatMap(([accountId, fromMs]) => (fromMs < beforeMs ? [] : [accountId as AccountId]));
}

function moreThanLookedAt(calls: number): string {
  return `${counted(calls, 'more call')} ${forNumber(calls, 'is', 'are')} in the files than are looked at.`;
}
