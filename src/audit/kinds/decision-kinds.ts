import { z } from 'zod';
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
  'undo-asked': auditKind(
    z.object({ plan: z.string(), actionIds: texts, reason: z.string().nullable() }),
    ({ actionIds, reason }) => {
      const why = reason === null ? '' : ` ${reason}`;
      return told(
        'decided',
        `A plan to take the response back was asked for.${why} To choose from: ${actionIds.join(', ') || 'nothing'}.`,
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
};
