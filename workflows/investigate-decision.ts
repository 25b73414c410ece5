import type { NeedCode } from '../src/model/case-state.ts';
import type { Instant } from '../src/model/ids.ts';
import { currentInstant, instantAfter } from '../src/model/instant.ts';
import { closeAsAsked, isAskedToClose, takeStir } from './investigate-acts.ts';
import { type CaseFile, isDecided, looking } from './investigate-case-file.ts';
import { expire, isContained, offersKeys, startWatch } from './investigate-ending.ts';
import { awaitNews, hasEvidenceCome, needsANewLook } from './investigate-news.ts';
import { lookAnew, proposeByEvidence } from './investigate-propose.ts';
import { carryOut } from './investigate-response.ts';
import { lookEveryMs } from './investigate-watch.ts';

/* Waiting for people. */

/** The plan waits for a decision; the case looks at what comes in meanwhile. */
export async function awaitDecision(file: CaseFile, expiresAt: Instant): Promise<void> {
  const nextLook = instantAfter(currentInstant(), lookEveryMs(file));
  const until = nextLook < expiresAt ? nextLook : expiresAt;
  await awaitNews(file, () => isDecided(file), until);
  if (isDecided(file)) return await carryOut(file);
  if (isAskedToClose(file)) return await closeAsAsked(file);
  if (expiresAt <= currentInstant()) return await expire(file);
  if (hasEvidenceCome(file)) return await proposeByEvidence(file);
  const stirred = takeStir(file);
  // What AWS answers is held against the plan when it has come.
  if (file.evidence !== null) return;
  if (needsANewLook(file) || ((stirred || until <= currentInstant()) && (await isOvertaken(file))))
    await lookAnew(file);
}

/** A plan that waits is held against what has come in: it gives way where something else must be done, or nothing any more. */
async function isOvertaken(file: CaseFile): Promise<boolean> {
  const { plan } = file.memory;
  if (plan === null) return false;
  const { overtaken, contained } = await looking.lookAtPlan({
    caseId: file.caseId,
    digest: plan.digest,
    at: currentInstant(),
  });
  return overtaken || (contained && !offersKeys(file));
}

/** Nothing goes on without a person: what others do about it is seen, and may end the need. */
export async function awaitPerson(file: CaseFile, why: NeedCode): Promise<void> {
  const until = mayBeClosedByHand.has(why) ? instantAfter(currentInstant(), lookEveryMs(file)) : null;
  await awaitNews(file, () => isDecided(file), until);
  if (isDecided(file)) return await carryOut(file);
  if (isAskedToClose(file)) return await closeAsAsked(file);
  if (hasEvidenceCome(file)) return await proposeByEvidence(file);
  const mayHaveEnded = takeStir(file) ? file.responseWorkflowId === null : until !== null && until <= currentInstant();
  if (mayHaveEnded && (await isContained(file))) return await startWatch(file);
  if (needsANewLook(file)) await lookAnew(file);
}

/** What a person does by hand is seen in the trail and in IAM, and ends the need. */
const mayBeClosedByHand: ReadonlySet<NeedCode> = new Set<NeedCode>([
  'ways-in-open',
  'no-action-possible',
  'decision-expired',
]);
