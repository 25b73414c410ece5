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
import type { CaseId } from '../../src/model/ids.ts';
import { loadLatestPlan } from '../../src/adapters/store/cases/plan-store.ts';
import { type Installation, openInstallation } from './installation.ts';

interface Listed {
  readonly investigations: readonly {
    readonly id: string;
    readonly status: string;
    readonly actor: string;
    readonly alertCount: number;
  }[];
  readonly comparedWithTemporal: unknown;
}

interface Shown {
  readonly verdict: string | null;
  readonly status: string;
  readonly accounts: readonly string[];
  readonly timeline: readonly { readonly action: string; readonly sincePlan: boolean }[];
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
      readonly byHand: boolean;
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

/** What is recommended against the whole attack. */
const all = ['deactivateAccessKey', 'denyUserEverything', 'disableCreatedIdentity', 'revokeRoleSessions'] as const;

const seenOfTheAttack = [
  's3:ListBuckets',
  'secretsmanager:GetSecretValue',
  'iam:CreateUser',
  'iam:CreateAccessKey',
  'iam:AttachUserPolicy',
  'sts:GetSessionToken',
  'sts:AssumeRole',
  'cloudtrail:StopLogging',
] as const;

function firstCharacters(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 20);
}

test('an attack over two accounts is one case; all that is recommended closes every way of it, and then a key is replaced', async () => {
  const story: string[] = [];
  here = await openInstallation({ simulator: demonstration('settles-in', (line) => story.push(line)) });
  const [stolen] = keysOf(here, stolenKeyUser);
  if (stolen === undefined) throw new Error('the demonstration has no stolen key');
  await here.startWorker();

  const id = await untilCase(here, 'awaiting-decision');
  function show() {
    return here.json<Shown>('investigations', 'show', id);
  }
  // It gives way as more of the attack comes in; then the attacker goes on while it waits.
  await here.until('a plan is about all of the attack, and the attacker goes on', async () => {
    const opened = (await loadLatestPlan(here.connections.store.db, id as CaseId))?.opened;
    const planned = opened?.kind === 'intact' ? opened.plan.actions.filter(({ recommended }) => recommended) : [];
    const isWhole = all.every((type) => planned.some((action) => action.type === type));
    return isWhole && story.some((line) => line.includes('StopLogging')) ? true : undefined;
  });
  const shown = await here.until('more has happened since the plan', async () => {
    const now = await show();
    const goesOn = now.timeline.some(({ action }) => action === 'cloudtrail:StopLogging');
    return goesOn && now.timeline.some(({ sincePlan }) => sincePlan) ? now : undefined;
  });
  const listed = await here.json<Listed>('investigations', 'list');
  expect(Object.keys(listed)).toEqual(['investigations', 'comparedWithTemporal']);
  expect(listed.comparedWithTemporal).toEqual({ notInStore: 0, closedInStoreAlone: 0, whole: true });
  expect(listed.investigations.find((each) => each.id === id)).toEqual({
    id,
    status: 'awaiting-decision',
    verdict: null,
    actor: `IAM user ${stolenKeyUser} in ${production}`,
    account: production,
    severity: expect.stringMatching(/^(low|medium|high|critical)$/),
    alertCount: expect.any(Number),
    openedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    assignedTo: null,
    mergedInto: null,
    waitingUndo: null,
    waysInLeft: null,
    leftByHand: null,
  });

  expect(shown.alerts).toContainEqual(
    expect.objectContaining({
      ruleId: firstRuleId,
      ruleName: 'API activity from an uncommon S3 client by a rare user',
      eventIds: [expect.stringMatching(/^[0-9a-f-]{36}$/)],
    }),
  );
  expect(shown.accounts).toEqual([production, analytics]);
  expect(shown.timeline.map(({ action }) => action)).toEqual(expect.arrayContaining([...seenOfTheAttack]));
  expect(shown.evidence.length).toBeGreaterThan(0);
  // A new key comes last: not while any way in is open.
  function ours({ plan }: Shown) {
    return plan.actions.filter(({ byHand }) => !byHand);
  }
  expect(
    ours(shown)
      .map(({ type }) => type)
      .toSorted(),
  ).toEqual([...all, 'liftRoleRevocation'].toSorted());
  expect(shown.decisions).toEqual([]);
  const screen = await here.trailhound('investigations', 'show', id);
  expect(screen.out).toMatch(/since the plan: \d+ calls?/);

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

  function decide(verdict: 'approve' | 'reject', plan: string, ...more: readonly string[]) {
    return here.trailhound('investigations', verdict, id, '--plan', plan, '--reason', 'not our client', ...more);
  }
  /** Approves the plan that stands: while the attacker goes on, one gives way to the next. */
  function approveWhatStands(...more: readonly string[]) {
    return here.until('a decision is about the plan that stands', async () => {
      const standing = await show();
      const ended = await decide('approve', firstCharacters(standing.plan.digest), ...more);
      return ended.err.includes('wrong-plan') ? undefined : { ended, standing };
    });
  }
  const byAlice = ['--key', here.keys.alice];
  const byMallory = ['--key', here.keys.mallory];
  const refusals = [
    { ended: await decide('approve', '0123456789abcdef0123', ...byAlice), code: 3, reason: 'wrong-plan' },
    { ...(await approveWhatStands(...byAlice, '--actions', 'drop')), code: 3, reason: 'unknown-action' },
    { ...(await approveWhatStands(...byMallory)), code: 1, reason: 'not that of an approver' },
    { ...(await approveWhatStands(...byMallory, '--approver', 'alice')), code: 3, reason: 'unknown-approver' },
  ];
  for (const { ended, code, reason } of refusals) {
    expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(reason)]);
    expect(ended.err).toContain('remedy:');
  }
  expect(writesByRoles(here)).toEqual([]);

  // What is recommended is chosen where nothing else is.
  const { ended: approved, standing } = await approveWhatStands('--wait', ...byAlice);
  expect([approved.code, approved.err]).toEqual([0, expect.any(String)]);
  expect(await show()).toMatchObject({ verdict: null });
  expect(keysOf(here, stolenKeyUser).map(({ status }) => status)).toEqual(['Inactive']);
  expect(keysOf(here, 'svc-backup').map(({ status }) => status)).toEqual(['Inactive']);
  const twice = await decide('approve', firstCharacters(standing.plan.digest), ...byAlice);
  expect([twice.code, twice.err]).toEqual([3, expect.stringContaining('already-decided')]);

  const ways = [
    ...new Set(story.flatMap((line) => /^attacker .* with (A[KS]IA\w{16}): allowed/.exec(line)?.[1] ?? [])),
  ];
  expect(ways).toHaveLength(4);
  await here.until('no call of the attacker goes through any more, whichever way', () => {
    const last = ways.map((key) => story.findLast((line) => line.startsWith('attacker ') && line.includes(key)));
    return last.every((line) => line?.includes(': refused (') === true) ? last : undefined;
  });

  await here.until('a new key is offered, now that nothing is open', async () => {
    const latest = await loadLatestPlan(here.connections.store.db, id as CaseId);
    return latest?.digest === standing.plan.digest ? undefined : latest;
  });
  const { plan: offer } = await show();
  const allowed = story.filter((line) => /^attacker .*: allowed$/.test(line)).length;

  const rotations = offer.actions.filter(({ type }) => type === 'rotateAccessKey').map(({ id: actionId }) => actionId);
  const rotating = ['--wait', ...byAlice, '--actions', rotations.join()];
  const { ended: rotated } = await approveWhatStands(...rotating);
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
  const closed = await show();
  expect(closed).toMatchObject({ status: 'closed', verdict: 'contained' });
  expect(story.filter((line) => /^attacker .*: allowed$/.test(line))).toHaveLength(allowed);
  const accepted = closed.decisions.filter((decision) => JSON.stringify(decision).includes('"accepted"'));
  expect(accepted).toHaveLength(2);

  const audited = await here.json<Story>('audit', 'show', id);
  expect(audited.from).toBe('history');
  const sentences = audited.entries.map(({ kind, who, what }) => `${kind} ${who}: ${what}`);
  expect(sentences).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^seen trailhound: \d+ new alert/),
      expect.stringMatching(/^proposed trailhound: A plan was presented/),
      expect.stringMatching(/^decided .*unknown-approver/),
      `decided alice: Approved ${ours(standing)
        .map((action) => action.id)
        .join(', ')}: not our client`,
      expect.stringMatching(/^verified trailhound: /),
      'state trailhound: The response ended: done as approved.',
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

  const told = [
    ['investigations', 'show', id, '--plan', '--timeline', '--evidence', '--identity'],
    ['investigations', 'events', id, '--raw'],
    ['investigations', 'report', id, '--format', 'html'],
    ['investigations', 'report', id, '--format', 'ocsf'],
    ['audit', 'changes'],
    ['events', 'search', '--limit', 'all', '--json', '--include-own'],
    ['events', 'export'],
  ];
  for (const command of told) expect([command, (await here.trailhound(...command)).code]).toEqual([command, 0]);
  here.keepText('the story of the simulated AWS', story.join('\n'));
  const { found, searched } = await here.searchFor(made.secret);
  expect(found).toEqual([]);
  expect(searched.events).toBeGreaterThan(100);
  expect(searched.rows).toBeGreaterThan(500);
  expect(searched.files).toBeGreaterThan(5);
  here.keepText('a note that somebody left', `key=${encodeURIComponent(made.secret)}`);
  expect((await here.searchFor(made.secret)).found).toEqual([expect.stringMatching(/^a note that somebody left/)]);
  expect(stateOf(here, analytics).secrets).toEqual([]);
});

