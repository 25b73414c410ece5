import { z } from 'zod';
import { shortDigest } from '../../model/short-digest.ts';
import { auditKind, texts, told } from '../audit-kind.ts';

/** What a decision said; of a refused one that could not be read, nothing is known. */
const said = {
  decisionId: z.string().nullable(),
  planDigest: z.string().nullable(),
  verdict: z.enum(['approve', 'reject']).nullable(),
  actionIds: texts,
  reason: z.string().nullable(),
  /** Who it says it is from; a record's own actor is who it was proved to be from. */
  claimedApprover: z.string().nullable(),
};

export const decisionKinds = {
  'plan-expired': auditKind(z.object({ expiresAt: z.string().nullable() }), () =>
    told('decided', 'Nobody decided in time: the plan expired.'),
  ),
  /** Its subject is the plan, as the store names it. */
  'plan-void': auditKind(
    z.object({
      why: z.enum(['fresh-plan', 'closed', 'merged', 'no-alerts-left']),
      /** The plan that took its place. */
      by: z.string().exactOptional(),
      /** It would have taken a response back. */
      undoes: z.literal(true).exactOptional(),
    }),
    ({ why, by, undoes }, plan) => {
      const which = undoes === true ? 'The plan to take a response back' : 'Plan';
      const what = `${which} ${shortDigest(plan)} is void, and no approval of it is taken: ${voidInWords(why, by)}.`;
      return told(undoes === true ? 'decided' : 'proposed', what);
    },
  ),
  'undo-asked': auditKind(
    z.object({
      plan: z.string(),
      actionIds: texts,
      /** Of these, what the plan recommends to nobody. */
      onlyIfChosen: texts.exactOptional(),
      reason: z.string().nullable(),
    }),
    ({ plan, actionIds, onlyIfChosen = [], reason }) => {
      const why = reason === null ? '' : `: ${reason}`;
      const proposed = proposedInWords(actionIds, onlyIfChosen);
      return told(
        'decided',
        `A plan to take the response back was asked for${why}. Plan ${shortDigest(plan)} ${proposed}.`,
      );
    },
  ),
  'decision-refused': auditKind(z.object({ ...said, refusal: z.string() }), ({ claimedApprover, refusal }) =>
    told('decided', `A decision in the name of ${claimedApprover ?? 'nobody that it names'} was refused: ${refusal}.`),
  ),
  'decision-accepted': auditKind(z.object({ ...said, approvalsMissing: z.number() }), (data) => {
    const { verdict, actionIds, reason, approvalsMissing } = data;
    const missing = approvalsMissing === 0 ? '' : ` (${approvalsMissing} more wanted)`;
    const what = verdict === 'approve' ? `Approved ${actionIds.join(', ')}` : 'Rejected the plan';
    return told('decided', `${what}${missing}: ${reason ?? ''}`);
  }),
  'stop-asked': auditKind(z.object({ reason: z.string().nullable() }), ({ reason }) =>
    told('decided', `The response was asked to stop.${reason === null ? '' : ` ${reason}`}`),
  ),
  /** The response had ended: no workflow was there to write it. */
  'stop-too-late': auditKind(z.object({ ended: z.string(), reason: z.string().nullable() }), ({ ended, reason }) =>
    told(
      'decided',
      `The response was asked to stop, too late: it had ended (${ended}), and nothing was stopped.${reason === null ? '' : ` ${reason}`}`,
    ),
  ),
};

function voidInWords(why: 'fresh-plan' | 'closed' | 'merged' | 'no-alerts-left', by: string | undefined): string {
  switch (why) {
    case 'fresh-plan':
      return `the case has a fresh plan${by === undefined ? '' : `, ${shortDigest(by)}`}`;
    case 'closed':
      return 'a person closed the case';
    case 'merged':
      return 'the case goes on in another';
    case 'no-alerts-left':
      return 'no alert of the case is left';
  }
}

/** What was asked for is a plan: what it holds is ours. */
function proposedInWords(actionIds: readonly string[], onlyIfChosen: readonly string[]): string {
  if (actionIds.length === 0) return 'was made, and has nothing to do';
  const recommended = actionIds.filter((id) => !onlyIfChosen.includes(id));
  const chosen =
    onlyIfChosen.length === 0 ? '' : `; recommended to nobody, and there to be chosen: ${onlyIfChosen.join(', ')}`;
  return `was presented: ${recommended.join(', ') || 'nothing by itself'}${chosen}`;
}
