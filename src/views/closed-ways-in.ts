import type { CaseRecord } from '../investigation/case/case-ports.ts';
import { actionsLeftToPeople } from '../investigation/report/actions-left-to-people.ts';
import { leftByHand } from '../investigation/report/left-by-hand.ts';
import { toPutRight } from '../investigation/report/to-put-right.ts';
import type { CaseId } from '../model/ids.ts';
import { dayMs } from '../model/duration.ts';
import type { CasePorts } from './case.ts';
import { liveCase, type LiveCasePorts } from './live-case.ts';

/** So long after it closed a contained case is looked at; what is found of it later is the next intrusion's. */
export const looksAtClosedForMs = 7 * dayMs;

/** Whoever lists cases waits no longer for this than so. */
const lookWithinMs = 10_000;

/** How many ways in are left, open or such that nobody knows; or that nobody looked. */
type WaysInLeft = number | 'not-looked-at';

export interface LeftOfClosed {
  readonly waysIn: WaysInLeft;
  /** How many things are left to people, as the case shows them; null where nobody looked. */
  readonly byHand: number | null;
}

/**
 * Of those among some cases that closed as contained, or as an intrusion that is over: how many ways in are open now, or of which nobody
 * knows, and how much is left to do by hand. Those that closed long ago are not looked at, nor those for which there is no time left. The reconciler opens such a case again,
 * but not before it comes to it.
 */
export async function leftOfClosed(
  ports: LiveCasePorts & Pick<CasePorts, 'plansOf'>,
  cases: readonly CaseRecord[],
): Promise<ReadonlyMap<CaseId, LeftOfClosed>> {
  const startedMs = Date.parse(ports.now());
  const left = new Map<CaseId, LeftOfClosed>();
  for (const { id, verdict, closedAt } of cases) {
    if (closedAt === null || (verdict !== 'contained' && verdict !== 'true-positive')) continue;
    const isLookedAt =
      Date.parse(closedAt) >= startedMs - looksAtClosedForMs && Date.parse(ports.now()) <= startedMs + lookWithinMs;
    left.set(id, isLookedAt ? await leftOf(ports, id) : { waysIn: 'not-looked-at', byHand: null });
  }
  return left;
}

async function leftOf(ports: LiveCasePorts & Pick<CasePorts, 'plansOf'>, id: CaseId): Promise<LeftOfClosed> {
  const { containment, shown, assessment } = await liveCase(ports, id);
  const plan = (await ports.plansOf(id)).find(({ undoes }) => undoes === null);
  const actions = plan?.opened.kind === 'intact' ? actionsLeftToPeople(plan.opened.plan) : [];
  const document = { plan: { actions }, waysIn: shown.waysIn, toPutRight: toPutRight(assessment) };
  return { waysIn: containment.left.length, byHand: leftByHand(document, Date.parse(ports.now())).length };
}
