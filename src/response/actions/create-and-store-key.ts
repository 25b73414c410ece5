import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { ActionOf } from '../../model/action.ts';
import type { JsonObject } from '../../model/json.ts';
import type { JournalRow } from '../action-journal.ts';
import { CallFailure } from '../call-failure.ts';
import { sessionOf } from '../intent.ts';
import { madeByUs } from '../key-provenance.ts';
import type { AccessKeyState, Answered, NewAccessKey, SecretDescription } from '../ports.ts';
import {
  type ActionStep,
  instantAfter,
  KeyNotOurs,
  NeedsSettling,
  OutcomeUnknown,
  StepBlocked,
  type StepContext as AnyStepContext,
  type StepFacts,
  StepPending,
  type StepSettlement,
} from '../step.ts';
import { unsettledAttempt } from '../run-step.ts';
import { accessKeyTarget, lookAtTarget, stateOf } from './access-key-steps.ts';

type StepContext = AnyStepContext<ActionOf<'rotateAccessKey'>>;

/** AWS's limit of access keys a user, inactive ones counted. */
const maxKeysPerUser = 2;

/**
 * Makes a new access key and stores its secret, in one go: the secret lives in this process's memory between two calls and nowhere else.
 * CreateAccessKey takes no client token, so a lost answer may leave a live key whose secret nobody has: see `settle`.
 */
export const createAndStoreKey: ActionStep<ActionOf<'rotateAccessKey'>> = {
  async check(context) {
    const stored = await describeSecret(context);
    if (isOurs(stored.value, context)) {
      return { kind: 'already-so', ...storedBefore(stored.value, context, stored.awsRequestIds) };
    }
    if (stored.value !== null) {
      throw new StepBlocked(
        `A secret named ${secretPlace(context).name} is there already and was not stored by this action; it is not overwritten. Look at its tags: it may hold a key that replaced this one before.`,
      );
    }
    const seen = await lookAtTarget(context);
    if (seen.target.status !== 'Inactive') throw reactivated(seen.target);
    await refuseThirdKey(seen.keys, context);
    const data = { keysBefore: seen.keys.map((key) => key.accessKeyId) };
    const detail = `User ${accessKeyTarget(context).userName} has ${seen.keys.length} key, and room for a new one.`;
    return {
      kind: 'go',
      state: seen.state,
      detail,
      data,
      awsRequestIds: [...stored.awsRequestIds, ...seen.awsRequestIds],
    };
  },

  async call(context) {
    const attempt = await beginAttempt(context);
    const created = await createKey(context, attempt);
    const secret = await storeOrRemove(context, attempt, created);
    return {
      state: stateOf([{ accessKeyId: created.value.accessKeyId, status: 'Active' }]),
      detail: `Key ${created.value.accessKeyId} was made and its secret stored.`,
      data: { accessKeyId: created.value.accessKeyId, secretArn: secret.value.arn },
      awsRequestIds: [...created.awsRequestIds, ...secret.awsRequestIds],
    };
  },

  async verify(context) {
    const stored = await describeSecret(context);
    if (!isOurs(stored.value, context) || stored.value.accessKeyId === null) {
      throw new StepPending('Secrets Manager does not show the new secret yet.', context.limits.lookAgainMs);
    }
    const { accessKeyId, arn } = stored.value;
    const seen = await lookAtTarget(context);
    if (seen.target.status !== 'Inactive') throw reactivated(seen.target);
    if (!seen.keys.some((key) => key.accessKeyId === accessKeyId && key.status === 'Active')) {
      throw new StepPending(`IAM does not show the new key ${accessKeyId} as active yet.`, context.limits.lookAgainMs);
    }
    return {
      state: seen.state,
      detail: `Key ${accessKeyId} is active, its secret is in ${arn}, and the old key is inactive.`,
      data: { accessKeyId, secretArn: arn },
      awsRequestIds: [...stored.awsRequestIds, ...seen.awsRequestIds],
    };
  },

  async settle(context) {
    const rows = await context.journal.rows();
    const attempts = rows.filter((row) => row.mark === 'calling' || row.mark === 'answered');
    const last = attempts.findLast((row) => row.mark === 'calling');
    if (last === undefined) return { found: 'nothing', detail: 'No key was asked for yet.' };

    const stored = await describeSecret(context);
    if (isOurs(stored.value, context)) {
      return await settleStored(context, last, storedBefore(stored.value, context, stored.awsRequestIds));
    }
    if (unsettledAttempt(rows) !== null) awaitDust(context, last);
    const listed = await context.hands.keys.keysOf(accessKeyTarget(context).userName);
    const unexpected = unexpectedKeys(listed.value, rows);
    if (unexpected.length > 0) return await settleUnexpected(context, last, attempts, unexpected);
    const detail = 'No key was made: IAM lists none that is new.';
    return await settle(context, last.attempt, { found: 'nothing', detail });
  },
};

