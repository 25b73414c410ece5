import { detectBatch } from '../src/detection/live/detect-batch.ts';
import { forgottenBeforeMs, latenessMs } from '../src/detection/live/group-memory.ts';
import type { DetectionStore, LiveRuleSet } from '../src/detection/live/live-ports.ts';
import { rulesWithMemory } from '../src/detection/live/touched-groups.ts';
import { warmRules } from '../src/detection/live/warm-rules.ts';
import type { CaseId } from '../src/model/ids.ts';
import { currentInstant, instantOfMs } from '../src/model/instant.ts';
import { dayMs } from '../src/model/duration.ts';
import { alive } from './alive.ts';

export interface DetectPorts {
  readonly store: DetectionStore;
  readonly ruleSet: LiveRuleSet;
  readonly ringDetect: () => Promise<void>;
  readonly ringCase: (caseId: CaseId) => Promise<void>;
  /** Goes on with those of the open cases whose workflow is gone; says how many there were. */
  readonly takeUpLost?: (open: readonly CaseId[]) => Promise<number>;
  /** Opens cases again that closed as contained and are not any more; says how many there were. */
  readonly reopenUncontained?: () => Promise<number>;
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

export interface RulesTended {
  /** Rules that have learnt all they need. */
  readonly ready: number;
  /** Rules that are still to learn what came before them. */
  readonly left: number;
  /** Candidates that no rule needs any more. */
  readonly forgotten: number;
}

/** Large enough that a transaction's cost is shared, small enough that it takes seconds at most. */
const batchSize = 500;

/** Judges published events; see `workflows/detect.ts`. */
export function createDetectActivities(ports: DetectPorts) {
  return {
    /** Judges the next batch of published events, and rings the cases that have alerts to claim. */
    async detectPublished(): Promise<DetectOutcome> {
      return alive(detectNext(ports));
    },

    /**
     * Lets new and changed rules learn what came before them, and forgets what rules need no more. It is safe to break off: what
     * was learnt stays learnt, and the next time goes on.
     */
    async tendRules({ forget }: { readonly forget: boolean }): Promise<RulesTended> {
      return alive(tend(ports, forget));
    },

    /** Rings again what was rung in vain, or not at all because a process died in between, and wakes cases that closed too early. */
    async ringAgain(): Promise<{
      readonly detect: boolean;
      readonly cases: number;
      readonly takenUp: number;
      readonly reopened: number;
    }> {
      const detect = await ports.store.eventsWaiting();
      if (detect) await ports.ringDetect();
      const waiting = await ports.store.casesWaiting(ports.ringAgainAfterMs ?? 30_000);
      await ringAll(waiting, ports);
      // After the rings: a case that was opened just now has its first run from them.
      const open = await ports.store.openCases(ports.ringAgainAfterMs ?? 30_000);
      const takenUp = (await ports.takeUpLost?.(open)) ?? 0;
      const reopened = (await ports.reopenUncontained?.()) ?? 0;
      return { detect, cases: waiting.length, takenUp, reopened };
    },
  };
}

/** Many that come at once are all rung before the first of them have the machine to themselves. */
const ringsAtOnce = 20;

async function ringAll(caseIds: readonly CaseId[], { ringCase }: DetectPorts): Promise<void> {
  const left = caseIds.values();
  async function ringThoseLeft() {
    for (const caseId of left) await ringCase(caseId);
  }
  await Promise.all(Array.from({ length: ringsAtOnce }, ringThoseLeft));
}

/** Well below the activity's time-out. */
const warmWithinMs = 30_000;
/** What was just imported may be of long ago, and more of it may follow. */
const keepWrittenMs = dayMs;

async function tend({ store, ruleSet }: DetectPorts, forget: boolean): Promise<RulesTended> {
  const { ready, left } = await warmRules(store, ruleSet, Date.now() + warmWithinMs);
  if (!forget) return { ready, left, forgotten: 0 };
  const now = Date.now();
  const settledMs = Date.parse(await store.awaitedFrom(instantOfMs(now))) - latenessMs;
  const floors = rulesWithMemory(ruleSet).map(({ rule, matcher }) => ({
    rule,
    before: instantOfMs(forgottenBeforeMs(matcher, settledMs)),
  }));
  return { ready, left, forgotten: await store.forget(floors, instantOfMs(now - keepWrittenMs)) };
}

async function detectNext(ports: DetectPorts): Promise<DetectOutcome> {
  const now = currentInstant();
  await ports.store.stillDoorbell();
  const outcome = await ports.store.inTransaction(now, (session) =>
    detectBatch(session, ports.ruleSet, { limit: batchSize, now }),
  );
  await ringAll(await ports.store.casesToRing(), ports);
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
