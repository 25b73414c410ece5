import { setTimeout as delay } from 'node:timers/promises';
import type { ActionType } from '../../src/model/action.ts';
import { type Ended, type Place, trailhound } from './npm-start.ts';

/** The demonstration's case, with a plan that can be decided on. */
export interface DecidableCase {
  readonly id: string;
  readonly plan: string;
  /** The actions that Trailhound would take, chosen by itself or by a person. */
  readonly actions: readonly { readonly id: string; readonly type: ActionType }[];
}

interface Listed {
  readonly investigations: readonly { readonly id: string; readonly status: string; readonly actor: string }[];
}

interface Shown {
  readonly look: { readonly ended: boolean } | null;
  readonly plan: {
    readonly digest: string;
    readonly actions: readonly { readonly id: string; readonly type: ActionType; readonly byHand: boolean }[];
  } | null;
}

/** What is planned once all of the attack has come in: the role of the second account comes last. */
export const wholeAttack: readonly ActionType[] = [
  'deactivateAccessKey',
  'denyUserEverything',
  'disableCreatedIdentity',
  'revokeRoleSessions',
];

/** What is offered where no way in is open. */
export const newKey: readonly ActionType[] = ['rotateAccessKey'];

/** The case as it stands, where it is one case by now and its plan has such actions; null before. */
async function decidable(place: Place, wanted: readonly ActionType[]): Promise<DecidableCase | null> {
  const listed = await trailhound(place, 'investigations', 'list', '--json');
  if (listed.code !== 0) return null;
  const open = (JSON.parse(listed.out) as Listed).investigations.filter(
    ({ status }) => !['closed', 'merged'].includes(status),
  );
  const [one] = open;
  if (open.length !== 1 || one?.status !== 'awaiting-decision' || !one.actor.includes('ci-deploy')) return null;
  const shown = await trailhound(place, 'investigations', 'show', one.id, '--json');
  if (shown.code !== 0) return null;
  const { look, plan } = JSON.parse(shown.out) as Shown;
  const actions = plan?.actions.filter(({ byHand }) => !byHand) ?? [];
  const isWhole = look?.ended === true && wanted.every((type) => actions.some((action) => action.type === type));
  return plan !== null && isWhole ? { id: one.id, plan: plan.digest, actions } : null;
}

/** Waits for the plan with such actions: the demonstration's cases become one, and its plan grows with the attack. */
export async function untilPlanned(place: Place, wanted: readonly ActionType[]): Promise<DecidableCase> {
  const untilMs = Date.now() + 600_000;
  for (;;) {
    const found = await decidable(place, wanted);
    if (found !== null) return found;
    if (Date.now() > untilMs) throw new Error(`waited in vain for a plan with ${wanted.join(', ')}`);
    await delay(500);
  }
}

/** Approves the actions of such types, in the plan that stands: one that gives way in this moment is refused, and the next one taken. */
export async function approve(
  place: Place,
  wanted: readonly ActionType[],
  ...more: readonly string[]
): Promise<Ended & { readonly caseId: string }> {
  for (;;) {
    const { id: caseId, plan, actions } = await untilPlanned(place, wanted);
    const chosen = actions.filter(({ type }) => wanted.includes(type)).map(({ id }) => id);
    const act = ['investigations', 'approve', caseId, '--plan', plan, '--reason', 'a trial'];
    const ended = await trailhound(place, ...act, '--actions', chosen.join(), ...more);
    if (!/wrong-plan|superseded/.test(ended.err)) return { ...ended, caseId };
  }
}
