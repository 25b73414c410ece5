import type { ActionOf } from '../../model/action.ts';
import type { JsonObject } from '../../model/json.ts';
import type { JournalRow } from '../action-journal.ts';
import { CallFailure } from '../call-failure.ts';
import { sessionOf } from '../intent.ts';
import { madeByUs } from '../key-provenance.ts';
import type { AccessKeyState } from '../ports.ts';
import { unsettledAttempt } from '../run-step.ts';
import {
  instantAfter,
  SettlingHeld,
  type StepContext as AnyStepContext,
  type StepFacts,
  StepPending,
  type StepSettlement,
} from '../step.ts';
import { accessKeyTarget } from './access-key-steps.ts';
import { describeSecret, isOurs, storedBefore } from './new-key-secret.ts';
import { noteRemovalsOver, removalsIn, removeMadeKey } from './remove-made-key.ts';

type StepContext = AnyStepContext<ActionOf<'rotateAccessKey'>>;

/**
 * Finds out what an attempt with a lost answer left behind: the key with its stored secret, nothing, or a key whose secret was
 * lost, which is removed where the trail proves it ours. It ends by one of these alone: an error of any call holds it up, says so,
 * and it is tried on.
 */
export async function settleNewKey(context: StepContext): Promise<StepSettlement> {
  const rows = await context.journal.rows();
  const last = rows.findLast((row) => row.mark === 'calling');
  if (last === undefined) return { found: 'nothing', detail: 'No key was asked for yet.', foreign: [] };
  const suspects = new Set(suspectsIn(rows));
  try {
    return await look(context, rows, last, suspects);
  } catch (error) {
    throw error instanceof CallFailure ? heldUpBy(error, context, last, suspects) : error;
  }
}

async function look(
  context: StepContext,
  rows: readonly JournalRow[],
  last: JournalRow,
  suspects: Set<string>,
): Promise<StepSettlement> {
  const { userName } = accessKeyTarget(context);
  const stored = await describeSecret(context);
  if (isOurs(stored.value, context)) {
    return await settleStored(context, last, storedBefore(stored.value, context, stored.awsRequestIds));
  }
  // First of all: what was seen already must be named, should anything after this fail.
  const listed = (await context.hands.keys.keysOf(userName)).value;
  const unexpected = unexpectedKeys(listed, rows);
  for (const key of unexpected) suspects.add(key.accessKeyId);
  if (unsettledAttempt(rows) !== null) awaitDust(context, last);
  await noteRemovalsOver(
    context,
    rows,
    listed.map((key) => key.accessKeyId),
  );
  if (unexpected.length > 0) return await settleUnexpected(context, rows, last, unexpected);
  return await settleGone(context, last);
}

/** Nothing that is new is there: either no key was made, or the one that was has been removed. */
async function settleGone(context: StepContext, last: JournalRow): Promise<StepSettlement> {
  const removed = removalsIn(await context.journal.rows()).map(({ accessKeyId }) => accessKeyId);
  return removed.length === 0
    ? await settle(context, last.attempt, 'nothing', 'No key was made: IAM lists none that is new.')
    : await settle(context, last.attempt, 'removed', removedSentence(removed));
}

async function settle(
  context: StepContext,
  attempt: number,
  found: StepSettlement['found'],
  detail: string,
  foreign: readonly string[] = [],
): Promise<StepSettlement> {
  const data: JsonObject = { found, detail, foreign: [...foreign] };
  await context.journal.mark('settled', data, [], attempt);
  return { found, detail, foreign };
}

async function settleStored(context: StepContext, last: JournalRow, facts: StepFacts): Promise<StepSettlement> {
  const data = { ...facts.data, state: facts.state, detail: facts.detail };
  await context.journal.mark('called', data, facts.awsRequestIds);
  return await settle(context, last.attempt, 'stored', facts.detail);
}

/** Keys that were not there before the first attempt. */
function unexpectedKeys(keys: readonly AccessKeyState[], rows: readonly JournalRow[]): readonly AccessKeyState[] {
  const before = rows.find((row) => row.mark === 'checked')?.data['keysBefore'];
  const known: readonly unknown[] = Array.isArray(before) ? before : [];
  return keys.filter((key) => !known.includes(key.accessKeyId));
}

