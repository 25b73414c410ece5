import { ApplicationFailure } from '@temporalio/workflow';
import { looksPerWatch, shortestLookMs, storeLookEveryMs } from '../src/investigation/case/look-pace.ts';
import type { Watch } from '../src/messages/investigate-messages.ts';
import { closeAsAsked, isAskedToClose, takeStir } from './investigate-acts.ts';
import { claimCaseAlerts } from './investigate-alerts.ts';
import { type CaseFile, isDecided, isMerged, looking, noted, record, setState } from './investigate-case-file.ts';
import { close, offersKeys } from './investigate-ending.ts';
import { askForEvidence, takeEvidence } from './investigate-evidence.ts';
import { awaitNews, hasEvidenceCome, needsANewLook } from './investigate-news.ts';
import { draftByEvidence, lookAnew, present, takeRequest, tellLook } from './investigate-propose.ts';
import { currentInstant, instantAfter } from '../src/model/instant.ts';
import { minuteMs } from '../src/model/duration.ts';

/* Watching what was contained. */

/** The trail is looked at no less often in a watch. */
const longestLookMs = 5 * minuteMs;

/** So often a case that waits looks at the store. */
export function lookEveryMs({ memory: { plan } }: CaseFile): number {
  return storeLookEveryMs(plan?.watchMs ?? null);
}

/** All credentials and identities of the case are watched, until the watch ends or one of them is used. */
export async function watch(file: CaseFile): Promise<void> {
  const { watch: watched } = file.memory;
  if (watched === null) throw ApplicationFailure.nonRetryable('there is nothing to watch');
  const lengthMs = Date.parse(watched.until) - Date.parse(watched.verifiedAt);
  const everyMs = Math.min(longestLookMs, Math.max(shortestLookMs, lengthMs / looksPerWatch));
  const nextLook = instantAfter(currentInstant(), everyMs);
  await awaitNews(file, () => isDecided(file), nextLook < watched.until ? nextLook : watched.until);
  if (isAskedToClose(file)) return await closeAsAsked(file);
  takeStir(file); // it is looked at in any case
  if (hasEvidenceCome(file)) return await proposeWhileWatching(file);
  if (needsANewLook(file)) return await lookAnew(file);

  const { denied, succeeded, left } = await looking.probeUse({ caseId: file.caseId, ...watched });
  if (succeeded.length > 0) return await reopen(file, watched, succeeded.length);
  if (denied !== attemptsSeen(file)) {
    setState(file, { status: 'watching', until: watched.until, attemptsSeen: denied });
    await record(file);
  }
  if (Date.now() >= Date.parse(watched.until)) await endWatch(file, watched, left);
}

/** New alerts about a contained actor end the watch only where a plan could contain more; a person's request always does. */
async function proposeWhileWatching(file: CaseFile): Promise<void> {
  const taken = await takeEvidence(file);
  const requested = takeRequest(file);
  const [version, drafted] = await draftByEvidence(file, taken, taken.planBefore);
  file.look = null;
  if (drafted.kind !== 'fresh') return;
  const presents = drafted.contains || (requested && drafted.actionIds.length > 0);
  if (presents) await present(file, drafted, version, 'no-action-possible');
  if (requested) tellLook(file, presents ? 'presented' : 'nothing-to-do', drafted.digest);
}

/** The key went on working after IAM had shown it as inactive. */
async function reopen(file: CaseFile, { planDigest }: Watch, succeeded: number): Promise<void> {
  await record(file, noted('watch-ended', planDigest ?? file.caseId, { ended: 'used-after-containment', succeeded }));
  if (file.evidence !== null) await takeEvidence(file);
  await lookAnew(file, 'used-after-containment');
}

/** Nothing is contained with a way in open, however quiet the trail is: what is left is proposed, or a person is asked. */
async function endWatch(file: CaseFile, { planDigest }: Watch, left: number): Promise<void> {
  const deniedAttempts = attemptsSeen(file);
  const data =
    left > 0
      ? ({ ended: 'ways-in-open', deniedAttempts, left } as const)
      : ({ ended: 'quiet', deniedAttempts } as const);
  await record(file, noted('watch-ended', planDigest ?? file.caseId, data));
  // Keys are replaced once: whoever did it, or declined, is not asked again.
  const offered = offersKeys(file);
  if (file.evidence !== null) await takeEvidence(file);
  await claimCaseAlerts(file);
  if (isMerged(file)) return;
  askForEvidence(file, currentInstant(), null);
  const [version, drafted] = await draftByEvidence(file, await takeEvidence(file), null);
  file.look = null;
  if (drafted.kind === 'fresh' && (drafted.left > 0 || (drafted.replaces && !offered))) {
    return await present(file, drafted, version, 'ways-in-open');
  }
  await close(file, 'contained');
}

function attemptsSeen({ memory: { state } }: CaseFile): number {
  return state.status === 'watching' ? state.attemptsSeen : 0;
}
