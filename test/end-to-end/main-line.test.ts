import { afterEach, expect, test, vi } from 'vitest';
import {
  analytics,
  benignUser,
  demonstration,
  firstRuleId,
  keysOf,
  production,
  stateOf,
  stolenKeyUser,
  untilCase,
  writesByRoles,
} from './demonstration.ts';
import { type Installation, openInstallation } from './installation.ts';

interface Listed {
  readonly investigations: readonly {
    readonly id: string;
    readonly status: string;
    readonly actor: string;
    readonly alertCount: number;
  }[];
}

interface Shown {
  readonly verdict: string | null;
  readonly status: string;
  readonly alerts: readonly {
    readonly ruleId: string;
    readonly ruleName: string;
    readonly eventIds: readonly string[];
  }[];
  readonly evidence: readonly { readonly kind: string; readonly digest: string }[];
  readonly plan: {
    readonly digest: string;
    readonly actions: readonly {
      readonly id: string;
      readonly type: string;
      readonly target: object;
      readonly recommended: boolean;
    }[];
  };
  readonly decisions: readonly object[];
}

interface Story {
  readonly from: string;
  readonly entries: readonly { readonly kind: string; readonly who: string; readonly what: string }[];
}

// A whole story runs in each, on a machine that other tests may share.
vi.setConfig({ testTimeout: 300_000 });

let here: Installation;
afterEach(() => here.close());

const firstCharacters = (digest: string): string => digest.replace('sha256:', '').slice(0, 20);

