import { z } from 'zod';
import { auditKind, nothing, told } from '../audit-kind.ts';

/** What people change about what is watched: records of no case, whose subject is the account, or the backfill. */
export const installationKinds = {
  'account-added': auditKind(
    z.object({
      name: z.string(),
      regions: z.array(z.string()).readonly(),
      reads: z.enum(['all', 'write-only']),
      roles: z.record(z.string(), z.string()),
      pollIntervalMs: z.number(),
    }),
    ({ regions, reads }, account) => {
      const where = regions.length === 0 ? 'all regions that it has enabled' : regions.join(', ');
      return told(
        'state',
        `Account ${account} was added: ${where}${reads === 'all' ? '' : ', write-only events alone'}.`,
      );
    },
  ),
  'account-paused': auditKind(
    z.object({ reason: z.string(), owner: z.string(), until: z.string() }),
    ({ reason, owner, until }, account) =>
      told('state', `Account ${account} is not read until ${until}, for ${owner}: ${reason}`),
  ),
  'account-resumed': auditKind(nothing, (_data, account) => told('state', `Account ${account} is read again.`)),
  'account-removed': auditKind(nothing, (_data, account) =>
    told('state', `Account ${account} was retired: it is read no more, and what is known of it stays.`),
  ),
  'backfill-started': auditKind(
    z.object({
      accountId: z.string(),
      regions: z.array(z.string()).readonly().nullable(),
      from: z.string(),
      to: z.string(),
    }),
    ({ accountId, from, to }) => told('state', `A backfill of account ${accountId} was started: ${from} to ${to}.`),
  ),
  'backfill-changed': auditKind(z.object({ change: z.enum(['pause', 'resume', 'cancel']) }), ({ change }, id) =>
    told('state', `Backfill ${id} was asked to ${change}.`),
  ),
};
