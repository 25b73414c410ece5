import { getExternalWorkflowHandle, isCancellation } from '@temporalio/workflow';
import type { DraftedPlan, FreshPlan, SupersededUndo } from '../activities/case-plans.ts';
import { approvalPolicy } from '../src/approval/policy.ts';
import type { AuditNote } from '../src/audit/audit-kinds.ts';
import type { LastLook } from '../src/messages/investigate-messages.ts';
import { superseded } from '../src/messages/undo-messages.ts';
import { undoWorkflowId } from '../src/messages/workflow-ids.ts';
import type { NeedCode } from '../src/model/case-state.ts';
import type { Digest, Instant } from '../src/model/ids.ts';
import { currentInstant, instantAfter } from '../src/model/instant.ts';
import { claimCaseAlerts, takeClaimed } from './investigate-alerts.ts';
import {
  type CaseFile,
  isDecided,
  isMerged,
  lookAtStore,
  looking,
  noted,
  record,
  recording,
  remember,
  setState,
  tag,
  takeMerge,
  voided,
} from './investigate-case-file.ts';
import { close, offersKeys, startWatch } from './investigate-ending.ts';
import { askForEvidence, type EvidenceTaken, takeEvidence } from './investigate-evidence.ts';
import { becomeQuiet } from './investigate-quiet.ts';

/* Looking and proposing: first by what the store has, then by what AWS answers. */

/**
 * Looks at the case anew: takes its alerts, presents a plan of what the store has where nobody has one to decide on, and asks AWS for
 * the rest, for which nobody waits.
 *
 * @param whyIfNone why a person is needed where the plan has no action
 */
export async function lookAnew(file: CaseFile, whyIfNone?: NeedCode): Promise<void> {
  const at = currentInstant();
  // Whoever sees the plan sees too that AWS is to be asked.
  file.look = { pieces: 0, of: 1 };
  const isWaiting = file.memory.plan?.standing === 'open';
  const { planBefore, othersFirstMs } = isWaiting ? nothingProposed : await proposeFromStore(file, at, whyIfNone);
  if (isWaiting) await claimCaseAlerts(file);
  if (!isMerged(file) && file.memory.alertCount > 0) return askForEvidence(file, at, planBefore, othersFirstMs);
  file.look = null;
  if (!isMerged(file)) await haveNothingLeft(file);
}

/** What came of a look at what the store has. */
interface ProposedFromStore {
  readonly planBefore: Digest | null;
  /** So long AWS is to be asked later. */
  readonly othersFirstMs: number;
}

const nothingProposed: ProposedFromStore = { planBefore: null, othersFirstMs: 0 };

async function haveNothingLeft(file: CaseFile): Promise<void> {
  if (endsByItself(file)) return await withdraw(file);
  if (takeRequest(file)) tellLook(file, 'unchanged', file.memory.plan?.digest ?? null);
}

/** Whoever decided or responded has to hear the end of it; else a case without alerts has nothing to go on for. */
function endsByItself({ memory: { state, plan } }: CaseFile): boolean {
  return state.status === 'gathering' || plan?.standing !== 'decided';
}

async function withdraw(file: CaseFile): Promise<void> {
  const { plan } = file.memory;
  if (plan?.standing === 'open') {
    await recording.setPlanStanding({ digest: plan.digest, standing: 'superseded' });
    await record(file, ...voided(file, { why: 'no-alerts-left' }));
    remember(file, { plan: null });
  }
  await close(file, 'no-alerts-left');
}

/**
 * Takes the case's alerts, and presents what must be done by what the store has. Where nothing is open by that, or a habit explains all
 * of it, nobody is woken before AWS was asked.
 */
async function proposeFromStore(file: CaseFile, at: Instant, whyIfNone?: NeedCode): Promise<ProposedFromStore> {
  remember(file, { rung: false });
  const version = file.memory.planVersion + 1;
  const { claimed, drafted, othersFirstMs } = await lookAtStore({ caseId: file.caseId, version, at });
  const notes = takeClaimed(file, claimed);
  if (drafted !== null && isForNow(file, drafted, whyIfNone)) {
    await present(file, drafted, version, whyIfNone ?? whyIfNoneNow(file), notes);
    return { planBefore: drafted.digest, othersFirstMs };
  }
  if (notes.length > 0) await record(file, ...notes);
  return { planBefore: null, othersFirstMs };
}

function isForNow(file: CaseFile, drafted: FreshPlan, whyIfNone?: NeedCode): boolean {
  if (isDecided(file)) return false;
  if (whyIfNone !== undefined) return true;
  if (drafted.quiet || drafted.contained) return false;
  return file.memory.state.status !== 'watching' || drafted.contains;
}

/** Presents the plan that all evidence supports, unless it would say nothing new or the one in hand was decided on meanwhile. */
export async function proposeByEvidence(file: CaseFile): Promise<void> {
  const taken = await takeEvidence(file);
  if (!isMerged(file)) await proposeUnlessSame(file, taken);
  file.look = null;
}

