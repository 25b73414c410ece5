import { z } from 'zod';
import { auditKind, told } from '../audit-kind.ts';
import { utcTime } from '../../model/utc-time.ts';
import { counted, forNumber } from '../../model/counted.ts';

const reason = z.string();

/** What people do about a case beside deciding on its plan. */
export const actKinds = {
  'way-in-accepted': auditKind(z.object({ reason, expiresAt: z.string().nullable() }), (data, wayIn) => {
    const until = data.expiresAt === null ? '' : `, until ${utcTime(data.expiresAt)} UTC`;
    return told('decided', `Way in ${wayIn} was accepted as it is${until}: ${data.reason}`);
  }),
  'acceptance-refused': auditKind(
    z.object({ code: z.string(), claimedApprover: z.string().nullable() }),
    ({ code, claimedApprover }) =>
      told(
        'decided',
        `An acceptance of a way in, in the name of ${claimedApprover ?? 'nobody that it names'}, was refused: ${code}.`,
      ),
  ),
  'note-added': auditKind(z.object({ text: z.string() }), ({ text }) => told('state', `Noted: ${text}`)),
  /** Of a case that has closed: no workflow of it is there to write it. */
  'note-added-later': auditKind(z.object({ text: z.string() }), ({ text }) =>
    told('state', `Noted after it was closed: ${text}`),
  ),
  /** By a command, or because it is not contained any more, as `found` says; before its next run begins. */
  'case-reopened': auditKind(
    z.object({
      verdict: z.string().nullable(),
      /** As whoever asked for it said. */
      reason: z.string().exactOptional(),
      found: z.string().exactOptional(),
      need: z.string().exactOptional(),
    }),
    ({ verdict, reason, found }) => {
      const why = reason === undefined ? (found === undefined ? '.' : `: ${found}.`) : `: ${reason}`;
      const what = found === undefined ? 'opened again for a fresh plan' : 'opened again';
      return told(
        'decided',
        `The case was ${what}, which had been closed as ${(verdict ?? 'nothing').replaceAll('-', ' ')}${why}`,
      );
    },
  ),
  'case-assigned': auditKind(z.object({ person: z.string().nullable() }), ({ person }) =>
    told('state', person === null ? 'It is assigned to nobody any more.' : `It was assigned to ${person}.`),
  ),
  'cases-linked': auditKind(z.object({ other: z.string(), reason }), (data, into) =>
    told('decided', `It was joined with ${data.other}, and goes on as ${into}: ${data.reason}`),
  ),
  'case-split': auditKind(z.object({ alerts: z.number(), reason }), (data, into) =>
    told(
      'decided',
      `${counted(data.alerts, 'alert')} ${forNumber(data.alerts, 'was', 'were')} given a case of ${forNumber(data.alerts, 'its', 'their')} own, ${into}: ${data.reason}`,
    ),
  ),
};
