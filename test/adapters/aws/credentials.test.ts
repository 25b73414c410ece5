import type { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import { assumedRoleCredentials } from '../../../src/adapters/aws/credentials.ts';

const role = { arn: 'arn:aws:iam::111122223333:role/Responder', externalId: 'external' };

/** An STS that counts and gives sessions of a chosen length; only `send` of the client is used. */
function fakeSts(lifeMs: number, now: () => number) {
  const asked: unknown[] = [];
  async function send(command: { readonly input: unknown }) {
    asked.push(command.input);
    await Promise.resolve();
    const number = asked.length;
    return {
      Credentials: {
        AccessKeyId: `ASIA${number}`,
        SecretAccessKey: 's',
        SessionToken: 't',
        Expiration: new Date(now() + lifeMs),
      },
    };
  }
  // Of a client only this is called; the whole class would need a server that lets time pass.
  return { asked, sts: { send } as unknown as STSClient };
}

describe("an assumed role's credentials", () => {
  test('are fetched once for all who ask at the same time, with external ID, session name and source identity', async () => {
    const { asked, sts } = fakeSts(3_600_000, Date.now);
    const provider = assumedRoleCredentials(sts, role, { sessionName: 'TH-1.0', sourceIdentity: 'TH-1' });
    const given = await Promise.all([provider(), provider(), provider()]);
    expect(new Set(given.map((each) => each.accessKeyId))).toEqual(new Set(['ASIA1']));
    expect(asked).toEqual([
      {
        RoleArn: role.arn,
        RoleSessionName: 'TH-1.0',
        DurationSeconds: 3600,
        ExternalId: 'external',
        SourceIdentity: 'TH-1',
      },
    ]);
  });

  test('are replaced five minutes before they end, and half-way where the session is short', async () => {
    let nowMs = 0;
    function now() {
      return nowMs;
    }
    for (const [lifeMs, keptMs] of [
      [3_600_000, 3_300_000],
      [60_000, 30_000],
    ] as const) {
      const { asked, sts } = fakeSts(lifeMs, now);
      const provider = assumedRoleCredentials(sts, role, { sessionName: 's' }, now);
      const start = nowMs;
      await provider();
      nowMs = start + keptMs - 1;
      await provider();
      expect(asked.length).toBe(1);
      nowMs = start + keptMs;
      await provider();
      expect(asked.length).toBe(2);
    }
  });

  test('are asked for again after a failure', async () => {
    const { sts, asked } = fakeSts(3_600_000, Date.now);
    let failures = 1;
    // As above: only this is called.
    const flaky = {
      send: (command: never) => {
        failures -= 1;
        return failures >= 0 ? Promise.reject(new Error('no')) : sts.send(command);
      },
    } as unknown as STSClient;
    const provider = assumedRoleCredentials(flaky, role, { sessionName: 's' });
    await expect(provider()).rejects.toThrow('no');
    await provider();
    expect(asked.length).toBe(1);
  });
});