/**
 * Nothing is concluded, and nothing removed, before an attempt is surely over: IAM's lists lag, and a worker that was taken for dead
 * may yet be storing the secret.
 */
function awaitDust(context: StepContext, last: JournalRow): void {
  if (context.clock.now() < instantAfter(last.at, context.limits.settleMs)) {
    throw new StepPending('An attempt whose answer was lost may not be over yet.', context.limits.lookAgainMs);
  }
}

/** Removes unexpected keys that the trail proves to be ours; their secret was lost. Others are named and left alone. */
async function settleUnexpected(
  context: StepContext,
  rows: readonly JournalRow[],
  last: JournalRow,
  unexpected: readonly AccessKeyState[],
): Promise<StepSettlement> {
  const attempts = rows.filter((row) => row.mark === 'calling' || row.mark === 'answered');
  const foreign: string[] = [];
  let removedAny = false;
  for (const key of unexpected) {
    if (await provedOurs(context, attempts, last, key)) {
      await removeMadeKey(context, key.accessKeyId);
      removedAny = true;
    } else {
      foreign.push(key.accessKeyId);
    }
  }
  if (removedAny) return await settleGone(context, last);
  const { userName } = accessKeyTarget(context);
  const detail = `Key ${foreign.join(', ')} of user ${userName} was made by somebody else meanwhile; it is left alone. Look at who made it.`;
  return await settle(context, last.attempt, 'nothing', detail, foreign);
}

async function provedOurs(
  context: StepContext,
  attempts: readonly JournalRow[],
  last: JournalRow,
  key: AccessKeyState,
): Promise<boolean> {
  const { hands, clock, limits, caseId, intentId } = context;
  const { userName } = accessKeyTarget(context);
  if (attempts.some((row) => row.mark === 'answered' && row.data['accessKeyId'] === key.accessKeyId)) return true;
  const since = attempts[0]?.at ?? last.at;
  const making = await hands.trail.makingOf(userName, key.accessKeyId, since);
  if (making.value !== null) {
    return madeByUs(making.value, await hands.responder(), sessionOf(caseId, intentId).sessionName, attempts);
  }
  if (clock.now() < instantAfter(last.at, limits.trailProofTimeoutMs)) {
    throw new StepPending(`CloudTrail does not show yet who made key ${key.accessKeyId}.`, limits.lookAgainMs);
  }
  const why = `Key ${key.accessKeyId} of user ${userName} appeared while a new key was being made, its secret is not stored, and CloudTrail does not show who made it; it is left alone. Find out, and delete it if nobody owns it.`;
  throw new SettlingHeld({ why, mayBeLive: [key.accessKeyId], passing: false });
}

/* Being held up */

/** Keys that the journal shows to be made and not to be gone. */
function suspectsIn(rows: readonly JournalRow[]): readonly string[] {
  const gone = new Set(removalsIn(rows).flatMap(({ accessKeyId, over }) => (over ? [accessKeyId] : [])));
  return rows
    .filter((row) => row.mark === 'answered' || row.mark === 'removing')
    .flatMap(({ data: { accessKeyId } }) =>
      typeof accessKeyId === 'string' && !gone.has(accessKeyId) ? [accessKeyId] : [],
    );
}

function heldUpBy(
  error: CallFailure,
  context: StepContext,
  last: JournalRow,
  suspects: ReadonlySet<string>,
): SettlingHeld {
  const { userName } = accessKeyTarget(context);
  const mayBeLive = [...suspects];
  const which =
    mayBeLive.length === 0
      ? `A key of user ${userName} that was asked for at ${last.at} may be live without a stored secret`
      : `Key ${mayBeLive.join(', ')} of user ${userName} may be live without a stored secret`;
  const why = `${which}: ${error.facts.sentence}`;
  return new SettlingHeld({ why, mayBeLive, passing: error.facts.retryable }, { cause: error });
}

/** That these keys were made by the action and are gone. */
export function removedSentence(accessKeyIds: readonly string[]): string {
  return `Removed ${accessKeyIds.join(', ')}: made by this action, with a secret that was not stored.`;
}
