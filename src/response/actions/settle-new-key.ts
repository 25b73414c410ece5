import type { ActionOf } from '../../model/action.ts';
import type { Instant } from '../../model/ids.ts';
import type { JsonObject } from '../../model/json.ts';
import type { JournalRow } from '../action-journal.ts';
import { CallFailure } from '../call-failure.ts';
import { sessionOf } from '../intent.ts';
import { madeByUs } from '../key-provenance.ts';
import type { AccessKeyState } from '../ports.ts';
import type { EntryOf } from '../register.ts';
import { acceptedSentence, forgottenAttempt, unsettledAttempt } from '../run-step.ts';
import {
  SettlingHeld,
  StepBlocked,
  type StepContext as AnyStepContext,
  type StepFacts,
  StepPending,
  type StepSettlement,
} from '../step.ts';
import { attemptNotJournalled } from '../step-memory.ts';
import { accessKeyTarget } from './access-key-steps.ts';
import { describeSecret, isOurs, storedBefore } from './new-key-secret.ts';
import { noteRemovalsOver, removalsIn, removeMadeKey } from './remove-made-key.ts';
import { utcTime } from '../../model/utc-time.ts';
import { instantAfter } from '../../model/instant.ts';

type StepContext = AnyStepContext<ActionOf<'rotateAccessKey'>>;

/**
 * Finds out what an attempt with a lost answer left behind: the key with its stored secret, nothing, or a key whose secret was
 * lost, which is removed where the trail proves it ours. It ends by one of these alone: an error of any call holds it up, says so,
 * and it is tried on. So does an attempt that the register knows and the journal does not, until a person has accepted that.
 */
export async function settleNewKey(context: StepContext): Promise<StepSettlement> {
  const forgotten = await forgottenAttempt(context);
  if (forgotten !== null) return await settleForgotten(context, forgotten);
  const rows = await context.journal.rows();
  const last = rows.findLast((row) => row.mark === 'calling');
  if (last === undefined) return { found: 'nothing', detail: 'No key was asked for yet.', foreign: [] };
  const suspects = new Set(suspectsIn(rows));
  try {
    return await look(context, rows, last, suspects);
  } catch (error) {
    const holdsUp = error instanceof CallFailure || error instanceof StepBlocked;
    throw holdsUp ? heldUpBy(error, context, last, suspects) : error;
  }
}

/**
 * Whoever owns the store had it forget an attempt: nothing is removed by what is left of the journal. The keys that may come of it are
 * named, and left to a person.
 */
async function settleForgotten(context: StepContext, forgotten: EntryOf<'attempt'>): Promise<StepSettlement> {
  const mayBeLive = await keysWithoutSecret(context);
  if (await context.memory.isAccepted()) {
    const detail =
      mayBeLive.length === 0 ? acceptedSentence : `${acceptedSentence} ${mayBeLiveSentence(context, mayBeLive)}`;
    return { found: 'nothing', detail, foreign: mayBeLive };
  }
  const stopped = attemptNotJournalled(context.intentId, forgotten.step, forgotten.attempt);
  const which =
    mayBeLive.length === 0 ? askedForSentence(context, forgotten.at) : mayBeLiveSentence(context, mayBeLive);
  throw new SettlingHeld({ why: `${which}. ${stopped.message}`, mayBeLive, passing: false }, { cause: stopped });
}

/** The user's keys besides the target and the one whose secret this action stored; none where IAM does not list them. */
async function keysWithoutSecret(context: StepContext): Promise<readonly string[]> {
  const { userName, accessKeyId: target } = accessKeyTarget(context);
  try {
    const stored = (await describeSecret(context)).value;
    const known = isOurs(stored, context) ? stored.accessKeyId : null;
    const listed = (await context.hands.keys.keysOf(userName)).value.map(({ accessKeyId }) => accessKeyId);
    return listed.filter((id) => id !== target && id !== known);
  } catch (error) {
    if (error instanceof CallFailure) return [];
    throw error;
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
  error: CallFailure | StepBlocked,
  context: StepContext,
  last: JournalRow,
  suspects: ReadonlySet<string>,
): SettlingHeld {
  const mayBeLive = [...suspects];
  const which = mayBeLive.length === 0 ? askedForSentence(context, last.at) : mayBeLiveSentence(context, mayBeLive);
  const passing = error instanceof CallFailure && error.facts.retryable;
  return new SettlingHeld({ why: `${which}: ${error.message}`, mayBeLive, passing }, { cause: error });
}

function askedForSentence(context: StepContext, at: Instant): string {
  return `A key of user ${accessKeyTarget(context).userName} that was asked for at ${utcTime(at)} UTC may be live without a stored secret`;
}

function mayBeLiveSentence(context: StepContext, accessKeyIds: readonly string[]): string {
  return `Key ${accessKeyIds.join(', ')} of user ${accessKeyTarget(context).userName} may be live without a stored secret`;
}

/** That these keys were made by the action and are gone. */
export function removedSentence(accessKeyIds: readonly string[]): string {
  return `Removed ${accessKeyIds.join(', ')}: made by this action, with a secret that was not stored.`;
}
