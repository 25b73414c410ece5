import { setTimeout as delay } from 'node:timers/promises';
import type { CaseSummary, LastLook } from '../messages/investigate-messages.ts';
import type { CaseId, Digest } from '../model/ids.ts';
import { minuteMs } from '../model/duration.ts';
import type { CasePorts } from '../views/case.ts';
import { waitingPlans } from '../views/plan.ts';
import { ActRefusedError, actOnCase, type NamedCases } from './act-on-case.ts';
import type { Caller } from './caller.ts';
import { type ReopenPorts, reopenAndTakeUp } from './reopen-case.ts';

export interface ReplanPorts extends NamedCases, ReopenPorts, Pick<CasePorts, 'plansOf'> {
  /** Null where the case's workflow has ended. */
  readonly summaryOf: (caseId: CaseId) => Promise<CaseSummary | null>;
  readonly replan: (
    caseId: CaseId,
    asked: { readonly requestedBy: string; readonly reason?: string },
  ) => Promise<{ readonly accepted: boolean } | null>;
}

/** What came of looking at a case anew; null where it takes longer than anybody waits. */
export interface LookedAnew {
  readonly caseId: CaseId;
  readonly look: LastLook | null;
  /** The plan to take a response back that waited when it was asked for; null where none did. */
  readonly undo: { readonly plan: Digest; readonly now: 'waits' | 'void' } | null;
}

const act = { name: 'replan', notDone: 'no fresh plan was made' } as const;

/**
 * Asks a case for a fresh plan, and waits for what comes of it. One that has closed is opened again.
 *
 * @throws ActRefusedError where the case is busy or goes on in another, NoSuchCaseError
 */
export async function askForPlan(
  ports: ReplanPorts,
  caller: Caller,
  { caseId: typed, reason }: { readonly caseId: string; readonly reason?: string | undefined },
): Promise<LookedAnew> {
  const why = reason === undefined ? {} : { reason };
  return await actOnCase(ports, typed, act, async (caseId) => {
    const undo = await waitingUndo(ports, caseId);
    const look = await lookAnew(ports, caseId, { requestedBy: caller.name, ...why });
    if (undo === null) return { caseId, look, undo };
    return { caseId, look, undo: { plan: undo, now: (await waitingUndo(ports, caseId)) === undo ? 'waits' : 'void' } };
  });
}

async function waitingUndo(ports: ReplanPorts, caseId: CaseId): Promise<Digest | null> {
  const plans = await waitingPlans(ports, caseId, ports.now());
  return plans.find(({ undoes }) => undoes)?.digest ?? null;
}

async function lookAnew(
  ports: ReplanPorts,
  caseId: CaseId,
  { requestedBy, ...why }: { readonly requestedBy: string; readonly reason?: string },
): Promise<LastLook | null> {
  const reopened = await reopenAndTakeUp(ports, caseId, { actor: requestedBy, ...why });
  if (reopened.kind === 'goes-on-in') throw goesOnIn(caseId, reopened.caseId);
  if (reopened.kind === 'reopened') return await firstLook(ports, caseId);
  const before = running(caseId, await ports.summaryOf(caseId));
  const { accepted } = running(caseId, await ports.replan(caseId, { requestedBy, ...why }));
  if (!accepted) throw busy(caseId);
  return await lookAfter(ports, caseId, before.lastLook?.count ?? 0);
}

/** Longer than this nobody watches a silent terminal. */
const answerWithinMs = minuteMs;
const lookAgainMs = 250;

/** What came of the first look of a case that was opened again. */
async function firstLook({ summaryOf }: ReplanPorts, caseId: CaseId): Promise<LastLook | null> {
  for (const giveUpAt = Date.now() + answerWithinMs; Date.now() < giveUpAt; await delay(lookAgainMs)) {
    const { state, planDigest } = running(caseId, await summaryOf(caseId));
    if (state.status === 'gathering') continue;
    const presented = state.status === 'awaiting-decision' || state.status === 'needs-a-person';
    return { count: 1, outcome: presented ? 'presented' : 'nothing-to-do', plan: planDigest };
  }
  return null;
}

/** What came of the look after so many. */
async function lookAfter({ summaryOf }: ReplanPorts, caseId: CaseId, count: number): Promise<LastLook | null> {
  for (const giveUpAt = Date.now() + answerWithinMs; Date.now() < giveUpAt; await delay(lookAgainMs)) {
    const { lastLook } = running(caseId, await summaryOf(caseId));
    if (lastLook !== null && lastLook.count > count) return lastLook;
  }
  return null;
}

/** What a case's workflow answered; one that has ended meanwhile answers nothing. */
function running<T>(caseId: CaseId, answer: T | null): T {
  if (answer !== null) return answer;
  const remedy = `Case ${caseId} has ended meanwhile: \`trailhound audit show ${caseId}\` tells how. Ask again, and it is opened again.`;
  throw new ActRefusedError(act, 'case-ended', remedy);
}

function busy(caseId: CaseId): ActRefusedError {
  const remedy = `Case ${caseId} is gathering evidence or responding: ask again when that has ended.`;
  return new ActRefusedError(act, 'busy', remedy);
}

function goesOnIn(caseId: CaseId, into: CaseId): ActRefusedError {
  const remedy = `What case ${caseId} is about has an open case by now: ask that one, with \`trailhound investigations replan ${into}\`.`;
  return new ActRefusedError(act, 'case-ended', remedy);
}
