import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RespondInput, RespondResult } from '../../src/messages/respond-messages.ts';
import { signDecision } from '../../src/approval/signed-decision.ts';
import { sealPlan } from '../../src/digest/plan-digest.ts';
import { actionsTaken } from '../../src/response/actions-taken.ts';
import type { Instant } from '../../src/model/ids.ts';
import { intentIdOf } from '../../src/response/intent.ts';
import { buildUndoPlan } from '../../src/response/undo-plan.ts';
import { approvalOf, type Compromise, startRespond } from '../response/response-bench.ts';
import { openResponder, type Responder } from '../response/responder.ts';
import { userStateOf } from '../response/simulated-account.ts';

/*
 * The attacker owns PostgreSQL, not its rows alone: tables become views, triggers rewrite what is written, constraints go, sequences begin
 * anew, and rows lie under other cases.
 */

let here: Responder;
beforeAll(async () => {
  here = await openResponder();
});
afterAll(() => here.close());

/** What puts the store back as it was. */
let undo: string[] = [];
afterEach(async () => {
  for (const statement of undo.toReversed()) await here.attacker.query(statement);
  undo = [];
});

async function change(statement: string, back: string): Promise<void> {
  await here.attacker.query(statement);
  undo.push(back);
}

async function run(workflowId: string, input: RespondInput): Promise<RespondResult> {
  return (await (await startRespond(here.client, workflowId, input)).result()) as RespondResult;
}

function statusesOf({ target }: Compromise): readonly string[] {
  return userStateOf(here.simulator, target).all.map(({ status }) => status);
}

async function columnsOf(table: string): Promise<readonly { readonly name: string; readonly type: string }[]> {
  const { rows } = await here.attacker.query(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [table],
  );
  return rows as { name: string; type: string }[];
}

/** A view in the place of the plans: every second reading of any of them finds another one's content. */
async function everySecondReadingFinds(plan: object): Promise<void> {
  const columns = (await columnsOf('plans')).map(({ name, type }) =>
    name === 'plan'
      ? `case when nextval('readings') % 2 = 0 then '${JSON.stringify(plan).replaceAll("'", "''")}'::${type} else plan end as plan`
      : name,
  );
  await change('create sequence readings', 'drop sequence readings');
  await change('alter table plans rename to kept_plans', 'alter table kept_plans rename to plans');
  await change(`create view plans as select ${columns.join(', ')} from kept_plans`, 'drop view plans');
}

describe('a view in the place of the plans, which shows another plan at every second reading, has nothing else done', () => {
  test.each(['under the digest of the first', 'well sealed'])('%s', async (how) => {
    const [victim, other] = [await here.bench.compromise(), await here.bench.compromise()];
    const redirected = { ...victim.plan, actions: other.plan.actions };
    const { digest: _, ...content } = redirected;
    const input = await victim.input();
    await everySecondReadingFinds(how === 'well sealed' ? sealPlan(content) : redirected);
    for (const at of [1, 2, 3]) await run(`${victim.workflowId}/${at}`, input);
    expect(statusesOf(other)).toEqual(['Active']);
    // It was read in both ways: one of them lets nothing be done.
    const { rows } = await here.attacker.query('select last_value from readings');
    expect(Number((rows[0] as { last_value: string }).last_value)).toBeGreaterThan(1);
  });
});

async function giveClaimsToAll(): Promise<void> {
  await change(
    `create function to_all() returns trigger language plpgsql as $$ begin update response_actions set workflow_id = new.workflow_id, run_id = new.run_id where intent_id = new.intent_id; return new; end $$`,
    'drop function to_all',
  );
  await change(
    'create trigger to_all before insert on response_actions for each row execute function to_all()',
    'drop trigger to_all on response_actions',
  );
}

test('a claim that a trigger gives to everybody lets no second execution act: the first to be in the register has it', async () => {
  const victim = await here.bench.compromise('deactivateAccessKey');
  const { caseId, planDigest, decisions } = await victim.input();
  const actionId = victim.plan.actions[0]?.id ?? '';
  const step = {
    caseId,
    planDigest,
    actionId,
    intentId: intentIdOf(planDigest, actionId),
    decisions,
    step: 'deactivate-key',
  };
  await giveClaimsToAll();
  const before = here.writesSeen();
  const tries = await Promise.allSettled(
    [1, 2].map((number) =>
      here.callByHand('takeStep', step, { workflowId: `by-hand-${number}`, runId: `run-${number}` }),
    ),
  );
  expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(String(tries.find((each) => each.status === 'rejected')?.reason)).toContain('already-executed');
  expect(here.writesSeen()).toBe(before + 1);
});

