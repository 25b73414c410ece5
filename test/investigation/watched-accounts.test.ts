import { describe, expect, test } from 'vitest';
import { watchedAccounts } from '../../src/investigation/watched-accounts.ts';
import type { Account } from '../../src/model/account.ts';
import type { AccountId } from '../../src/model/ids.ts';

function account(id: string, more: Partial<Account> = {}): Account {
  return {
    id: id as AccountId,
    name: id,
    partition: 'aws',
    lifecycle: 'watched',
    regions: ['us-east-1'],
    roles: { evidence: { arn: `arn:aws:iam::${id}:role/Evidence` } },
    pollIntervalMs: 300_000,
    ...more,
  };
}

const configured = account('111122223333');
const discovering = account('222233334444', { regions: [], discoversRegions: true });
const added = account('333344445555');
const stored = [
  // What somebody wrote into the store about configured accounts.
  { ...configured, roles: { evidence: { arn: 'arn:aws:iam::111122223333:role/Another' } } },
  { ...discovering, regions: ['eu-central-1', 'us-east-1'], roles: {} },
  added,
  account('444455556666', { lifecycle: 'retired' }),
  account('555566667777', { lifecycle: 'paused' }),
];
const find = watchedAccounts([configured, discovering], async (id) => stored.find((each) => each.id === id) ?? null);
function found(id: string) {
  return find(id as AccountId);
}

describe('the accounts that are looked into', () => {
  test('are those of the configuration, with its roles whatever the store says, and the regions that were discovered', async () => {
    expect(await found(configured.id)).toEqual(configured);
    expect(await found(discovering.id)).toEqual({ ...discovering, regions: ['eu-central-1', 'us-east-1'] });
  });

  test('and those that were added by command, until they are removed; a pause of polling does not hide them', async () => {
    expect(await found(added.id)).toEqual(added);
    expect(await found('555566667777')).toMatchObject({ lifecycle: 'paused' });
    expect(await found('444455556666')).toBeNull();
    expect(await found('999999999999')).toBeNull();
  });
});
