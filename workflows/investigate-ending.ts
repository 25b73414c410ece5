import type { Verdict } from '../src/model/case-state.ts';
import { currentInstant, instantAfter } from '../src/model/instant.ts';
import { minuteMs } from '../src/model/duration.ts';
import {
  type CaseFile,
  isMerged,
  looking,
  noted,
  record,
  recording,
  remember,
  setState,
} from './investigate-case-file.ts';

/* How a case comes to its end: it is watched, its plan runs out, or it closes. */

/** All ways in are closed, by others or by time: the trail must show it, as after a response of ours. */
export async function startWatch(file: CaseFile, watchMs?: number): Promise<void> {
  const { plan, watch: running, state } = file.memory;
  if (running !== null && state.status === 'watching') return;
  const at = currentInstant();
  const until = instantAfter(at, watchMs ?? plan?.watchMs ?? defaultWatchMs);
  const planDigest = plan?.digest ?? null;
  remember(file, { watch: { planDigest, respondedFrom: at, verifiedAt: at, until } });
  setState(file, { status: 'watching', until, attemptsSeen: 0 });
  await record(file, noted('watch-started', planDigest ?? file.caseId, { until }));
}
const defaultWatchMs = 60 * minuteMs;

/** Nobody decided in time: an approval that comes later is refused, until somebody asks for a fresh plan. */
export async function expire(file: CaseFile): Promise<void> {
  const { plan } = file.memory;
  if (plan === null) return;
  remember(file, { plan: { ...plan, standing: 'expired' } });
  if (offersKeys(file) && (await isContained(file))) return await close(file, 'contained');
  setState(file, { status: 'needs-a-person', why: 'decision-expired' });
  await recording.setPlanStanding({ digest: plan.digest, standing: 'expired' });
  await record(
    file,
    noted('plan-expired', plan.digest, { expiresAt: plan.expiresAt }),
    noted('needs-a-person', plan.digest, { why: 'decision-expired' }),
  );
}

export async function isContained({ caseId }: CaseFile): Promise<boolean> {
  return (await looking.lookAtContainment({ caseId })).contained;
}

/** The plan in hand only replaces keys: nothing is open any more. */
export function offersKeys({ memory: { plan } }: CaseFile): boolean {
  return plan?.replaces === true;
}

/** The store first: it closes only where no alert waits. Where one does, the case takes it and goes on. */
export async function close(file: CaseFile, verdict: Verdict): Promise<void> {
  if (isMerged(file)) return;
  const { closed } = await recording.closeCase({ caseId: file.caseId, verdict, at: currentInstant() });
  remember(file, { watch: null });
  setState(file, closed ? { status: 'closed', verdict } : { status: 'gathering' });
  if (closed) await record(file, noted('case-closed', file.caseId, { verdict }));
}