test('nor one that comes when it has ended', async () => {
  const victim = await here.bench.compromise();
  const input = await victim.input();
  await giveClaimsToAll();
  expect(await run(victim.workflowId, input)).toMatchObject({ ended: 'contained' });
  here.intruderCalls('UpdateAccessKey', {
    UserName: victim.target.userName,
    AccessKeyId: victim.target.accessKeyId,
    Status: 'Active',
  });
  const before = here.writesSeen();
  expect(await run(`${victim.workflowId}/2`, input)).toMatchObject({ actions: [{ outcome: 'refused' }] });
  expect(here.writesSeen()).toBe(before);
});

test('a trigger that rewrites the journal as it is written stops the response before its next call', async () => {
  const victim = await here.bench.compromise();
  await change(
    `create function rewrite() returns trigger language plpgsql as $$ begin
       if new.mark = 'checked' then new.data := jsonb_set(new.data::jsonb, '{keys}', '[]'); new.at := new.at + interval '1 day'; end if;
       return new; end $$`,
    'drop function rewrite',
  );
  await change(
    'create trigger rewrite before insert on action_steps for each row execute function rewrite()',
    'drop trigger rewrite on action_steps',
  );
  const before = here.writesSeen();
  const result = await run(victim.workflowId, await victim.input());
  expect(result.actions).toMatchObject([{ need: 'responder-stopped' }]);
  expect(here.writesSeen()).toBe(before);
  // Or all that comes after stops as well.
  await here.attacker.query(`delete from action_steps where mark = 'checked'`);
  await here.acceptMemories();
});

/** No constraint on the journal, positions that run backwards, and every row twice. */
async function ruinJournal(): Promise<void> {
  const { rows: constraints } = await here.attacker.query(
    `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = 'action_steps'::regclass and contype in ('p', 'u')`,
  );
  expect(constraints.length).toBeGreaterThan(0);
  await here.attacker.query('alter table action_steps alter column position drop identity if exists');
  const columns = (await columnsOf('action_steps')).map(({ name }) => name).filter((name) => name !== 'position');
  for (const { name } of constraints as { name: string }[])
    await here.attacker.query(`alter table action_steps drop constraint "${name}" cascade`);
  await here.attacker.query('create sequence backwards increment by -1');
  await here.attacker.query(`alter table action_steps alter column position set default nextval('backwards')`);
  await here.attacker.query(
    `create function twice() returns trigger language plpgsql as $$ begin
       if pg_trigger_depth() = 1 then insert into action_steps (${columns.join(', ')}) select ${columns.map((name) => `new.${name}`).join(', ')}; end if;
       return new; end $$`,
  );
  await here.attacker.query('create trigger twice after insert on action_steps for each row execute function twice()');
}

describe('without constraints, with positions that run backwards and every row twice', () => {
  beforeAll(async () => {
    await here.close();
    here = await openResponder();
    await ruinJournal();
  });
  afterAll(async () => {
    await here.close();
    here = await openResponder();
  });

  test('a response is carried out once, told whole, and taken back whole', async () => {
    const victim = await here.bench.compromise();
    const input = await victim.input();
    const before = here.writesSeen();
    const result = await run(victim.workflowId, input);
    const { live, all } = userStateOf(here.simulator, victim.target);
    const [made] = live;
    expect(all.map(({ id, status }) => [id, status])).toEqual([
      [victim.target.accessKeyId, 'Inactive'],
      [made?.id, 'Active'],
    ]);
    expect(result).toMatchObject({
      ended: 'contained',
      actions: [{ outcome: 'done', keys: [{ accessKeyId: made?.id, fate: 'live' }] }],
    });
    // UpdateAccessKey, CreateAccessKey and CreateSecret, once each.
    expect(here.writesSeen()).toBe(before + 3);
    const taken = await actionsTaken(victim.plan, here.ports);
    expect(taken).toMatchObject([{ outcome: 'done' }]);
    expect(taken[0]?.rows.length).toBeGreaterThan(new Set(taken[0]?.rows.map(({ step, mark }) => step + mark)).size);
    const undoing = buildUndoPlan(victim.plan, taken, { version: 1, policy: `sha256:${'0'.repeat(64)}` });
    expect(undoing.actions.map(({ id }) => id)).toEqual([
      `activate-${victim.target.accessKeyId}`,
      `deactivate-${made?.id}`,
    ]);
    const again = await run(`${victim.workflowId}/2`, input);
    expect(again.actions).toMatchObject([{ outcome: 'refused', detail: expect.stringContaining('already-executed') }]);
    expect(here.writesSeen()).toBe(before + 3);
  });

  test('a lost answer is settled all the same: one key is live, and its secret is stored', async () => {
    const victim = await here.bench.compromise();
    here.simulator.control.addFault({ kind: 'cut-after', match: { operation: 'CreateAccessKey' } });
    const result = await run(victim.workflowId, await victim.input());
    const { live, all } = userStateOf(here.simulator, victim.target);
    const [made] = live;
    expect(live).toHaveLength(1);
    expect(all).toHaveLength(2);
    expect(result).toMatchObject({
      ended: 'contained',
      actions: [
        {
          outcome: 'done',
          keys: [{ accessKeyId: made?.id, fate: 'live', secretArn: expect.any(String) }, { fate: 'removed' }],
        },
      ],
    });
  });
});

