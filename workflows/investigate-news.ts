import { workflowInfo } from '@temporalio/workflow';
import type { LookPace } from '../src/messages/investigate-messages.ts';
import type { Instant } from '../src/model/ids.ts';
import { currentInstant } from '../src/model/instant.ts';
import { type CaseFile, msUntil, remember } from './investigate-case-file.ts';
import { condition, conditionWithin } from './waiting.ts';

/* What a case waits for, and when it looks again. */

/** Alerts that come one after the other are looked at together: at once first, then after pauses that grow up to this many times. */
const longestPauses = 30;

/** Remembers that a look has ended. */
export function pace(file: CaseFile, lookBegan: Instant): void {
  const { lookedAt, pauseMs, shortestMs } = file.memory.pace;
  const rangOn = lookedAt !== null && Date.parse(lookBegan) - Date.parse(lookedAt) < 2 * pauseMs;
  const next: LookPace = {
    lookedAt: currentInstant(),
    pauseMs: rangOn ? Math.min(2 * pauseMs, longestPauses * shortestMs) : shortestMs,
    shortestMs,
  };
  remember(file, { pace: next });
}

/** True where alerts wait and have waited for long enough, or somebody asks; never while AWS is asked: one look after the other. */
export function needsANewLook({ memory: { rung, pace: at }, replanRequested, evidence }: CaseFile): boolean {
  return evidence === null && (replanRequested || (rung && pauseLeftMs(at) <= 0));
}

function pauseLeftMs({ lookedAt, pauseMs }: LookPace): number {
  return lookedAt === null ? 0 : Date.parse(lookedAt) + pauseMs - Date.now();
}

/** AWS has answered, and the case has not taken it in yet. */
export function hasEvidenceCome({ evidence }: CaseFile): boolean {
  return evidence?.ended === true;
}

/** Waits until somebody decides or asks, AWS has answered, alerts are to be looked at, the run is to be handed on, or a time has come. */
export async function awaitNews(file: CaseFile, decided: () => boolean, until: Instant | null): Promise<void> {
  function hasNews() {
    return (
      decided() || hasEvidenceCome(file) || needsANewLook(file) || file.stirred || file.closing !== null || isLongRun()
    );
  }
  while (!hasNews()) {
    const { rung } = file.memory;
    const pauseMs =
      rung && file.evidence === null ? Math.max(1, pauseLeftMs(file.memory.pace)) : Number.POSITIVE_INFINITY;
    const waitMs = Math.min(pauseMs, until === null ? Number.POSITIVE_INFINITY : msUntil(until));
    function changed() {
      return hasNews() || file.memory.rung !== rung;
    }
    if (Number.isFinite(waitMs))
      await conditionWithin(changed, waitMs, rung ? 'until new alerts are looked at' : waits(file));
    else await condition(changed);
    if (until !== null && Date.now() >= Date.parse(until)) return;
  }
}

/** What a case looks at when it has waited. */
function waits({ memory: { state } }: CaseFile): string {
  switch (state.status) {
    case 'awaiting-decision':
      return 'until the plan is held against what has come in, or expires';
    case 'quiet':
      return 'until what explains the alerts is looked at again';
    case 'watching':
      return 'until the trail is looked at for use of what was contained';
    default:
      return 'until what a person may have done is looked for';
  }
}

/** Short histories are replayed soon, and read by people: the server's own limit is more than twice as long. */
const longRun = 1_500;

export function isLongRun(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > longRun;
}
