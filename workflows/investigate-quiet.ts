import { looking, noted, record, recording, remember, setState, type CaseFile } from './investigate-case-file.ts';
import { awaitNews, needsANewLook } from './investigate-news.ts';
import { currentInstant, instantAfter } from '../src/model/instant.ts';
import { minuteMs } from '../src/model/duration.ts';

/* A case whose every alert is explained by a proved habit is listed and explained, and wakes nobody; it never closes by itself. */

/** Has the case be quiet; a plan that waits gives way, for nothing of it is recommended any more. */
export async function becomeQuiet(file: CaseFile): Promise<void> {
  const { plan, state } = file.memory;
  if (plan?.standing === 'open') await recording.setPlanStanding({ digest: plan.digest, standing: 'superseded' });
  remember(file, { plan: null });
  if (state.status === 'quiet') return;
  setState(file, { status: 'quiet' });
  await record(file, noted('case-quiet', file.caseId, {}));
}

/** So often the store is looked at, whether the alerts are explained still; new alerts are looked at at once. */
const lookEveryMs = 15 * minuteMs;

/** Waits until the case is to be looked at anew: for new alerts, a person's request, or what came in and is not explained. */
export async function restUntilNews(file: CaseFile): Promise<'look' | 'rest'> {
  const until = instantAfter(currentInstant(), lookEveryMs);
  await awaitNews(file, () => false, until);
  if (needsANewLook(file)) return 'look';
  if (until > currentInstant()) return 'rest';
  return (await looking.lookAtContainment({ caseId: file.caseId })).quiet ? 'rest' : 'look';
}