/* Checking */

async function describeSecret(context: StepContext): Promise<Answered<SecretDescription | null>> {
  const { name, region } = secretPlace(context);
  return await context.hands.secrets.describe(name, region);
}

function secretPlace({ action }: StepContext): { readonly name: string; readonly region: string } {
  return { name: action.params.secretName, region: action.params.secretRegion };
}

/** Stored under this intent's token: whatever the journal remembers, it has been done. */
function isOurs(secret: SecretDescription | null, context: StepContext): secret is SecretDescription {
  return secret !== null && secret.tokens.includes(context.intentId);
}

function storedBefore(secret: SecretDescription, context: StepContext, awsRequestIds: readonly string[]): StepFacts {
  return {
    state: canonicalDigest({ secret: secret.arn, intent: context.intentId }),
    detail: 'The new key was made and its secret stored under this intent before.',
    data: { accessKeyId: secret.accessKeyId, secretArn: secret.arn },
    awsRequestIds,
  };
}

function reactivated(key: AccessKeyState): StepBlocked {
  return new StepBlocked(`Key ${key.accessKeyId} is active again: somebody undid the containment. No new key is made.`);
}

async function refuseThirdKey(keys: readonly AccessKeyState[], context: StepContext): Promise<void> {
  if (keys.length < maxKeysPerUser) return;
  const rows = await context.journal.rows();
  if (rows.some((row) => row.mark === 'calling')) {
    throw new NeedsSettling('A key that was not there before the first attempt is there now.');
  }
  throw new StepBlocked(
    `User ${accessKeyTarget(context).userName} has ${keys.length} keys already, the most that AWS allows: rotation is not possible before one is deleted.`,
  );
}

/* Calling */

/** Writes down that a key is about to be asked for, and with which key the request will be signed. */
async function beginAttempt(context: StepContext): Promise<number> {
  const rows = await context.journal.rows();
  const attempt = rows.filter((row) => row.mark === 'calling').length;
  const { signingKeyId } = await context.hands.responder();
  const { written } = await context.journal.mark('calling', { signedBy: signingKeyId }, [], attempt);
  if (!written) throw new NeedsSettling('Another worker is making this attempt.');
  return attempt;
}

async function createKey(context: StepContext, attempt: number): Promise<Answered<NewAccessKey>> {
  try {
    return await context.hands.keys.create(accessKeyTarget(context).userName);
  } catch (error) {
    if (!(error instanceof CallFailure) || error.facts.ran === 'unknown') throw answerLost(error);
    await settle(context, attempt, { found: 'nothing', detail: error.facts.sentence });
    throw error;
  }
}

async function storeOrRemove(
  context: StepContext,
  attempt: number,
  created: Answered<NewAccessKey>,
): Promise<Answered<{ readonly arn: string }>> {
  const { name, region } = secretPlace(context);
  const { userName } = accessKeyTarget(context);
  const { caseId, intentId: token, hands } = context;
  try {
    return await hands.secrets.store({ name, region, token, userName, key: created.value, caseId });
  } catch (error) {
    await noteAnswer(context, attempt, created);
    if (!(error instanceof CallFailure) || error.facts.ran === 'unknown') throw answerLost(error);
    await removeKey(context, created.value.accessKeyId);
    const detail = `Key ${created.value.accessKeyId} was removed: its secret could not be stored.`;
    await settle(context, attempt, { found: 'removed', detail });
    throw error;
  }
}