test('an attack becomes an alert, a case, an approved and verified rotation, and a story that can be audited', async () => {
  const story: string[] = [];
  here = await openInstallation({ simulator: demonstration((line) => story.push(line)) });
  const [stolen] = keysOf(here, stolenKeyUser);
  if (stolen === undefined) throw new Error('the demonstration has no stolen key');
  await here.startWorker();

  const id = await untilCase(here, 'awaiting-decision');
  const listed = await here.json<Listed>('investigations', 'list');
  expect(Object.keys(listed)).toEqual(['investigations']);
  expect(listed.investigations.find((each) => each.id === id)).toEqual({
    id,
    status: 'awaiting-decision',
    verdict: null,
    actor: `IAM user ${stolenKeyUser} in ${production}`,
    account: production,
    severity: expect.stringMatching(/^(low|medium|high|critical)$/),
    alertCount: expect.any(Number),
    openedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  });

  const shown = await here.json<Shown>('investigations', 'show', id);
  expect(shown.alerts).toContainEqual(
    expect.objectContaining({
      ruleId: firstRuleId,
      ruleName: 'API activity from an uncommon S3 client by a rare user',
      eventIds: [expect.stringMatching(/^[0-9a-f-]{36}$/)],
    }),
  );
  expect(shown.evidence.length).toBeGreaterThan(0);
  expect(shown.plan.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  const onKey = shown.plan.actions.filter(({ target }) => 'accessKeyId' in target);
  expect(onKey).toEqual(
    // A new key comes last: not while the old one works.
    [
      expect.objectContaining({
        id: expect.any(String),
        type: 'deactivateAccessKey',
        target: expect.objectContaining({ userName: stolenKeyUser, accessKeyId: stolen.id }),
      }),
    ],
  );
  expect(shown.decisions).toEqual([]);

  // The colleague with the same kind of tool, at the same time.
  expect(story.some((line) => line.startsWith(`${benignUser} `))).toBe(true);
  expect(listed.investigations.filter(({ actor }) => actor.includes(benignUser))).toEqual([]);
  const alertsOfRule = await here.connections.store.db
    .selectFrom('alerts')
    .select(['group_values', 'status_kind'])
    .where('rule_id', '=', firstRuleId)
    .execute();
  const aboutColleague = alertsOfRule.filter(
    ({ group_values, status_kind }) => status_kind === 'live' && group_values.includes(benignUser),
  );
  expect(aboutColleague).toEqual([]);

  const decide = (verdict: 'approve' | 'reject', plan: string, ...more: readonly string[]) =>
    here.trailhound('investigations', verdict, id, '--plan', plan, '--reason', 'not our client', ...more);
  const prefix = firstCharacters(shown.plan.digest);
  const byAlice = ['--key', here.keys.alice];
  const refusals = [
    { ended: await decide('approve', '0123456789abcdef0123', ...byAlice), code: 3, reason: 'wrong-plan' },
    { ended: await decide('approve', prefix, ...byAlice, '--actions', 'drop'), code: 3, reason: 'unknown-action' },
    { ended: await decide('approve', prefix, '--key', here.keys.mallory), code: 1, reason: 'not that of an approver' },
    {
      ended: await decide('approve', prefix, '--key', here.keys.mallory, '--approver', 'alice'),
      code: 3,
      reason: 'unknown-approver',
    },
  ];
  for (const { ended, code, reason } of refusals) {
    expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(reason)]);
    expect(ended.err).toContain('remedy:');
  }
  expect(writesByRoles(here)).toEqual([]);

  const actionIds = onKey.map(({ id: actionId }) => actionId);
  const approved = await decide('approve', prefix, '--wait', ...byAlice, '--actions', actionIds.join());
  expect([approved.code, approved.err]).toEqual([0, expect.any(String)]);
  expect(keysOf(here, stolenKeyUser).map(({ status }) => status)).toEqual(['Inactive']);
  const twice = await decide('approve', prefix, ...byAlice);
  expect([twice.code, twice.err]).toEqual([3, expect.stringContaining('already-decided')]);

  const refused = `with ${stolen.id}: refused (`;
  await here.until('the attacker is refused', () => story.find((line) => line.includes(refused)));
  await here.until('no call of the attacker goes through any more', () => {
    const last = story.findLast((line) => line.startsWith('attacker ') && line.includes(stolen.id));
    return last?.includes(refused) === true ? last : undefined;
  });

  const offer = await here.until('a new key is offered, now that nothing is open', async () => {
    const { plan } = await here.json<Shown>('investigations', 'show', id);
    return plan.digest === shown.plan.digest ? undefined : plan;
  });

  const rotations = offer.actions.filter(({ type }) => type === 'rotateAccessKey').map(({ id: actionId }) => actionId);
  const rotating = ['--wait', ...byAlice, '--actions', rotations.join()];
  const rotated = await decide('approve', firstCharacters(offer.digest), ...rotating);
  expect([rotated.code, rotated.err]).toEqual([0, expect.any(String)]);
  const [before, after] = [
    keysOf(here, stolenKeyUser).find((key) => key.id === stolen.id),
    keysOf(here, stolenKeyUser).filter((key) => key.id !== stolen.id),
  ];
  expect(before?.status).toBe('Inactive');
  expect(after.map(({ status }) => status)).toEqual(['Active']);
  const [made] = after;
  if (made === undefined) throw new Error('no key was made');
  const holding = stateOf(here).secrets.filter(({ versions }) =>
    versions.some(({ value }) => value.includes(made.secret)),
  );
  expect(holding).toHaveLength(1);
  expect(holding[0]?.name).toMatch(/^trailhound\//);
  expect(holding[0]?.tags.map(({ Key }) => Key)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^trailhound/)]),
  );
  await untilCase(here, 'closed');
  const closed = await here.json<Shown>('investigations', 'show', id);
  expect(closed).toMatchObject({ status: 'closed', verdict: 'contained' });
  const accepted = closed.decisions.filter((decision) => JSON.stringify(decision).includes('"accepted"'));
  expect(accepted).toHaveLength(2);

  const told = await here.json<Story>('audit', 'show', id);
  expect(told.from).toBe('history');
  const sentences = told.entries.map(({ kind, who, what }) => `${kind} ${who}: ${what}`);
  expect(sentences).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^seen trailhound: \d+ new alert/),
      expect.stringMatching(/^proposed trailhound: A plan was presented/),
      expect.stringMatching(/^decided .*unknown-approver/),
      `decided alice: Approved ${actionIds.join(', ')}: not our client`,
      expect.stringMatching(/^verified trailhound: /),
      'state trailhound: The response ended: contained.',
      expect.stringMatching(/^watched trailhound: The watch ended/),
      'state trailhound: The case was closed: contained.',
    ]),
  );
  const forPeople = await here.trailhound('audit', 'show', id);
  expect(forPeople.out).toContain('alice: Approved');
  const audits = await here.json<{ readonly audits: readonly object[] }>(
    'audit',
    'list',
    '--rule',
    firstRuleId,
    '--status',
    'closed',
  );
  expect(audits.audits).toContainEqual(expect.objectContaining({ id, history: 'kept' }));
  // A busy machine may leave a region unread for a moment, and says so.
  await here.until('all is well', async () => {
    const doctor = await here.trailhound('doctor');
    return doctor.code === 0 && doctor.out.includes('All is well.') ? doctor : undefined;
  });

  here.keepText('the story of the simulated AWS', story.join('\n'));
  const { found, searched } = await here.searchFor(made.secret);
  expect(found).toEqual([]);
  expect(searched.events).toBeGreaterThan(100);
  expect(searched.rows).toBeGreaterThan(500);
  here.keepText('a note that somebody left', `key=${encodeURIComponent(made.secret)}`);
  expect((await here.searchFor(made.secret)).found).toEqual([expect.stringMatching(/^a note that somebody left/)]);
  expect(stateOf(here, analytics).secrets).toEqual([]);
});

