import { setTimeout as delay } from 'node:timers/promises';
import type { UndoInput, UndoState } from '../messages/undo-messages.ts';
import type { CaseId, Digest } from '../model/ids.ts';
import { minuteMs } from '../model/duration.ts';
import type { CasePorts } from '../views/case.ts';
import { notCarriedOut, type ResponsePorts, responsesOf, type ResponseView } from '../views/responses.ts';
import { currentInstant } from '../model/instant.ts';
import { waitingPlans } from '../views/plan.ts';
import { ActRefusedError, actOnCase, type NamedCases } from './act-on-case.ts';
import type { Caller } from './caller.ts';
import { planNamed } from './plan-named.ts';

export interface UndoPorts extends NamedCases, ResponsePorts, Pick<CasePorts, 'mergedFromOf'> {
  /** False where something of the case is being undone already. */
  readonly startUndoing: (input: UndoInput) => Promise<boolean>;
  /** Null where nothing of it was ever undone. */
  readonly undoingOf: (caseId: CaseId) => Promise<UndoState | null>;
}

const act = { name: 'undo', notDone: 'no undoing was begun' } as const;
/** Longer than this nobody watches a silent terminal. */
const answerWithinMs = minuteMs;
const lookAgainMs = 250;

/**
 * Asks for a plan that takes back what a response of the case has done that is not taken back yet. It waits for a decision like any
 * other, until the case presents a plan of its own: then it is void.
 *
 * @param plan the digest of the plan whose response is meant, or 20 or more of its first characters; the latest where left out
 * @throws ActRefusedError where there is nothing to undo, or it is being undone already, NoSuchCaseError
 */
export async function askToUndo(
  ports: UndoPorts,
  caller: Caller,
  {
    caseId: typed,
    plan,
    reason,
  }: { readonly caseId: string; readonly plan?: string | undefined; readonly reason?: string | undefined },
): Promise<{ readonly caseId: CaseId; readonly undoing: UndoState; readonly besides: Digest | null }> {
  return await actOnCase(ports, typed, act, async (caseId) => {
    const left = await plansToUndo(ports, caseId);
    const undoes = plan === undefined ? left.at(-1) : await oneOf(left, plan, ports, caseId);
    if (undoes === undefined) throw await nothingLeft(ports, caseId);
    const why = reason === undefined ? {} : { reason };
    if (!(await ports.startUndoing({ caseId, undoes, requestedBy: caller.name, ...why }))) throw undoneAlready(caseId);
    const undoing = await planned(ports, caseId);
    const own = (await waitingPlans(ports, caseId, currentInstant())).find(({ undoes: isUndo }) => !isUndo);
    return { caseId, undoing, besides: own?.digest ?? null };
  });
}

async function planned({ undoingOf }: UndoPorts, caseId: CaseId): Promise<UndoState> {
  for (const giveUpAt = Date.now() + answerWithinMs; ; await delay(lookAgainMs)) {
    const undoing = (await undoingOf(caseId)) ?? { kind: 'planning' };
    if (undoing.kind !== 'planning' || Date.now() > giveUpAt) return undoing;
  }
}

/** The refusal of an undoing whose plan could do nothing. */
export function nothingToUndo(caseId: CaseId): ActRefusedError {
  const remedy = `What the response did needs no taking back, or people must do it: \`trailhound investigations show ${caseId}\``;
  return new ActRefusedError(act, 'nothing-to-undo', remedy);
}

async function nothingLeft(ports: UndoPorts, caseId: CaseId): Promise<ActRefusedError> {
  // A plan and its response stay with the case that they were of.
  for (const merged of await ports.mergedFromOf(caseId)) {
    if ((await plansToUndo(ports, merged)).length === 0) continue;
    const there = `What ${merged} did before it was merged into ${caseId} can be: \`trailhound investigations undo ${merged}\`.`;
    return new ActRefusedError(act, 'nothing-to-undo', there);
  }
  const responses = await responsesOf(ports, caseId);
  const remedy = responses.some(({ ended }) => ended === 'undone')
    ? `All that the responses of case ${caseId} did is taken back already: \`trailhound investigations show ${caseId}\` says what holds now.`
    : `No response of case ${caseId} has ended yet: there is nothing to undo.`;
  return new ActRefusedError(act, 'nothing-to-undo', remedy);
}

function undoneAlready(caseId: CaseId): ActRefusedError {
  const remedy = `It is being undone already: \`trailhound investigations show ${caseId}\` shows the plan that waits. Once that is rejected, another can be asked for.`;
  return new ActRefusedError(act, 'already-undoing', remedy);
}

/** What the case has done by another plan than the latest is taken back by its name, whatever else stays. */
async function oneOf(
  left: readonly Digest[],
  named: string,
  { plansOf }: ResponsePorts,
  caseId: CaseId,
): Promise<Digest> {
  const { digest } = planNamed(await plansOf(caseId), named, act.notDone);
  if (left.includes(digest)) return digest;
  const others = left.length === 0 ? '' : ` There is of ${left.join(' and ')}.`;
  throw new ActRefusedError(act, 'nothing-to-undo', `Nothing of what that plan did is left to take back.${others}`);
}

/** The plans of the responses of which something is not taken back, the latest last; one that undoes another is none of them. */
async function plansToUndo(ports: ResponsePorts, caseId: CaseId): Promise<readonly Digest[]> {
  const [responses, plans] = [await responsesOf(ports, caseId), await ports.plansOf(caseId)];
  const undoing = new Map(plans.flatMap(({ digest, undoes }) => (undoes === null ? [] : [[digest, undoes] as const])));
  // An undoing's plan has all that was not taken back yet.
  function isLeft({ planDigest }: ResponseView) {
    const last = responses.findLast((each) => undoing.get(each.planDigest as Digest) === planDigest);
    return last === undefined || notCarriedOut(last, plans).length > 0;
  }
  return responses
    .map(({ planDigest, ...rest }) => ({ ...rest, planDigest: planDigest as Digest })) // as the audit record of its end has it
    .filter((each) => !undoing.has(each.planDigest) && isLeft(each))
    .map(({ planDigest }) => planDigest);
}