async function proposeUnlessSame(file: CaseFile, taken: EvidenceTaken): Promise<void> {
  const requested = takeRequest(file);
  const { plan } = file.memory;
  // Who asks for a fresh plan where none can be decided on any more gets one, whatever it says.
  const ofStore = requested ? null : taken.planBefore;
  const unlessSameAs = plan?.standing === 'open' ? plan.digest : ofStore;
  const [version, drafted] = await draftByEvidence(file, taken, unlessSameAs);
  if (drafted.kind === 'fresh' && drafted.quiet && !requested && !isDecided(file)) return await becomeQuiet(file);
  // Whoever closed the ways in, nothing is left to propose but new keys, and those come last. A case that nobody was ever shown
  // does not end so: an intruder who removes what was used, and is gone, would be told by no screen.
  const nothingOpen = drafted.contained && !requested && !isDecided(file);
  if (nothingOpen && !wasShown(file, taken)) return await showNothingOpen(file, taken, version, drafted);
  if (nothingOpen && !offersKeys(file)) {
    return await startWatch(file, drafted.kind === 'fresh' ? drafted.watchMs : undefined);
  }
  if (isDecided(file) || drafted.kind === 'unchanged') {
    if (requested)
      tellLook(file, taken.planBefore === null ? 'unchanged' : 'presented', file.memory.plan?.digest ?? null);
    return;
  }
  await present(file, drafted, version, whyIfNoneNow(file));
  if (requested) tellLook(file, 'presented', drafted.digest);
}

/** Makes the plan that the evidence supports; it is presented by whoever finds that it should be. */
export async function draftByEvidence(
  file: CaseFile,
  { at, digests }: EvidenceTaken,
  unlessSameAs: Digest | null,
): Promise<readonly [number, DraftedPlan]> {
  const version = file.memory.planVersion + 1;
  return [version, await looking.draftPlan({ caseId: file.caseId, version, evidence: digests, unlessSameAs, at })];
}

/** Whether a person asked for the look; whoever takes it answers. */
export function takeRequest(file: CaseFile): boolean {
  const requested = file.replanRequested;
  file.replanRequested = false;
  return requested;
}

/**
 * Something of it was open when it was shown; one in which nothing was waits for a person's word. What the store alone had to say, a
 * moment ago, counts as shown to nobody.
 */
function wasShown({ memory: { plan, state } }: CaseFile, { planBefore }: EvidenceTaken): boolean {
  if (plan === null || plan.digest === planBefore) return false;
  return !(state.status === 'needs-a-person' && state.why === 'nothing-open');
}

async function showNothingOpen(
  file: CaseFile,
  taken: EvidenceTaken,
  version: number,
  drafted: DraftedPlan,
): Promise<void> {
  if (drafted.kind === 'fresh') return await present(file, drafted, version, 'nothing-open');
  // It waits for a person's word already, unless it is the plan of what the store had: that is about what is closed.
  if (taken.planBefore === null) return;
  const [, fresh] = await draftByEvidence(file, taken, null);
  if (fresh.kind === 'fresh' && !isDecided(file)) await present(file, fresh, version, 'nothing-open');
}

/** What needs a person goes on needing one, unless it was said of the plan before. */
function whyIfNoneNow({ memory: { state } }: CaseFile): NeedCode {
  return state.status === 'needs-a-person' && !ofThatPlanOnly.has(state.why) ? state.why : 'no-action-possible';
}

/** What is said of the plan that was presented then: of the next, it need not be so. */
const ofThatPlanOnly: ReadonlySet<NeedCode> = new Set<NeedCode>(['decision-expired', 'nothing-open']);

/** Says what came of a request for a fresh plan: whoever asked is waiting to hear it. */
export function tellLook(file: CaseFile, outcome: LastLook['outcome'], plan: Digest | null): void {
  remember(file, { lastLook: { count: (file.memory.lastLook?.count ?? 0) + 1, outcome, plan } });
}

/**
 * From here on the plan is frozen. One without actions is shown too: it says why, and can be rejected to close the case.
 *
 * @param before what has happened before, and is not written down yet
 */
export async function present(
  file: CaseFile,
  fresh: FreshPlan,
  version: number,
  whyIfNone: NeedCode,
  before: readonly AuditNote[] = [],
): Promise<void> {
  const { digest, actionIds, keys, watchMs, replaces } = fresh;
  const overtaken = voided(file, { why: 'fresh-plan', by: digest });
  tag(file, ...keys.map((key) => `key:${key}`));
  const presentedAt = currentInstant();
  const expiresAt = actionIds.length === 0 ? null : instantAfter(presentedAt, fresh.expiresAfterMs);
  remember(file, {
    planVersion: version,
    plan: { digest, version, actionIds, expiresAt, watchMs, standing: 'open', replaces },
    decisions: [],
    refusals: {},
    watch: null,
  });
  setState(
    file,
    expiresAt === null
      ? { status: 'needs-a-person', why: whyIfNone }
      : { status: 'awaiting-decision', plan: digest, expiresAt, approvalsMissing: approvalPolicy.approvalsNeeded },
  );
  const presented = { ...noted('plan-presented', digest, { version, actionIds, expiresAt }), at: presentedAt };
  const needs = expiresAt === null ? [noted('needs-a-person', digest, { why: whyIfNone })] : [];
  const { state, severity } = file.memory;
  const { caseId } = file;
  const notes = [...before, presented, ...overtaken, ...needs];
  const written = await recording.presentPlan({ caseId, digest, presentedAt, expiresAt, state, severity, notes });
  for (const undo of written.superseded ?? []) await tellUndoing(undo, digest);
  await takeMerge(file, written);
}

/** An undoing that waits with a plan of before hears of the fresh one; one that has ended hears nothing. */
async function tellUndoing({ caseId, plan }: SupersededUndo, by: Digest): Promise<void> {
  try {
    await getExternalWorkflowHandle(undoWorkflowId(caseId)).signal(superseded, { plan, by });
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}
