import type { Delivery } from '../../simulator/cloudtrail-log.ts';
import type { RequestLogEntry } from '../../simulator/request-log.ts';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { detectOffline } from '../../src/detection/offline/offline.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { ComparedAlert } from './checkers/alerts-equal.ts';
import { understand } from './checkers/events-once.ts';
import { loadSoakRules } from './soak-rules.ts';
import { nameOf } from './stored-rows.ts';

/** The alerts that an offline run gives over everything that the simulator delivered, but for the records of our own calls. */
export function trueAlerts(
  deliveries: readonly Delivery[],
  requests: readonly RequestLogEntry[],
): readonly ComparedAlert[] {
  const ruleSet = loadSoakRules();
  const offline = detectOffline(ruleSet);
  const ours = new Set<unknown>(requests.map(({ requestId }) => requestId));
  const contents = new Map<string, Set<string>>();
  for (const delivery of deliveries) {
    const accountId = delivery.accountId as AccountId;
    const understood = understand(delivery.text ?? JSON.stringify(delivery.record));
    if (understood === null || ours.has(delivery.record['requestID'])) continue;
    const ecs = normalizeRecord(understood.record as JsonObject);
    const known = contents.get(understood.eventId) ?? new Set<string>();
    contents.set(understood.eventId, known);
    const content = JSON.stringify(ecs);
    if (known.has(content)) continue; // a duplicate
    const eventTime = new Date(delivery.eventTimeMs).toISOString() as Instant;
    offline.take({
      ref: { accountId, eventId: understood.eventId, revision: known.size },
      eventTime,
      eventTimeMs: delivery.eventTimeMs,
      fields: ruleSet.fieldsOf(ecs),
    });
    known.add(content);
  }
  return offline.alerts().map(({ rule, group, anchor, eventRefs }) => ({
    ruleName: rule.name,
    group,
    anchor: nameOf(anchor),
    events: eventRefs.map(nameOf),
  }));
}
