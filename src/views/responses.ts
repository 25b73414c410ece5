import { z } from 'zod';
import type { PresentedPlan } from '../investigation/case/case-ports.ts';
import type { Action, ActionTarget, ActionType } from '../model/action.ts';
import { entriesOfKind, type WrittenRecord } from '../audit/audit-record.ts';
import type { ActionResult } from '../model/action-result.ts';
import type { CaseId, Digest } from '../model/ids.ts';
import { intentIdOf } from '../response/intent.ts';
import { list } from './scalars.ts';

/** How a response ended, action by action. */
export const responseSchema = z.strictObject({
  ended: z.string(),
  actions: list(
    z.strictObject({
      actionId: z.string(),
      /** What it is and on what, where its plan is what its digest says. */
      type: z.custom<ActionType>((value) => typeof value === 'string').nullable(),
      target: z.custom<ActionTarget>((value) => typeof value === 'object' && value !== null).nullable(),
      params: z.custom<Action['params']>((value) => typeof value === 'object' && value !== null).nullable(),
      outcome: z.string(),
      detail: z.string(),
      keys: list(
        z.strictObject({
          accessKeyId: z.string(),
          fate: z.enum(['live', 'removed', 'may-be-live']),
          secretArn: z.string().nullable(),
        }),
      ),
    }),
  ),
  planDigest: z.string(),
  endedAt: z.string(),
});
export type ResponseView = z.infer<typeof responseSchema>;

/** Where how responses ended is read from. */
export interface ResponsePorts {
  /** The records of the ends of a case's responses, and of their actions, oldest first. */
  readonly responseEndsOf: (id: CaseId) => Promise<readonly WrittenRecord[]>;
  /** The latest first. */
  readonly plansOf: (id: CaseId) => Promise<readonly PresentedPlan[]>;
  /** How actions of a case ended by the responder's own word; null where that cannot be told from anybody else's. */
  readonly ownEndsOf: (id: CaseId) => Promise<OwnEnds | null>;
}

/** What the responder itself wrote of how actions ended, by their intents. */
export type OwnEnds = ReadonlyMap<string, Pick<ActionResult, 'outcome' | 'detail' | 'keys'>>;

/** The responses of a case that have ended, oldest first. */
export async function responsesOf(
  { responseEndsOf, plansOf, ownEndsOf }: ResponsePorts,
  id: CaseId,
): Promise<readonly ResponseView[]> {
  return responseViews(await responseEndsOf(id), await plansOf(id), await ownEndsOf(id));
}

/**
 * The responses of a case, from the records of their ends and the plans that they carried out. Anybody may have written a record: that
 * something was done, and which key was made, is told where the responder itself has said so.
 *
 * @param own null where nobody can tell: then what the records say is told
 */
export function responseViews(
  records: readonly WrittenRecord[],
  plans: readonly PresentedPlan[],
  own: OwnEnds | null,
): readonly ResponseView[] {
  const planned = new Map(
    plans.flatMap(({ digest, opened }) =>
      opened.kind === 'intact' ? [[digest as string, opened.plan.actions] as const] : [],
    ),
  );
  const endsOfActions = entriesOfKind(records, 'action-ended');
  return entriesOfKind(records, 'response-ended').map(({ at, subject, data }) => {
    const claimed = data.actions.map((atItsEnd) => followedUp(atItsEnd, subject, endsOfActions));
    const told = claimed.map((each) => (own === null ? each : byOwnWord(each, subject, own)));
    return {
      ended: claimed.some((each, index) => isWell(each) && !isWell(told[index])) ? 'unknown' : data.ended,
      actions: told.map((ended) => {
        const action = planned.get(subject)?.find(({ id }) => id === ended.actionId);
        return { ...ended, type: action?.type ?? null, target: action?.target ?? null, params: action?.params ?? null };
      }),
      planDigest: subject,
      endedAt: at,
    };
  });
}

type ActionAtItsEnd = EndOf<'response-ended'>['data']['actions'][number];

function isWell(ended: Pick<ActionAtItsEnd, 'outcome'> | undefined): boolean {
  return ended?.outcome === 'done' || ended?.outcome === 'already-so';
}

/** What a record says of an action, as far as the responder's own word bears it out. */
function byOwnWord(claimed: ActionAtItsEnd, planDigest: string, own: OwnEnds): ActionAtItsEnd {
  const word = own.get(intentIdOf(planDigest as Digest, claimed.actionId));
  if (word !== undefined) {
    // Of what did not end well, the record knows why.
    const { outcome, detail } = isWell(claimed) || isWell(word) ? word : claimed;
    return { ...claimed, outcome, detail, keys: word.keys };
  }
  const keys = claimed.keys.filter(({ secretArn }) => secretArn === null);
  return isWell(claimed) ? { ...claimed, outcome: 'unknown', detail: notOwn(claimed), keys } : { ...claimed, keys };
}

function notOwn({ outcome }: ActionAtItsEnd): string {
  return `A record says that it ended as ${outcome}, and the responder's own word of that is not in the store: whoever owns the store has changed it, or the responder has another key than this machine. Look in AWS.`;
}

type EndOf<K extends 'action-ended' | 'response-ended'> = ReturnType<typeof entriesOfKind<K>>[number];

/** What was left to a follow-up, as it ended there once that has ended. */
function followedUp(
  ended: EndOf<'response-ended'>['data']['actions'][number],
  planDigest: string,
  endsOfActions: readonly EndOf<'action-ended'>[],
): EndOf<'response-ended'>['data']['actions'][number] {
  if (ended.outcome !== 'later') return ended;
  const since = endsOfActions.findLast(
    ({ subject, data }) => subject === ended.actionId && data.planDigest === planDigest,
  );
  if (since === undefined) return ended;
  const { outcome, detail, keys } = since.data;
  return { actionId: ended.actionId, outcome, detail, keys };
}

/** What holds since a response was taken back. */
export const sinceUndoneSchema = z.strictObject({
  at: z.string(),
  /** A sentence for each action that was taken back, as AWS showed it then. */
  holds: list(z.string()),
  /** IDs of the actions of that plan that were not carried out: what they would take back stands, and can be undone later. */
  left: list(z.string()),
});

/**
 * What holds since a response was taken back: null where none was, or another one has ended since.
 *
 * @param responses oldest first
 */
export function sinceUndone(
  responses: readonly ResponseView[],
  plans: readonly PresentedPlan[],
): z.infer<typeof sinceUndoneSchema> | null {
  const last = responses.at(-1);
  if (last?.ended !== 'undone') return null;
  const holds = last.actions.map(({ actionId, detail }) => `${actionId}: ${detail}`);
  return { at: last.endedAt, holds, left: notCarriedOut(last, plans) };
}

/** IDs of the actions of a response's plan that did not end well, or were not chosen. */
export function notCarriedOut(
  { planDigest, actions }: ResponseView,
  plans: readonly PresentedPlan[],
): readonly string[] {
  const carriedOut = new Set(
    actions.flatMap(({ actionId, outcome }) => (outcome === 'done' || outcome === 'already-so' ? [actionId] : [])),
  );
  const plan = plans.find(({ digest, opened }) => digest === planDigest && opened.kind === 'intact');
  if (plan?.opened.kind !== 'intact') return [];
  return plan.opened.plan.actions.map(({ id }) => id).filter((id) => !carriedOut.has(id));
}
