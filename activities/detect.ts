import { detectBatch } from '../src/detection/live/detect-batch.ts';
import type { DetectionStore, LiveRuleSet } from '../src/detection/live/live-ports.ts';
import type { CaseId, Instant } from '../src/model/ids.ts';
import { alive } from './alive.ts';

export interface DetectPorts {
  readonly store: DetectionStore;
  readonly ruleSet: LiveRuleSet;
  readonly ringDetect: () => Promise<void>;
  readonly ringCase: (caseId: CaseId) => Promise<void>;
  /** A case that has not claimed its alerts for so long is rung again; 30 s where not given. */
  readonly ringAgainAfterMs?: number;
}

export interface DetectOutcome {
  readonly events: number;
  readonly newAlerts: number;
  readonly changedAlerts: number;
  readonly carriedOver: number;
  /** True where more events wait. */
  readonly more: boolean;
  /** When to look again without being rung: alerts are carried over; null where nothing waits. */
  readonly againAfterMs: number | null;
}

/** Large enough that a transaction's cost is shared, small enough that it takes seconds at most. */
const batchSize = 500;

/** Judges published events; see `workflows/detect.ts`. */
export function createDetectActivities(ports: DetectPorts) {
  return {
    /** Judges the next batch of published events, and rings the cases that have alerts to claim. */
    async detectPublished({ partition }: { readonly partition: number }): Promise<DetectOutcome> {
      return alive(detectNext(ports, partition));
    },

    /** Rings again what was rung in vain, or not at all because a process died in between. */
    async ringAgain(): Promise<{ readonly detect: boolean; readonly cases: number }> {
      const detect = await ports.store.eventsWaiting(0);
      if (detect) await ports.ringDetect();
      const waiting = await ports.store.casesWaiting(ports.ringAgainAfterMs ?? 30_000);
      for (const caseId of waiting) await ports.ringCase(caseId);
      return { detect, cases: waiting.length };
    },
  };
}

async function detectNext(ports: DetectPorts, partition: number): Promise<DetectOutcome> {
  const now = new Date().toISOString() as Instant;
  await ports.store.stillDoorbell(partition);
  const outcome = await ports.store.inTransaction(partition, now, (session) =>
    detectBatch(session, ports.ruleSet, { limit: batchSize, now }),
  );
  for (const caseId of await ports.store.casesToRing()) await ports.ringCase(caseId);
  const { events, newAlerts, changedAlerts, carriedOver, carryOnAt } = outcome;
  return {
    events,
    newAlerts,
    changedAlerts,
    carriedOver,
    more: events === batchSize,
    againAfterMs: carryOnAt === null ? null : Math.max(1000, Date.parse(carryOnAt) - Date.now()),
  };
}
