import { canonicalDigest } from '../digest/canonical-digest.ts';
import {
  type ActionOutcome,
  type ActionResult,
  endedWell,
  type MadeKey,
  stepBoundaries,
} from '../model/action-result.ts';
import type { Digest } from '../model/ids.ts';
import type { JournalRow } from './action-journal.ts';
import { CallFailure } from './call-failure.ts';
import { madeKeysIn, madeKeysInWords } from './made-keys.ts';
import { type ActionStep, StepBlocked, type StepContext, type StepFacts, StepPending } from './step.ts';

/** How an action ended, as a fresh look into AWS shows it. */
export interface SeenEnding {
  readonly outcome: ActionOutcome;
  readonly detail: string;
  readonly keys: readonly MadeKey[];
  /** How many of its steps AWS shows to be taken. */
  readonly stepsSeen: number;
  /** The states that were seen, by step, and the requests that it took to see them. */
  readonly proofs: readonly StepFacts[];
}

/** A step to look at, with what it looks at it by. */
export interface StepToSee {
  readonly step: ActionStep;
  readonly context: StepContext;
}

type StepSeen =
  | { readonly kind: 'so'; readonly proof: StepFacts }
  | { readonly kind: 'not-so'; readonly detail: string; readonly mayCome: boolean }
  | { readonly kind: 'unseen'; readonly failure: CallFailure };

/**
 * Looks at the end of an action in AWS. What is told as done is what is seen here, whoever claims what: a claim decides only how a
 * failure is called.
 *
 * @param claimed what the steps came to, as the workflow saw it.
 * @param patient true as long as it may be waited for what AWS does not show yet, or does not answer.
 * @throws StepPending, CallFailure while patient.
 */
export async function seeEnding(
  steps: readonly StepToSee[],
  rows: readonly JournalRow[],
  claimed: { readonly outcome: ActionOutcome; readonly detail: string },
  patient: boolean,
): Promise<SeenEnding> {
  const seen = [];
  for (const each of steps) seen.push(await seeStep(each));
  const proofs = seen.flatMap((each) => (each.kind === 'so' ? [each.proof] : []));
  const outcome = outcomeOf(seen, await changedAnything(steps, rows), claimed.outcome, patient);
  const keys = madeKeysIn(rows, liveKeyIn(proofs));
  const looked = seen.flatMap((each) => sentenceOf(each, claimed.outcome));
  const claim = endedWell(outcome) ? '' : claimed.detail;
  // What the steps said of themselves is in the claim, in the words in which the look says it.
  const more = [...new Set([...looked, ...madeKeysInWords(keys)])].filter((sentence) => !claim.includes(sentence));
  const detail = [...(claim === '' ? [] : [claim]), ...more].join(' ');
  return { outcome, detail, keys, stepsSeen: proofs.length, proofs };
}

async function seeStep({ step, context }: StepToSee): Promise<StepSeen> {
  try {
    return { kind: 'so', proof: await step.verify(context) };
  } catch (error) {
    if (error instanceof StepPending) return { kind: 'not-so', detail: error.message, mayCome: true };
    if (error instanceof StepBlocked) return { kind: 'not-so', detail: error.message, mayCome: false };
    if (error instanceof CallFailure) return { kind: 'unseen', failure: error };
    throw error;
  }
}

/** "Unknown" is for what could not be seen, and for nothing else. */
function outcomeOf(
  seen: readonly StepSeen[],
  changed: boolean,
  claimed: ActionOutcome,
  patient: boolean,
): ActionOutcome {
  const unseen = seen.find((each) => each.kind === 'unseen');
  if (unseen !== undefined) {
    // A permission that was withdrawn may be given back: "unknown" would be told for good.
    if (patient) throw new CallFailure({ ...unseen.failure.facts, retryable: true });
    return 'unknown';
  }
  if (seen.every((each) => each.kind === 'so')) return changed ? 'done' : 'already-so';
  const pending = seen.find((each) => each.kind === 'not-so' && each.mayCome);
  const claimedDone = endedWell(claimed);
  if (claimedDone && patient && pending?.kind === 'not-so') throw new StepPending(pending.detail, lookAgainMs);
  return claimedDone || claimed === 'unknown' ? 'failed' : claimed;
}

/** IAM's lists lag: between two looks at what was seen once and is not now. */
const lookAgainMs = 1_000;

/** By the journal, or by the register: what was called is our doing though whoever owns the store has cut the journal since. */
async function changedAnything(steps: readonly StepToSee[], rows: readonly JournalRow[]): Promise<boolean> {
  if (rows.some((row) => row.mark === 'called' && row.data['alreadySo'] !== true)) return true;
  for (const { context } of steps) if (await context.memory.wasCalled()) return true;
  return false;
}

/** That a step is not taken whose failure is told anyway says nothing new. */
function sentenceOf(seen: StepSeen, claimed: ActionOutcome): readonly string[] {
  if (seen.kind === 'so') return [seen.proof.detail];
  if (seen.kind === 'unseen') return [`The end could not be looked at: ${seen.failure.facts.sentence}`];
  return seen.mayCome && !endedWell(claimed) ? [] : [seen.detail];
}

/** The key that a step was just seen to have made and stored. */
function liveKeyIn(proofs: readonly StepFacts[]): MadeKey | null {
  for (const { data } of proofs) {
    const { accessKeyId, secretArn } = data;
    if (typeof accessKeyId === 'string' && typeof secretArn === 'string')
      return { accessKeyId, fate: 'live', secretArn };
  }
  return null;
}

/** What an action came to, for the store: the look at its end, with what its journal tells of the way. */
export function actionResultFrom(intentId: string, rows: readonly JournalRow[], ending: SeenEnding): ActionResult {
  const states = rows.flatMap((row) => stateIn(row));
  const nothingSeen = canonicalDigest(null);
  const seenNow = ending.proofs.flatMap((proof) => proof.awsRequestIds);
  return {
    intentId,
    reached: stepBoundaries.findLast((boundary) => rows.some((row) => row.mark === boundary)) ?? 'intended',
    awsRequestIds: [...new Set([...rows.flatMap((row) => row.awsRequestIds), ...seenNow])],
    outcome: ending.outcome,
    before: states.at(0) ?? nothingSeen,
    after: ending.proofs.at(-1)?.state ?? states.at(-1) ?? nothingSeen,
    verifiedBy: endedWell(ending.outcome) ? ['iam'] : [],
    keys: ending.keys,
    detail: ending.detail,
  };
}

function stateIn(row: JournalRow): readonly Digest[] {
  const { state } = row.data;
  return typeof state === 'string' && state.startsWith('sha256:') ? [state as Digest] : [];
}