describe('rows that lie under another case', () => {
  test('a plan that was moved to another case is approved for none: neither by its own decision nor by one about the other case', async () => {
    const [victim, other] = [await here.bench.compromise(), await here.bench.compromise()];
    const own = await victim.input();
    await here.attacker.query('update plans set case_id = $1, version = 99 where digest = $2', [
      other.plan.caseId,
      victim.plan.digest,
    ]);
    const before = here.writesSeen();
    for (const input of [
      { ...own, caseId: other.plan.caseId },
      {
        ...own,
        caseId: other.plan.caseId,
        decisions: [
          await signDecision(
            approvalOf(victim.plan, here.bench.approver.name, { caseId: other.plan.caseId, decisionId: 'moved-01' }),
            here.bench.approver.signing,
          ),
        ],
      },
    ]) {
      const result = await run(`${other.workflowId}/${input.decisions[0]?.jws.slice(-6)}`, input);
      expect(result.actions[0]?.detail).toContain('wrong-case');
    }
    expect(here.writesSeen()).toBe(before);
    expect(statusesOf(victim)).toEqual(['Active']);
  });

  test('the same plan in the name of a second case is another plan, which no decision about the first one covers', async () => {
    const victim = await here.bench.compromise();
    const own = await victim.input();
    const { digest: _, ...content } = victim.plan;
    const second = await here.bench.present(sealPlan({ ...content, caseId: `${victim.plan.caseId}X` as never }));
    const before = here.writesSeen();
    const input = { ...(await second.input()), decisions: own.decisions };
    expect((await run(`${second.workflowId}/replayed`, input)).actions[0]?.detail).toMatch(/wrong-(?:case|plan)/);
    expect((await run(`${second.workflowId}/2`, { ...input, caseId: victim.plan.caseId })).actions[0]?.detail).toMatch(
      /wrong-(?:case|plan)/,
    );
    expect(here.writesSeen()).toBe(before);
    // Which is for nothing else: its own case can have it.
    expect(await run(victim.workflowId, own)).toMatchObject({ ended: 'contained' });
  });

  test('journal rows of one action under another are the responder’s of neither', async () => {
    const [done, victim] = [await here.bench.compromise(), await here.bench.compromise()];
    expect(await run(done.workflowId, await done.input())).toMatchObject({ ended: 'contained' });
    const intents = `select intent_id from response_actions where plan_digest = $1`;
    const held = await here.heldResponse(victim);
    await here.attacker.query(`delete from action_steps where intent_id in (${intents})`, [victim.plan.digest]);
    await here.attacker.query(
      `insert into action_steps (intent_id, step, mark, attempt, at, aws_request_ids, data, mac)
       select (${intents.replace('$1', '$2')}), step, mark, attempt, at, aws_request_ids, data, mac from action_steps where intent_id in (${intents})`,
      [done.plan.digest, victim.plan.digest],
    );
    expect((await held.ended()).actions).toMatchObject([{ need: 'responder-stopped' }]);
    expect(statusesOf(victim)).toEqual(['Active']);
  });
});

test('instants of the store that lie in the future make no decision count longer', async () => {
  await here.close();
  here = await openResponder();
  const victim = await here.bench.compromise();
  const [issuedAt, expiresAt] = [120, 60].map((minutes) => new Date(Date.now() - minutes * 60_000).toISOString());
  const input = await victim.input({ issuedAt: issuedAt as Instant, expiresAt: expiresAt as Instant });
  await here.attacker.query(
    `update plans set presented_at = now() + interval '1 year', expires_at = now() + interval '2 years' where digest = $1`,
    [victim.plan.digest],
  );
  await change(
    `create function later() returns trigger language plpgsql as $$ begin new.claimed_at := new.claimed_at + interval '1 year'; return new; end $$`,
    'drop function later',
  );
  await change(
    'create trigger later before insert on response_actions for each row execute function later()',
    'drop trigger later on response_actions',
  );
  const before = here.writesSeen();
  expect((await run(victim.workflowId, input)).actions[0]?.detail).toContain('expired');
  expect(here.writesSeen()).toBe(before);
});
