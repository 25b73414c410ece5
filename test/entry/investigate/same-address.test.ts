import { expect, test } from 'vitest';
import { appAccount, Cloud, sessionOf, userOf } from '../../investigation/expected/cloud.ts';
import { investigateRecords } from '../../investigation/expected/investigate-records.ts';

const address = '203.0.113.9';
const client = 'aws-cli/2.9.9 Python/3.11 kali';

/** Sessions of one role that a rule tells of, each a case of its own, and somebody else who calls from there. */
function recordsOf(sessions: number) {
  const cloud = new Cloud();
  for (let n = 1; n <= sessions; n += 1) {
    const key = `ASIAFLEET${String(n).padStart(11, '0')}`;
    const request = { secretId: 'prod/x' };
    cloud.call(sessionOf(appAccount, 'fleet', n.toString(16).padStart(32, '0'), key), 'secretsmanager:GetSecretValue', {
      at: n,
      from: address,
      client,
      request,
    });
  }
  const other = userOf(appAccount, 'nina', 'AKIANINA000000000001');
  cloud.call(other, 'iam:ListUsers', { at: sessions + 1, from: address, client });
  return cloud.records;
}

/** Whom the sessions' cases show as likely the same. */
async function likelyOnes(sessions: number): Promise<readonly string[]> {
  const cases = await investigateRecords(recordsOf(sessions));
  expect(cases.length).toBeGreaterThanOrEqual(sessions);
  const links = cases.flatMap(({ document }) => document.links.filter(({ how }) => how === 'same-source'));
  return links.filter(({ from }) => from.startsWith('session/')).map(({ to }) => to);
}

test('somebody else at an intruder’s address is shown as likely the same, and not where it is a fleet’s', async () => {
  const nina = `user/${appAccount}/nina`;
  expect(await likelyOnes(2)).toEqual([nina, nina]);
  expect(await likelyOnes(60)).toEqual([]);
});
