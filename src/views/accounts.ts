import { z } from 'zod';
import type { Account, AccountPause, LearningState } from '../model/account.ts';
import type { AccountId } from '../model/ids.ts';
import { accountId, instant, list } from './scalars.ts';

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

const role = z.strictObject({ arn: z.string(), externalId: z.string().exactOptional() });

const pauseSchema = z.strictObject({ reason: z.string(), owner: z.string(), until: instant });

const accountSchema = z.strictObject({
  id: accountId,
  name: z.string(),
  partition: z.enum(['aws', 'aws-cn', 'aws-us-gov']),
  lifecycle: z.enum(['watched', 'paused', 'retired']),
  regions: list(z.string()),
  discoversRegions: z.boolean().exactOptional(),
  reads: z.enum(['all', 'write-only']).exactOptional(),
  roles: z.strictObject({
    poll: role.exactOptional(),
    evidence: role.exactOptional(),
    respond: role.exactOptional(),
  }),
  pollIntervalMs: z.number(),
}) satisfies z.ZodType<Account>;

export const accountsSchema = z.strictObject({
  accounts: list(
    accountSchema.extend({
      pause: pauseSchema.nullable(),
      learning: z.strictObject({ readShare: z.number(), rulesLearning: list(z.string()) }),
    }) satisfies z.ZodType<AccountView>,
  ),
});

/** An account that was added, as it is watched now. */
export const changedAccountSchema = z.strictObject({ account: accountSchema });
export const pausedAccountSchema = z.strictObject({ account: accountId, pause: pauseSchema });
/** The account by its ID. */
export const namedAccountSchema = z.strictObject({ account: accountId });

/** Which accounts are watched, or were, and how far the learning of each is. */
export async function accounts(ports: AccountsPorts): Promise<{ readonly accounts: readonly AccountView[] }> {
  const views: AccountView[] = [];
  for (const account of await ports.accounts()) {
    const [pause, learning] = [await ports.pauseOf(account.id), await ports.learningOf(account.id)];
    views.push({ ...account, pause, learning });
  }
  return { accounts: views };
}
