import { Client as PostgresClient } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createInvestigateActivities, type InvestigateActivities } from '../../activities/investigate.ts';
import { appendAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { loadCaseSight } from '../../src/adapters/store/cases/case-sight-store.ts';
import { draftPlan, loadLatestPlan } from '../../src/adapters/store/cases/plan-store.ts';
import { caseRecord } from '../../src/audit/audit-record.ts';
import { decideOnPlan } from '../../src/commands/decide.ts';
import { planDigestOf } from '../../src/digest/plan-digest.ts';
import { decidePorts } from '../../src/entry/compose/case-act-ports.ts';
import { loadCaseView } from '../../src/entry/compose/case-ports.ts';
import { decide, summary } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { CaseId, Digest, Instant } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plan.ts';
import { acceptMemories } from '../../src/response/accept-memories.ts';
import { intentIdOf } from '../../src/response/intent.ts';
import { compareMemories } from '../../src/response/memory-agreement.ts';
import { awaitsDecision, type CasePorts, type CaseWorld, openCaseWorld } from '../investigation/case-world.ts';
import { accessKeyId } from '../investigation/trail-records.ts';

/*
 * The attacker owns PostgreSQL, and its aim is to have a case say that it is contained while its key works.
 */

let world: CaseWorld;
let ports: CasePorts;
let attacker: PostgresClient;
let activities: InvestigateActivities;
let caseId: CaseId;
let plan: Plan;

function action(): string {
  return `deactivate-${accessKeyId}`;
}

beforeAll(async () => {
  world = await openCaseWorld({ watchMs: 600_000, ports: (given) => (ports = given) });
  activities = createInvestigateActivities(ports);
  attacker = new PostgresClient(world.storeUrl);
  await attacker.connect();
});

afterAll(async () => {
  await attacker.end();
  await world.close();
});

beforeEach(async () => {
  await attacker.query('update cases set closed_at = now() where closed_at is null');
  caseId = await world.openCase();
  await world.until(caseId, awaitsDecision);
  const presented = await loadLatestPlan(world.store.db, caseId);
  if (presented?.opened.kind !== 'intact') throw new Error('a case that waits has a plan');
  plan = presented.opened.plan;
});

async function isContained() {
  return (await activities.lookAtContainment({ caseId })).contained;
}

/** Has the key deactivated by whoever may. */
async function respond(actions?: Plan['actions']): Promise<void> {
  const signed = await world.decision({ caseId, planDigest: plan.digest, ...(actions && { actions }) });
  await world.client.workflow.getHandle(caseWorkflowId(caseId)).executeUpdate(decide, { args: [signed] });
  await world.until(caseId, ({ state }) => state.status === 'watching');
}

async function forgeEnd(of: { readonly intentId: string; readonly planDigest: Digest; readonly mac: string | null }) {
  await attacker.query(
    `insert into response_actions (intent_id, plan_digest, action_id, case_id, workflow_id, run_id, claimed_at, ended_at, result, mac)
     values ($1, $2, $3, $4, 'w', 'r', now(), now(), '{"outcome":"done"}', $5)`,
    [of.intentId, of.planDigest, action(), caseId, of.mac],
  );
}

describe('a closing of ours counts where the responder said so', () => {
  test('the responder itself has the case contained', async () => {
    expect(await isContained()).toBe(false);
    await respond();
    expect(await isContained()).toBe(true);
  });

  test('a row that says that the action was done is not believed, with any mark that was not made for it', async () => {
    const intentId = intentIdOf(plan.digest, action());
    await forgeEnd({ intentId, planDigest: plan.digest, mac: null });
    expect(await isContained()).toBe(false);
    const { rows } = await attacker.query('select mac from response_actions where mac is not null limit 1');
    await attacker.query('update response_actions set mac = $1 where intent_id = $2', [rows[0]?.mac, intentId]);
    expect(rows[0]?.mac).toEqual(expect.any(String));
    expect(await isContained()).toBe(false);
  });

  test('nor is an end of another plan, or of another outcome, that was written over', async () => {
    await attacker.query('delete from response_actions');
    const failing = { reached: 'called', outcome: 'failed' };
    await respond();
    await attacker.query(`update response_actions set result = (result::jsonb || $1::jsonb)::json where case_id = $2`, [
      JSON.stringify(failing),
      caseId,
    ]);
    expect(await isContained()).toBe(false);
    await attacker.query(
      `update response_actions set result = (result::jsonb || '{"reached":"verified","outcome":"already-so"}')::json where case_id = $1`,
      [caseId],
    );
    expect(await isContained()).toBe(false);
  });

  test('nor is an end moved to the case from another one', async () => {
    await respond();
    const other = caseId;
    await attacker.query('update cases set closed_at = now() where id = $1', [other]);
    caseId = await world.openCase();
    await world.until(caseId, awaitsDecision);
    await attacker.query('update response_actions set case_id = $1 where case_id = $2', [caseId, other]);
    expect(await isContained()).toBe(false);
  });

  describe('and goes on counting in the case that the responded one is merged into', () => {
    /** The responded case ends in favour of one about the same key. */
    async function mergeIntoNext(): Promise<CaseId> {
      await respond();
      const ended = caseId;
      await attacker.query('update cases set closed_at = now() where id = $1', [ended]);
      caseId = await world.openCase();
      await world.until(caseId, ({ state }) => state.status === 'awaiting-decision');
      expect(await isContained()).toBe(false);
      await attacker.query(`update cases set status = 'merged', merged_into = $1 where id = $2`, [caseId, ended]);
      return ended;
    }

    test('by the same marks', async () => {
      const ended = await mergeIntoNext();
      expect(await isContained()).toBe(true);
      await attacker.query(
        `update response_actions set result = (result::jsonb || '{"outcome":"already-so"}')::json where case_id = $1`,
        [ended],
      );
      expect(await isContained()).toBe(false);
    });

    test('and by the register: with anything of that case hidden, none of its endings is believed', async () => {
      const ended = await mergeIntoNext();
      const intentId = intentIdOf(`sha256:${'5'.repeat(64)}`, 'activate-it');
      const execution = { workflowId: 'undo', runId: 'undo' };
      const at = new Date().toISOString() as Instant;
      const planDigest = `sha256:${'5'.repeat(64)}` as const;
      await world.register.spend({
        kind: 'action',
        intentId,
        planDigest,
        actionId: 'activate-it',
        caseId: ended,
        execution,
        at,
      });
      expect(await isContained()).toBe(false);
    });

    test('each case by itself: what is hidden of another takes nothing from it, and one that is left out counts for nothing', async () => {
      const ended = await mergeIntoNext();
      // A second one was merged, whose only action the register knows and the store does not.
      const other = 'TH-HJKMNP' as CaseId;
      await attacker.query(
        `insert into cases select (jsonb_populate_record(c, jsonb_build_object('id', $1::text))).* from cases c where id = $2`,
        [other, ended],
      );
      const planDigest = `sha256:${'6'.repeat(64)}` as const;
      await world.register.spend({
        kind: 'action',
        intentId: intentIdOf(planDigest, 'deactivate-it'),
        planDigest,
        actionId: 'deactivate-it',
        caseId: other,
        execution: { workflowId: 'respond', runId: 'respond' },
        at: new Date().toISOString() as Instant,
      });
      expect(await isContained()).toBe(true);
      await attacker.query('update cases set merged_into = null where id = $1', [ended]);
      expect(await isContained()).toBe(false);
    });
  });
});

describe('what was taken back stays so', () => {
  /** An undoing that gave the key back, as the responder has it. */
  async function undo(): Promise<Digest> {
    const activate = {
      id: `activate-${accessKeyId}`,
      type: 'activateAccessKey',
      target: plan.actions.find(({ id }) => id === action())?.target,
      params: {},
      dependsOn: [],
      recommended: true,
    };
    const unsigned = {
      ...plan,
      version: 1,
      purpose: { undo: plan.digest },
      actions: [activate],
      byHand: [],
      waysIn: [],
    };
    const undoing = { ...unsigned, digest: planDigestOf(unsigned as never) } as unknown as Plan; // what a plan is made of
    const at = new Date().toISOString() as Instant;
    await draftPlan(world.store.db, undoing, at);
    await ports.cases.setPlanStanding(undoing.digest, 'decided');
    const intentId = intentIdOf(undoing.digest, activate.id);
    const execution = { workflowId: 'undo', runId: 'undo' };
    const spent = { intentId, caseId, planDigest: undoing.digest, actionId: activate.id, execution, at };
    await world.journal.claim(spent);
    await world.register.spend({ kind: 'action', ...spent });
    await world.register.spend({ kind: 'end', intentId, outcome: 'done', at });
    const { rows } = await attacker.query('select result from response_actions where case_id = $1', [caseId]);
    await world.journal.end(intentId, { ...rows[0]?.result, intentId, outcome: 'done' }, at);
    return undoing.digest;
  }

  test('and what was not taken back stands: of two actions, the one that was not chosen', async () => {
    await respond(plan.actions);
    expect(plan.actions.map(({ type }) => type)).toEqual(['deactivateAccessKey', 'denyUserEverything']);
    await undo();
    const { closures, reopenings = [] } = await ports.cases.sight(caseId, new Date().toISOString() as Instant);
    expect(reopenings.flatMap(({ things }) => things)).toEqual([`access-key/${accessKeyId}`]);
    expect(closures.flatMap(({ things }) => things)).toContain('denied-user/111122223333/mallory');
    expect(await isContained()).toBe(true);
  });

  test.each([
    ['was not approved', `update plans set standing = 'expired' where digest = $1`],
    ['was not carried out', `delete from response_actions where plan_digest = $1`],
    ['has not ended', `update response_actions set ended_at = null, result = null, mac = null where plan_digest = $1`],
    [
      'never was',
      `with a as (delete from response_actions where plan_digest = $1) delete from plans where digest = $1`,
    ],
  ])('though the store says that the undoing %s', async (_what, query) => {
    await respond();
    expect(await isContained()).toBe(true);
    const digest = await undo();
    expect(await isContained()).toBe(false);
    await attacker.query(query, [digest]);
    expect(await isContained()).toBe(false);
  });

  test('though the rows of the undoing are gone, and a person has accepted that they are', async () => {
    await respond();
    const digest = await undo();
    await attacker.query('delete from response_actions where plan_digest = $1', [digest]);
    const { register, journal } = world;
    const differences = await compareMemories(register, () => journal.actions());
    expect(differences.unknownToStore).toContain(intentIdOf(digest, `activate-${accessKeyId}`));
    await acceptMemories(register, differences, 'restored from a backup', new Date().toISOString() as Instant);
    expect(await isContained()).toBe(false);
  });
});

describe('a record that says that the plan was carried out, which anybody may have written,', () => {
  async function forgeRecord(): Promise<void> {
    const made = {
      accessKeyId: 'AKIAINTRUDER00000001',
      fate: 'live',
      secretArn: 'arn:aws:secretsmanager:::secret:theirs',
    } as const;
    const done = { actionId: action(), outcome: 'done', detail: 'As IAM shows it.', keys: [made] };
    const at = new Date().toISOString() as Instant;
    const record = {
      kind: 'response-ended',
      subject: plan.digest,
      at,
      data: { ended: 'contained', actions: [done] },
    } as const;
    await appendAuditRecords(world.store.db, [caseRecord(caseId, record)]);
  }

  test('is shown as nobody knowing what was done, and with no key that the responder did not make', async () => {
    await forgeRecord();
    const { responses } = await loadCaseView(world.store.db, caseId, world.trust);
    expect(responses).toMatchObject([{ ended: 'unknown', actions: [{ outcome: 'unknown', keys: [] }] }]);
    expect(responses[0]?.actions[0]?.detail).toContain('Look in AWS.');
  });

  test('keeps nobody from approving it', async () => {
    await forgeRecord();
    const { store, client: cases, approver, trust } = world;
    const signer = { key: approver, approver: 'alice' };
    const given = { config: { installation: trust.audience }, trust, signer };
    const ports = decidePorts({ store, cases }, given, { show: () => undefined, confirm: async () => true });
    const request = {
      caseId,
      verdict: 'approve',
      plan: plan.digest,
      reason: 'not ours',
      actionIds: [action()],
    } as const;
    expect(await decideOnPlan(ports, { name: 'alice' }, request)).toMatchObject({ outcome: { kind: 'accepted' } });
    await world.until(caseId, ({ state }) => state.status === 'watching');
    const { responses } = await loadCaseView(store.db, caseId, trust);
    expect(responses.at(-1)).toMatchObject({ ended: 'contained', actions: [{ outcome: 'done' }] });
  });
});

test('the case itself does not close for a forged row, and goes on waiting', async () => {
  await forgeEnd({ intentId: intentIdOf(plan.digest, action()), planDigest: plan.digest, mac: 'A'.repeat(43) });
  const at = new Date().toISOString() as Instant;
  expect(await activities.lookAtPlan({ caseId, digest: plan.digest, at })).toMatchObject({ contained: false });
  expect(await activities.closeCase({ caseId, verdict: 'contained', at })).toMatchObject({ closed: false });
  const { state } = await world.client.workflow.getHandle(caseWorkflowId(caseId)).query(summary);
  expect(state.status).toBe('awaiting-decision');
});

test('an account that records were slipped in of is no own one where the configuration names those', async () => {
  const outsider = '666677778888';
  await attacker.query(
    `insert into event_keys (account_id, event_id, revision, record_digest, event_time) values ($1, 'e', 0, 'd', now())`,
    [outsider],
  );
  const now = new Date().toISOString() as Instant;
  const configured = { ...world.trust, ownAccounts: ['111122223333' as never] };
  expect((await loadCaseSight(world.store.db, caseId, now, configured)).ownAccounts).toEqual(['111122223333']);
  expect((await loadCaseSight(world.store.db, caseId, now, world.trust)).ownAccounts).toContain(outsider);
});
