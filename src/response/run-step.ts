import type { ActionOutcome } from '../model/action-result.ts';
import type { Digest, Instant } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import type { JournalMark, JournalRow } from './action-journal.ts';
import type { EntryOf } from './register.ts';
import {
  NeedsSettling,
  StepBlocked,
  type ActionStep,
  type StepContext,
  type StepFacts,
  type StepSettlement,
} from './step.ts';

/** A step that was taken and verified. */
export interface StepResult {
  readonly outcome: Extract<ActionOutcome, 'done' | 'already-so'>;
  readonly before: Digest;
  readonly after: Digest;
  readonly verifiedAt: Instant;
  readonly awsRequestIds: readonly string[];
  /** What was done, a sentence of ours. */
  readonly detail: string;
}

/**
 * Takes a step as far as it goes, writing a row before each next part: intended, checked, called, verified. What the journal
 * or the register shows as done is not done again, so it may be called any number of times; the end is looked at in AWS every time,
 * whatever they say about it.
 *
 * @throws whatever the step throws; NeedsSettling where an earlier attempt of a `onceOnly` step has not been settled.
 */
export async function runStep(step: ActionStep, context: StepContext): Promise<StepResult> {
  await record(context, 'intended', {}, []);
  const known = byMark(await context.journal.rows());
  if (known.called === undefined && !(await context.memory.isTaken())) await checkAndCall(step, context);
  const proof = await step.verify(context);
  const verifiedAt = context.clock.now();
  await recordFacts(context, 'verified', proof);
  await context.memory.noteTaken();
  return await resultFrom(context, proof, verifiedAt);
}

/** Settles what a lost answer left behind; see {@link ActionStep.settle}. */
export async function settleStep(step: ActionStep, context: StepContext): Promise<StepSettlement> {
  if (step.settle === undefined) return { found: 'nothing', detail: 'The step may be repeated as it is.', foreign: [] };
  if (await context.memory.isTaken()) {
    return { found: 'stored', detail: 'The step has been taken: nothing of it is left to settle.', foreign: [] };
  }
  return await step.settle(context);
}

async function checkAndCall(step: ActionStep, context: StepContext): Promise<JournalRow> {
  if (await context.memory.isAccepted()) throw new StepBlocked(acceptedSentence);
  if (unsettledAttempt(await context.journal.rows()) !== null || (await forgottenAttempt(context)) !== null) {
    throw new NeedsSettling('The answer to an earlier attempt was lost, and what it left behind is not known yet.');
  }
  if (!context.mayChange) throw new StepBlocked('It was begun too long ago: nothing more is changed under this plan.');
  const wasCalled = await context.memory.wasCalled();
  const check = await step.check(context);
  // What is found so after a call whose answer was lost is no work of somebody else's before us.
  const wasSo = check.kind === 'already-so' && !wasCalled;
  const found = wasSo ? { ...check, data: { ...check.data, alreadySo: true } } : check;
  const checked = await recordFacts(context, 'checked', found);
  if (check.kind === 'already-so') return await recordFacts(context, 'called', found);
  await context.memory.noteCall(checked.at);
  return await recordFacts(context, 'called', await step.call(context, checked));
}

/**
 * Whether a step found everything so before it did anything: there is nothing of it to take back. The first look tells; at a later one
 * it may be the step's own doing.
 */
export function foundAlreadySo(rows: readonly JournalRow[], step: string): boolean {
  const first = rows.find((row) => row.step === step && row.mark === 'checked');
  return first?.data['alreadySo'] === true;
}

/** What is said of an action whose memory is lost, once a person has accepted that. */
export const acceptedSentence =
  'The store has lost what was done of it, which a person has accepted: nothing more is changed under this plan.';

/** An attempt that the register knows and the journal does not, or null: whoever owns the store had it forgotten. */
export async function forgottenAttempt({ journal, memory }: StepContext): Promise<EntryOf<'attempt'> | null> {
  const spent = await memory.attempts();
  if (spent.length === 0) return null;
  const calling = (await journal.rows()).filter((row) => row.mark === 'calling');
  // A row is written before its attempt is spent: a later one was written in the place of one that is gone.
  function isKnown({ attempt, at }: EntryOf<'attempt'>) {
    return calling.some((row) => row.attempt === attempt && Date.parse(row.at) <= Date.parse(at));
  }
  return spent.find((entry) => !isKnown(entry)) ?? null;
}

/** The latest attempt whose answer is not in the journal, or null. */
export function unsettledAttempt(rows: readonly JournalRow[]): JournalRow | null {
  const settled = new Set(rows.filter((row) => row.mark === 'settled').map((row) => row.attempt));
  return rows.findLast((row) => row.mark === 'calling' && !settled.has(row.attempt)) ?? null;
}

async function recordFacts(context: StepContext, mark: JournalMark, facts: StepFacts): Promise<JournalRow> {
  return await record(context, mark, { ...facts.data, state: facts.state, detail: facts.detail }, facts.awsRequestIds);
}

async function record(
  context: StepContext,
  mark: JournalMark,
  data: JsonObject,
  awsRequestIds: readonly string[],
): Promise<JournalRow> {
  const { row } = await context.journal.mark(mark, data, awsRequestIds);
  return row;
}

function byMark(rows: readonly JournalRow[]): Partial<Record<JournalMark, JournalRow>> {
  return Object.fromEntries(rows.map((row) => [row.mark, row]));
}

async function resultFrom(context: StepContext, proof: StepFacts, verifiedAt: Instant): Promise<StepResult> {
  const rows = await context.journal.rows();
  const { checked, called } = byMark(rows);
  return {
    outcome: called?.data['alreadySo'] === true ? 'already-so' : 'done',
    before: checked === undefined ? proof.state : digestIn(checked),
    after: proof.state,
    verifiedAt,
    awsRequestIds: [...new Set([...rows.flatMap((row) => row.awsRequestIds), ...proof.awsRequestIds])],
    detail: proof.detail,
  };
}

/** Written by {@link recordFacts}. */
function digestIn(row: JournalRow): Digest {
  return row.data['state'] as Digest;
}
