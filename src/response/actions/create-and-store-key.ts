import type { ActionOf } from '../../model/action.ts';
import { instantAfter } from '../../model/instant.ts';
import { CallFailure } from '../call-failure.ts';
import type { AccessKeyState, Answered, NewAccessKey } from '../ports.ts';
import {
  type ActionStep,
  NeedsSettling,
  StepBlocked,
  type StepContext as AnyStepContext,
  StepPending,
} from '../step.ts';
import { accessKeyTarget, lookAtTarget, stateOf } from './access-key-steps.ts';
import { describeSecret, isOurs, secretPlace, storedBefore } from './new-key-secret.ts';
import { removeMadeKey } from './remove-made-key.ts';
import { removedSentence, settleNewKey } from './settle-new-key.ts';

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

  settle: settleNewKey,
};

/* Checking */

function reactivated(key: AccessKeyState): StepBlocked {
  return new StepBlocked(
    `Key ${key.accessKeyId} is active again: somebody undid the containment. No new key is made. Find out who did, and ask for a fresh plan.`,
  );
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
  await context.memory.spendAttempt(attempt);
  return attempt;
}

async function createKey(context: StepContext, attempt: number): Promise<Answered<NewAccessKey>> {
  try {
    return await context.hands.keys.create(accessKeyTarget(context).userName);
  } catch (error) {
    if (!(error instanceof CallFailure) || error.facts.ran === 'unknown') throw answerLost(error);
    await noteSettled(context, attempt, 'nothing', error.facts.sentence);
    throw error;
  }
}

async function storeOrRemove(
  context: StepContext,
  attempt: number,
  created: Answered<NewAccessKey>,
): Promise<Answered<{ readonly arn: string }>> {
  try {
    return await storeSecret(context, created);
  } catch (error) {
    await noteAnswer(context, attempt, created);
    if (!(error instanceof CallFailure)) throw error;
    await removeOrSettle(context, created.value.accessKeyId, error);
    await noteSettled(context, attempt, 'removed', removedSentence([created.value.accessKeyId]));
    throw error;
  }
}

/**
 * Storing is repeatable under the intent's token, and the secret is in this process's memory only: so it is tried for a while.
 *
 * @throws CallFailure where nothing was stored for sure; NeedsSettling where any answer was lost.
 */
async function storeSecret(context: StepContext, { value: key }: Answered<NewAccessKey>) {
  const { name, region } = secretPlace(context);
  const { userName } = accessKeyTarget(context);
  const { caseId, intentId: token, hands, clock, limits } = context;
  const giveUpAt = instantAfter(clock.now(), limits.storeAgainForMs);
  let lost = false;
  for (let waitMs = limits.lookAgainMs; ; waitMs *= 2) {
    try {
      return await hands.secrets.store({ name, region, token, userName, key, caseId });
    } catch (error) {
      const failure = error instanceof CallFailure ? error.facts : null;
      lost ||= failure?.ran !== 'no';
      const again = failure?.retryable === true && instantAfter(clock.now(), waitMs) <= giveUpAt;
      if (!again) throw lost ? answerLost(error) : error;
      await clock.wait(waitMs);
    }
  }
}

/** A key whose secret will not be stored goes at once; where even that fails, settling sees to it. */
async function removeOrSettle(context: StepContext, accessKeyId: string, refusal: CallFailure): Promise<void> {
  try {
    await removeMadeKey(context, accessKeyId);
  } catch (error) {
    const message = `${refusal.facts.sentence} The new key ${accessKeyId} is not removed yet.`;
    throw new NeedsSettling(message, { cause: error });
  }
}

async function noteSettled(context: StepContext, attempt: number, found: 'nothing' | 'removed', detail: string) {
  await context.journal.mark('settled', { found, detail, foreign: [] }, [], attempt);
}

/** Notes which key was made. Where even that fails, the trail will tell: what must happen next must not wait for it. */
async function noteAnswer(context: StepContext, attempt: number, created: Answered<NewAccessKey>): Promise<void> {
  const data = { accessKeyId: created.value.accessKeyId };
  await context.journal.mark('answered', data, created.awsRequestIds, attempt).catch(() => null);
}

function answerLost(cause: unknown): NeedsSettling {
  return new NeedsSettling('The answer was lost, and with it whether a key was made and its secret stored.', { cause });
}