test('a rejected plan changes nothing in AWS, and its case is closed', async () => {
  here = await openInstallation({ simulator: demonstration('looks-around') });
  await here.startWorker();
  const id = await untilCase(here, 'awaiting-decision');
  const rejected = new Set<string>();
  // Alerts that come while a plan is being rejected go into a next one: it is rejected too.
  await here.until('the case is closed', async () => {
    const { status, plan } = await here.json<Shown>('investigations', 'show', id);
    if (status === 'closed') return true;
    if (status !== 'awaiting-decision' || rejected.has(plan.digest)) return undefined;
    const rejection = ['--plan', firstCharacters(plan.digest), '--reason', 'a drill', '--key', here.keys.alice];
    const { code, err } = await here.trailhound('investigations', 'reject', id, ...rejection);
    // 3: it gave way to another plan in this moment.
    expect([0, 3], err).toContain(code);
    if (code === 0) rejected.add(plan.digest);
    return undefined;
  });
  expect(rejected.size).toBeGreaterThan(0);
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
    simulator: demonstration('looks-around'),
    settings: { approval: { expires_after: '5s' } },
  });
  await here.startWorker();
  const id = await untilCase(here, 'needs-a-person');
  // A record that comes late makes another plan, which expires in its turn.
  const late = await here.until('a plan that has expired is approved', async () => {
    await untilCase(here, 'needs-a-person');
    const { plan } = await here.json<Shown>('investigations', 'show', id);
    const approval = ['--plan', plan.digest, '--reason', 'too late', '--key', here.keys.alice];
    const ended = await here.trailhound('investigations', 'approve', id, ...approval);
    return ended.err.includes('wrong-plan') ? undefined : ended;
  });
  expect([late.code, late.err]).toEqual([3, expect.stringContaining('expired')]);
  const told = await here.json<Story>('audit', 'show', id);
  expect(told.entries).toContainEqual(expect.objectContaining({ what: 'Nobody decided in time: the plan expired.' }));
  expect(writesByRoles(here)).toEqual([]);
  expect(keysOf(here, stolenKeyUser).map(({ status }) => status)).toEqual(['Active']);
});
