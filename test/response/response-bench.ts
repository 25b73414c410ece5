import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import type { Simulator } from '../../simulator/server.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { exactJsonText } from '../../src/adapters/store/json-text.ts';
import { failureConverterPath } from '../../src/adapters/temporal/failure-converter-path.ts';
import { signDecision } from '../../src/approval/signed-decision.ts';
import { sealPlan } from '../../src/digest/plan-digest.ts';
import type { RespondInput } from '../../src/messages/respond-messages.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import { responseWorkflowId, undoResponseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { DecisionStatement } from '../../src/model/decision.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import type { AccessKeyTarget, Action, ActionType } from '../../src/model/action.ts';
import type { Plan } from '../../src/model/plan.ts';
import { moduleOf } from '../../src/response/action-registry.ts';
import { anApprover, aPlan } from '../approval/decision-fixtures.ts';
import { testDatabaseUrl, testTemporal, testWorkflowBundle } from '../harness/test-servers.ts';
import type { RespondWorkerSettings } from './respond-worker.ts';
import { accountId, accountOf } from './simulated-account.ts';

export const audience = 'test-installation';

/** Real Temporal, real PostgreSQL and a simulated AWS, with all that a response needs but the worker. */
export interface ResponseBench {
  readonly store: Store;
  readonly approver: ReturnType<typeof anApprover>;
  /** The approver's private key, in a file. */
  keyFile(): Promise<string>;
  /** A worker's settings, in a namespace of its own. */
  settings(): Promise<RespondWorkerSettings>;
  clientFor(settings: RespondWorkerSettings): Promise<Client>;
  /** A user with one key and a stored plan to contain it; a case of its own each time. */
  compromise(type?: 'deactivateAccessKey' | 'rotateAccessKey'): Promise<Compromise>;
  /** A stored plan of these actions, of a case of its own. */
  propose(actions: readonly Action[]): Promise<Proposed>;
  /** This plan, stored; one that undoes another is of a case that is there. */
  present(plan: Plan): Promise<Proposed>;
  close(): Promise<void>;
}

export interface Compromise extends Proposed {
  readonly target: AccessKeyTarget;
}

export interface Proposed {
  readonly plan: Plan;
  readonly workflowId: string;
  /** What starts `respond` for the whole plan, with a valid decision; or with a statement that was changed. */
  readonly input: (changes?: Partial<DecisionStatement>) => Promise<RespondInput>;
}

export async function openBench(simulator: Simulator): Promise<ResponseBench> {
  const temporal = await testTemporal();
  const storeUrl = await testDatabaseUrl();
  const store = openStore(storeUrl);
  await store.migrate();
  const { codePath } = await testWorkflowBundle();
  const approver = anApprover('ann');
  const connection = await Connection.connect({ address: temporal.address });
  const { accessKeyId, secretAccessKey } = simulator.world.credentials;
  const journalKey = randomBytes(32).toString('base64');
  let made = 0;
  const folder = await mkdtemp(join(tmpdir(), 'trailhound-approver-'));
  async function proposed(plan: Plan): Promise<Proposed> {
    await storePlan(store, plan);
    return {
      plan,
      workflowId: (typeof plan.purpose === 'object' ? undoResponseWorkflowId : responseWorkflowId)(
        plan.caseId,
        plan.version,
      ),
      input: async (changes = {}) => ({
        caseId: plan.caseId,
        planVersion: plan.version,
        planDigest: plan.digest,
        actionIds: plan.actions.map((action) => action.id),
        decisions: [await signDecision(approvalOf(plan, approver.name, changes), approver.signing)],
      }),
    };
  }
  return {
    store,
    approver,
    keyFile: async () => {
      const file = join(folder, 'approver.key');
      await writeFile(file, approver.pems.privateKeyPem, { mode: 0o600 });
      return file;
    },
    settings: async () => ({
      temporalAddress: temporal.address,
      namespace: await temporal.createNamespace(),
      bundleFile: codePath,
      storeUrl,
      aws: { endpoint: simulator.url, accessKeyId, secretAccessKey },
      account: accountOf(simulator),
      approvers: [{ name: approver.name, publicKeyPem: approver.pems.publicKeyPem }],
      audience,
      registerFolder: join(folder, 'register'),
      journalKey,
    }),
    clientFor: async ({ namespace }) => new Client({ connection, namespace, dataConverter: { failureConverterPath } }),
    compromise: async (type = 'rotateAccessKey') => {
      made += 1;
      const number = String(made).padStart(3, '0');
      const userName = `export-${number}`;
      const user = simulator.control.addUser(accountId, {
        name: userName,
        keys: [{ id: `AKIAOLD0000000000${number}` }],
      });
      const target: AccessKeyTarget = {
        kind: 'access-key',
        accountId,
        userName,
        userId: user.id,
        accessKeyId: `AKIAOLD0000000000${number}`,
      };
      const plan = planFor(`TH-000${number}` as CaseId, target, type);
      return { target, ...(await proposed(plan)) };
    },
    propose: async (actions) => {
      made += 1;
      const { digest: _, ...content } = aPlan();
      return await proposed(
        sealPlan({ ...content, caseId: `TH-P${String(made).padStart(5, '0')}` as CaseId, actions }),
      );
    },
    present: proposed,
    close: async () => {
      await connection.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts the workflow as a person with access to Temporal could. */
export async function startRespond(client: Client, workflowId: string, input: RespondInput) {
  return await client.workflow.start('respond', { workflowId, taskQueue: taskQueues.orchestrate, args: [input] });
}

export function approvalOf(plan: Plan, approver: string, changes: Partial<DecisionStatement> = {}): DecisionStatement {
  const nowMs = Date.now();
  return {
    decisionId: `decision-${plan.caseId}`,
    caseId: plan.caseId,
    planDigest: plan.digest,
    verdict: 'approve',
    actions: plan.actions,
    reason: 'confirmed with the owner of the key',
    approver,
    audience,
    issuedAt: new Date(nowMs).toISOString() as Instant,
    expiresAt: new Date(nowMs + 3_600_000).toISOString() as Instant,
    ...changes,
  };
}

function planFor(caseId: CaseId, target: AccessKeyTarget, type: ActionType): Plan {
  const actions = aPlan().actions.map((action) => ({
    ...action,
    target,
    dependsOn: [],
    ...(action.type === 'rotateAccessKey'
      ? { params: { ...action.params, secretName: `trailhound/${target.userName}/${target.accessKeyId}` } }
      : {}),
  })) as readonly Action[]; // targets and parameters stay with their types
  const named = actions.map((action) => ({ ...action, id: moduleOf(action.type).idOf(action) }));
  const { digest: _, ...content } = aPlan();
  return sealPlan({ ...content, caseId, actions: named.filter((action) => action.type === type) });
}

async function storePlan(store: Store, plan: Plan): Promise<void> {
  const now = new Date().toISOString() as Instant;
  await store.db
    .insertInto('cases')
    .values({
      id: plan.caseId,
      actor_key: plan.caseId,
      actor: exactJsonText({ kind: 'user', accountId, name: 'somebody' }),
      account_id: accountId,
      status: 'responding',
      severity: 'high',
      opened_at: now,
      closed_at: null,
      verdict: null,
      ring_pending_since: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await store.db
    .insertInto('plans')
    .values({
      digest: plan.digest,
      case_id: plan.caseId,
      version: plan.version,
      plan: exactJsonText(plan),
      standing: 'decided',
      undoes: typeof plan.purpose === 'object' ? plan.purpose.undo : null,
      presented_at: now,
      expires_at: null,
    })
    .execute();
}
