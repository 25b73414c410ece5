import { z } from 'zod';
import type { Account, AccountPause, LearningState } from '../model/account.ts';
import type { AccountId } from '../model/ids.ts';
import { accountId, instant } from './scalars.ts';

export interface AccountsPorts {
  readonly accounts: () => Promise<readonly Account[]>;
  readonly pauseOf: (accountId: AccountId) => Promise<AccountPause | null>;
  readonly learningOf: (accountId: AccountId) => Promise<LearningState>;
}

/** A watched account with its pause and how far its learning is. */
export interface AccountView extends Account {
  readonly pause: AccountPause | null;
  readonly learning: LearningState;
}

const role = z.strictObject({ arn: z.string(), externalId: z.string().optional() });

export const accountsSchema = z.strictObject({
  accounts: z
    .array(
      z.strictObject({
        id: accountId,
        name: z.string(),
        partition: z.enum(['aws', 'aws-cn', 'aws-us-gov']),
        lifecycle: z.enum(['watched', 'paused', 'retired']),
        regions: z.array(z.string()).readonly(),
        discoversRegions: z.boolean().optional(),
        reads: z.enum(['all', 'write-only']).optional(),
        roles: z.strictObject({ poll: role.optional(), evidence: role.optional(), respond: role.optional() }),
        pollIntervalMs: z.number(),
        pause: z.strictObject({ reason: z.string(), owner: z.string(), until: instant }).nullable(),
        learning: z.strictObject({ readShare: z.number(), rulesLearning: z.array(z.string()).readonly() }),
      }),
    )
    .readonly(),
});

/** Which accounts are watched, or were, and how far the learning of each is. */
export async function accounts(ports: AccountsPorts): Promise<{ readonly accounts: readonly AccountView[] }> {
  const views: AccountView[] = [];
  for (const account of await ports.accounts()) {
    const [pause, learning] = [await ports.pauseOf(account.id), await ports.learningOf(account.id)];
    views.push({ ...account, pause, learning });
  }
  return { accounts: views };
}
