import { expect, test } from 'vitest';
import type { WayIn, WayInSubject } from '../../src/model/way-in.ts';
import { wayInWords } from '../../src/investigation/way-in-words.ts';
import { remediesOf } from '../../src/investigation/plan/remedies.ts';
import { assessed, call } from './assessment/assessed.ts';

const accountId = '111122223333' as const;
const region = 'us-east-1';
const task = '0123456789abcdef0123456789abcdef';

/** What each kind of way in is called, and what its remedy must name. */
const subjects: readonly (readonly [WayInSubject, readonly string[]])[] = (
  [
    [{ kind: 'access-key', accountId, accessKeyId: 'AKIANAMED', userName: 'paul' }, ['AKIANAMED', 'paul']],
    [{ kind: 'session', accountId, accessKeyId: 'ASIA1', roleName: 'Deploy', sessionName: 's' }, ['Deploy']],
    [
      {
        kind: 'session',
        accountId,
        accessKeyId: null,
        roleName: null,
        sessionName: 'console of paul',
        userName: 'paul',
      },
      ['paul'],
    ],
    [
      {
        kind: 'session',
        accountId,
        accessKeyId: 'ASIA1',
        roleName: 'AWSReservedSSO_Admin_0a1b2c3d4e5f6071',
        sessionName: 'nina',
      },
      ['nina', 'AWSReservedSSO_Admin_0a1b2c3d4e5f6071'],
    ],
    [{ kind: 'password', accountId, userName: 'paul' }, ['paul']],
    [{ kind: 'user', accountId, userName: 'paul' }, ['paul']],
    [{ kind: 'root', accountId }, [accountId]],
    [{ kind: 'person', identity: 'person/x/y', name: 'nina@acme.example' }, ['nina@acme.example']],
    [{ kind: 'role', accountId, roleName: 'Planted' }, ['Planted']],
    [{ kind: 'trust', accountId, roleName: 'Opened', letsIn: [] }, ['Opened']],
    [{ kind: 'other-credential', accountId, userName: 'paul', what: 'SSH key APKA1' }, ['SSH key APKA1', 'paul']],
    [
      { kind: 'grant', accountId, holder: 'user paul', policy: 'AdministratorAccess', administrator: true },
      ['paul', 'AdministratorAccess'],
    ],
    [{ kind: 'provider', accountId, arn: 'arn:aws:iam::111122223333:saml-provider/evil' }, ['saml-provider/evil']],
    [
      { kind: 'share', accountId, region, type: 'snapshot', resource: 'snap-1', by: 'list', sharedWith: '*' },
      ['snap-1', 'everybody'],
    ],
    [
      {
        kind: 'service-login',
        accountId,
        region,
        service: 'database',
        resource: 'orders',
        login: 'master user',
        credential: 'password',
      },
      ['orders', 'master user', 'password'],
    ],
    [{ kind: 'code', accountId, region, resource: 'invoice', what: 'function code' }, ['invoice', 'function code']],
    [{ kind: 'instance', accountId, instanceId: 'i-0abc' }, ['i-0abc']],
    [{ kind: 'instance', accountId, instanceId: task }, [task]],
    [{ kind: 'network', accountId, region, securityGroup: 'sg-1', opened: 'port 22' }, ['sg-1', 'port 22']],
  ] as const
).map(([what, names]) => [what as WayInSubject, names]);

test.each(subjects)('the remedy against $kind names its target', (what, names) => {
  for (const origin of ['made', 'used'] as const) {
    const wayIn: WayIn = {
      id: 'x',
      identity: 'user/111122223333/paul',
      what,
      origin,
      state: 'open',
      until: 'until-removed',
      proof: [{ accountId, eventId: 'e', revision: 'r' } as unknown as WayIn['proof'][number]],
    };
    const { remedy } = wayInWords(wayIn);
    for (const name of names) expect(remedy).toContain(name);
    expect(remedy).not.toMatch(/\bit away\b|^Deactivate it|\bthen\b/u);
  }
});

test('a policy that denies a user everything is needed until the last of its sessions has ended', () => {
  const sessions = [1, 5].map((at) =>
    call(at, 'sts', 'GetSessionToken', {
      responseElements: {
        credentials: { accessKeyId: `ASIAEXAMPLE${at}`, expiration: `Nov 25, 2026, ${at}:00:00 PM` },
      },
    }),
  );
  const told = remediesOf(assessed(sessions)).find(({ type }) => type === 'denyUserEverything')?.sentence;
  expect(told).toContain('leave it there until 2026-11-25 17:00:00 UTC');
});