test('a rejected plan changes nothing in AWS, and its case is closed', async () => {
  here = await openInstallation({ simulator: demonstration() });
  await here.startWorker();
  const id = await untilCase(here, 'awaiting-decision');
  const { plan } = await here.json<Shown>('investigations', 'show', id);
  const rejection = ['--plan', firstCharacters(plan.digest), '--reason', 'a drill', '--key', here.keys.alice];
  const rejected = await here.trailhound('investigations', 'reject', id, ...rejection);
  expect([rejected.code, rejected.err]).toEqual([0, expect.any(String)]);
  await untilCase(here, 'closed');
  const closed = await here.json<Shown>('investigations', 'show', id);
  expect(closed).toMatchObject({ status: 'closed', verdict: 'rejected' });
  const told = await here.json<Story>('audit', 'show', id);
  expect(told.entries).toContainEqual(
    expect.objectContaining({ kind: 'decided', who: 'alice', what: expect.stringContaining('a drill') }),
  );
  expect(writesByRoles(here)).toEqual([]);
  expect(keysOf(here, stolenKeyUser).map(({ status }) => status)).toEqual(['Active']);
});

test('a plan that nobody answers expires, a later approval is refused, and nothing changes in AWS', async () => {
  here = await openInstallation({
    simulator: demonstration(),
    settings: { approval: { expires_after: '5s' } },
  });
  await here.startWorker();
  const id = await untilCase(here, 'needs-a-person');
  const { plan } = await here.json<Shown>('investigations', 'show', id);
  const approval = ['--plan', plan.digest, '--reason', 'late', '--key', here.keys.alice];
  const late = await here.trailhound('investigations', 'approve', id, ...approval);
  expect([late.code, late.err]).toEqual([3, expect.stringContaining('expired')]);
  const told = await here.json<Story>('audit', 'show', id);
  expect(told.entries).toContainEqual(expect.objectContaining({ what: 'Nobody decided in time: the plan expired.' }));
  expect(writesByRoles(here)).toEqual([]);
  expect(keysOf(here, stolenKeyUser).map(({ status }) => status)).toEqual(['Active']);
});