/** Notes which key was made. Where even that fails, the trail will tell: what must happen next must not wait for it. */
async function noteAnswer(context: StepContext, attempt: number, created: Answered<NewAccessKey>): Promise<void> {
  const data = { accessKeyId: created.value.accessKeyId };
  await context.journal.mark('answered', data, created.awsRequestIds, attempt).catch(() => null);
}

function answerLost(cause: unknown): NeedsSettling {
  return new NeedsSettling('The answer was lost, and with it whether a key was made and its secret stored.', { cause });
}

/* Settling */

async function settle(context: StepContext, attempt: number, settlement: StepSettlement): Promise<StepSettlement> {
  const data: JsonObject = { found: settlement.found, detail: settlement.detail };
  await context.journal.mark('settled', data, [], attempt);
  return settlement;
}

async function settleStored(context: StepContext, last: JournalRow, facts: StepFacts): Promise<StepSettlement> {
  const data = { ...facts.data, state: facts.state, detail: facts.detail };
  await context.journal.mark('called', data, facts.awsRequestIds);
  return await settle(context, last.attempt, { found: 'stored', detail: facts.detail });
}

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
  last: JournalRow,
  attempts: readonly JournalRow[],
  unexpected: readonly AccessKeyState[],
): Promise<StepSettlement> {
  const removed: string[] = [];
  const foreign: string[] = [];
  for (const key of unexpected) {
    if (await provedOurs(context, attempts, last, key)) {
      await removeKey(context, key.accessKeyId);
      removed.push(key.accessKeyId);
    } else {
      foreign.push(key.accessKeyId);
    }
  }
  const detail = `Removed ${removed.join(', ')}: made by this action, with a secret that was lost before it was stored.`;
  if (removed.length > 0) return await settle(context, last.attempt, { found: 'removed', detail });

  await settle(context, last.attempt, { found: 'nothing', detail: 'The keys that are new were made by others.' });
  const { userName } = accessKeyTarget(context);
  throw new KeyNotOurs(
    `Key ${foreign.join(', ')} of user ${userName} was made by somebody else meanwhile; it is left alone. Look at who made it.`,
  );
}

async function provedOurs(
  context: StepContext,
  attempts: readonly JournalRow[],
  last: JournalRow,
  key: AccessKeyState,
): Promise<boolean> {
  const { hands, clock, limits, caseId, intentId } = context;
  const since = attempts[0]?.at ?? last.at;
  const making = await hands.trail.makingOf(accessKeyTarget(context).userName, key.accessKeyId, since);
  if (making.value !== null) {
    return madeByUs(making.value, await hands.responder(), sessionOf(caseId, intentId).sessionName, attempts);
  }
  if (clock.now() < instantAfter(last.at, limits.trailProofTimeoutMs)) {
    throw new StepPending(`CloudTrail does not show yet who made key ${key.accessKeyId}.`, limits.lookAgainMs);
  }
  throw new OutcomeUnknown(
    `Key ${key.accessKeyId} appeared while a new key was being made, and CloudTrail does not show who made it; it is left alone. Find out, and delete it if nobody owns it.`,
  );
}

/** Deactivates, then deletes; both are repeatable, and "not there" is what is wanted. */
async function removeKey(context: StepContext, accessKeyId: string): Promise<void> {
  const { userName } = accessKeyTarget(context);
  const { keys } = context.hands;
  await unlessGone(() => keys.deactivate(userName, accessKeyId));
  await unlessGone(() => keys.remove(userName, accessKeyId));
}

async function unlessGone(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof CallFailure) || error.facts.kind !== 'not-found') throw error;
  }
}
