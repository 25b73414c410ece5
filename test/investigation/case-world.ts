import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client } from '@temporalio/client';
import { ApplicationFailure, type DataConverter } from '@temporalio/common';
import { storeAuditLog } from '../../src/adapters/store/audit/audit-store.ts';
import { storeCases } from '../../src/adapters/store/cases/case-desk.ts';
import { loadCase } from '../../src/adapters/store/cases/case-store.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { storeLooks } from '../../src/adapters/store/cases/look-store.ts';
import { isPassing } from '../../src/adapters/store/store-unreachable-error.ts';
import { storeEventArchive } from '../../src/adapters/store/events/event-archive.ts';
import { loadKeyRing } from '../../src/adapters/temporal/codec-keys.ts';
import { createDataConverter, createWorkerDataConverter } from '../../src/adapters/temporal/codec.ts';
import { connectClient, createClient } from '../../src/adapters/temporal/connection.ts';
import { memoryRegister } from '../response/memory-register.ts';
import { createResponseEnds } from '../../src/adapters/temporal/response-ends.ts';
import { failureConverterPath } from '../../src/adapters/temporal/failure-converter-path.ts';
import {
  type ApproverSigningKey,
  generateApproverKey,
  parseApproverKey,
  parseSigningKey,
} from '../../src/approval/approver-key.ts';
import { loadPlan } from '../../src/adapters/store/cases/plan-store.ts';
import { signDecision } from '../../src/approval/signed-decision.ts';
import { canonicalDigest } from '../../src/digest/canonical-digest.ts';
import type { UserState } from '../../src/investigation/evidence-ports.ts';
import type { RespondInput } from '../../src/messages/respond-messages.ts';
import { alertsArrived, summary, type CaseSummary } from '../../src/messages/investigate-messages.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { DecisionStatement, SignedDecision } from '../../src/model/decision.ts';
import type { AccountId, CaseId, Digest, Instant } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { stepsOf } from '../../src/response/action-registry.ts';
import { openPlan } from '../../src/response/open-plan.ts';
import type { ActionJournal } from '../../src/response/action-journal.ts';
import { journalSeal } from '../../src/response/journal-seal.ts';
import type { Register } from '../../src/response/register.ts';
import type { CaseTrust } from '../../src/investigation/case/case-trust.ts';
import { storeActionJournal } from '../../src/adapters/store/response/action-journal-store.ts';
import { spendRejection, voidDecision } from '../../src/response/spent-decisions.ts';
import type { ActionEnd, ActionEnding, ResponseOutline, SettlingLook } from '../../src/response/step-request.ts';
import type { FoundEvent } from '../../src/investigation/seen-event.ts';
import { testDatabaseUrl, testTemporal } from '../harness/test-servers.ts';
import { type CasePorts, startWorkers } from './case-workers.ts';
import { addRecords, coverEverything, raiseAlert } from './stored-records.ts';
import { s3BrowserRecord } from './trail-records.ts';
import { userWithKey } from './user-states.ts';

export type { CasePorts } from './case-workers.ts';

export const audience = 'test-installation';

type RespondsAs = 'done' | 'fail' | 'lost';

/** What a test may set differently. */
export interface CaseWorldOptions {
  readonly approvalExpiresAfterMs?: number;
  readonly watchMs?: number;
  readonly requestsPerLook?: number;
  /** Puts other ports in the place of this world's. */
  readonly ports?: (ports: CasePorts) => CasePorts;
  readonly lookAgainAfterMs?: number;
  /** What IAM shows of a user otherwise; by name where it matters. */
  readonly userState?: Partial<UserState> | ((userName: string) => Partial<UserState>);
  /** False where nothing says that the account's trail was read. */
  readonly trailRead?: false;
  /** What the configuration names; none where not given. */
  readonly ownAccounts?: readonly AccountId[];
  /** Payloads are left readable, as recorded histories have to be. */
  readonly readable?: boolean;
  /** How the stubbed write activities answer; `done` where not given. */
  readonly respond?: (actionId: string) => Promise<RespondsAs> | RespondsAs;
  /** What a look at a lost answer comes to. */
  readonly settle?: () => SettlingLook;
}

/** A case in a real store and a real Temporal, with IAM and the write activities as stubs. */
export interface CaseWorld {
  readonly store: Store;
  readonly client: Client;
  readonly approver: ApproverSigningKey;
  readonly stepsTaken: string[];
  /** The responder's, in memory. */
  readonly register: Register;
  /** The responder's, in this world's store. */
  readonly journal: ActionJournal;
  readonly storeUrl: string;
  /** What the activities believe of the store. */
  readonly trust: CaseTrust;
  /** A configuration with which the command line finds this world. */
  readonly configFile: string;
  /** Where this world's workflows run. */
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly dataConverter: DataConverter;
  /** Writes records into the event store. */
  addRecords(records: readonly JsonObject[]): Promise<readonly FoundEvent[]>;
  /** Raises an alert about an event, in the open case of its actor, which is opened where there is none; returns the case. */
  raiseAlert(event: FoundEvent): Promise<CaseId>;
  /** Stores a record, raises an alert on it and rings its case; returns the case. */
  alertOn(record: JsonObject): Promise<CaseId>;
  /** Rings as detection does. */
  ring(caseId: CaseId): Promise<void>;
  /** A case whose workflow runs: one record, one alert. */
  openCase(): Promise<CaseId>;
  until(caseId: CaseId, reached: (now: CaseSummary) => boolean): Promise<CaseSummary>;
  decision(
    of: Partial<DecisionStatement> & { readonly caseId: CaseId; readonly planDigest: Digest },
  ): Promise<SignedDecision>;
  /** Stops the workers and starts others, as a deploy does. */
  deploy(): Promise<void>;
  /** Goes on with another Temporal, which knows nothing of this world's cases, over the same store. */
  moveTo(temporal: { readonly address: string; readonly namespace: string }): Promise<void>;
  close(): Promise<void>;
}

const activeKeys = userWithKey('AIDAEXAMPLEMALLORY', 'AKIAEXAMPLEMALLORY');

/** A case that waits for a decision on a plan that all evidence supports: what AWS was asked for has come. */
export function awaitsDecision({ state, look }: CaseSummary): boolean {
  return state.status === 'awaiting-decision' && look === null;
}

export async function openCaseWorld(options: CaseWorldOptions = {}): Promise<CaseWorld> {
  const storeUrl = await testDatabaseUrl();
  const store = openStore(storeUrl);
  await store.migrate();
  if (options.trailRead !== false) await coverEverything(store);
  const temporal = await testTemporal();
  const namespace = await temporal.createNamespace();
  const key = generateApproverKey();
  const approver = parseSigningKey(key.privateKeyPem);
  const stepsTaken: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'trailhound-case-'));
  const keyFile = join(folder, 'codec.key');
  await writeFile(keyFile, `test:${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  const keyRing = await loadKeyRing(keyFile);
  const readable = options.readable === true ? { failureConverterPath } : undefined;
  const dataConverter = readable ?? createDataConverter(keyRing);
  const ofWorkers = readable ?? createWorkerDataConverter(keyRing);
  const configFile = await writeConfig(folder, { storeUrl, address: temporal.address, namespace, key });
  let at = { address: temporal.address, namespace };
  let connection = await connectClient({ address: at.address });
  let client = createClient(connection, at.namespace, dataConverter);
  const approverKeys = [parseApproverKey('alice', key.publicKeyPem)];
  const register = memoryRegister();
  const journalKey = randomBytes(32);
  await mkdir(join(folder, 'responder'), { mode: 0o700 });
  await writeFile(join(folder, 'responder', 'journal.key'), `${journalKey.toString('base64')}\n`, { mode: 0o600 });
  const seal = journalSeal(journalKey);
  const trust: CaseTrust = {
    approverKeys,
    audience,
    responder: { seal, register },
    ownAccounts: options.ownAccounts ?? [],
  };
  const responder = { register, journal: storeActionJournal(store.db, seal) };
  const given: CasePorts = {
    archive: storeEventArchive(store.db),
    identities: {
      userState: async (_, userName) => ({
        ...activeKeys,
        ...(typeof options.userState === 'function' ? options.userState(userName) : options.userState),
      }),
    },
    cases: storeCases(store.db, trust),
    register,
    looks: storeLooks(store.db),
    isPassing,
    responses: { endOf: (workflowId) => createResponseEnds(client).endOf(workflowId) },
    auditLog: storeAuditLog(store.db),
    ringCase: (caseId) => world.ring(caseId),
    actionsTaken: async () => [],
    spendRejection: (signed) => spendRejection(signed, { register, approverKeys, audience, clock: { now } }),
    voidDecision: (signed) => voidDecision(signed, { register, approverKeys, audience, clock: { now } }),
    approverKeys,
    settings: {
      audience,
      approvalExpiresAfterMs: options.approvalExpiresAfterMs ?? 600_000,
      watchMs: options.watchMs ?? 4_000,
      watchGraceMs: 0,
      lookBackMs: 7 * 86_400_000,
      requestsPerLook: options.requestsPerLook ?? 100,
      lookAgainAfterMs: options.lookAgainAfterMs ?? 200,
      secrets: { namePrefix: 'trailhound/', region: 'us-east-1' },
      mayChange: () => true,
    },
    now,
  };
  function startAgain() {
    return startWorkers(
      { ...at, dataConverter: ofWorkers },
      options.ports?.(given) ?? given,
      stubbedWrites(responder, stepsTaken, options),
    );
  }
  let workers = await startAgain();

  const world: CaseWorld = {
    store,
    get client() {
      return client;
    },
    approver,
    stepsTaken,
    ...responder,
    storeUrl,
    trust,
    configFile,
    temporal: { address: temporal.address, namespace },
    dataConverter,
    addRecords: (records) => addRecords(store, records),
    raiseAlert: (event) => raiseAlert(store, event),
    async ring(caseId) {
      await client.workflow.signalWithStart('investigate', {
        workflowId: caseWorkflowId(caseId),
        taskQueue: taskQueues.orchestrate,
        args: [{ caseId }],
        signal: alertsArrived,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
      });
    },
    openCase: () => world.alertOn(s3BrowserRecord()),
    async alertOn(record) {
      const [event] = await world.addRecords([record]);
      if (event === undefined) throw new Error('the record was not stored');
      const caseId = await world.raiseAlert(event);
      await world.ring(caseId);
      return caseId;
    },
    async until(caseId, reached) {
      const handle = client.workflow.getHandle(caseWorkflowId(caseId));
      for (;;) {
        const seen = await handle.query(summary);
        // The workflow knows first; the store's mirror follows once what led there is written down.
        const mirror = await loadCase(store.db, caseId);
        if (reached(seen) && mirror?.status === seen.state.status) return seen;
        await new Promise((next) => setTimeout(next, 50));
      }
    },
    decision: async (of) => {
      const stored = await loadPlan(store.db, of.planDigest);
      const opened = openPlan(stored);
      const planned = opened.kind === 'intact' ? opened.plan.actions : [];
      return await signDecision(
        {
          decisionId: randomUUID(),
          verdict: 'approve',
          actions: planned.filter(({ id }) => id === 'deactivate-AKIAEXAMPLEMALLORY'),
          reason: 'the key is not used by its owner',
          approver: 'alice',
          audience,
          issuedAt: now(),
          expiresAt: new Date(Date.now() + 600_000).toISOString() as Instant,
          ...of,
        },
        approver,
      );
    },
    async deploy() {
      await workers.stop();
      workers = await startAgain();
    },
    async moveTo(other) {
      await workers.stop();
      await connection.close();
      at = other;
      connection = await connectClient({ address: at.address });
      client = createClient(connection, at.namespace, dataConverter);
      workers = await startAgain();
    },
    async close() {
      await workers.stop();
      await connection.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}

function now(): Instant {
  return new Date().toISOString() as Instant;
}

/** Stands for the write activities: this test is about who is asked when, theirs is about what they do. */
function stubbedWrites(
  { register, journal }: { readonly register: Register; readonly journal: ActionJournal },
  stepsTaken: string[],
  options: CaseWorldOptions,
) {
  const state = canonicalDigest('state');
  return {
    beginResponse: async (input: RespondInput): Promise<ResponseOutline> => ({
      actions: input.actionIds.map((actionId) => ({
        actionId,
        intentId: canonicalDigest([input.planDigest, actionId]).slice('sha256:'.length),
        type: actionId.startsWith('rotate') ? 'rotateAccessKey' : 'deactivateAccessKey',
        steps: stepsOf(actionId.startsWith('rotate') ? 'rotateAccessKey' : 'deactivateAccessKey').map(
          ({ name, writes, onceOnly }) => ({ name, writes, onceOnly }),
        ),
        notBefore: null,
        dependsOn: [],
      })),
      pacing: { firstMs: 50, longestMs: 200, roundsForMs: 1_000, tellPersonAfterMs: 500 },
    }),
    takeStep: async ({ actionId, step }: { readonly actionId: string; readonly step: string }) => {
      const responds = await options.respond?.(actionId);
      if (step === 'create-and-store-key' && responds === 'lost') {
        throw ApplicationFailure.nonRetryable('lost', 'NeedsSettling');
      }
      if (responds === 'fail') {
        throw ApplicationFailure.nonRetryable('denied', 'StepBlocked');
      }
      stepsTaken.push(`${actionId}/${step}`);
      return { outcome: 'done', before: state, after: state, awsRequestIds: [], detail: 'Done.', verifiedAt: now() };
    },
    settleStep: async (): Promise<SettlingLook> =>
      options.settle?.() ?? { kind: 'settled', found: 'nothing', detail: 'Nothing.', foreign: [] },
    endAction: async ({
      outcome,
      detail,
      caseId,
      planDigest,
      actionId,
      intentId,
    }: ActionEnd): Promise<ActionEnding> => {
      const seen = outcome === 'stopped' ? 'failed' : outcome;
      const at = now();
      const execution = { workflowId: 'stub', runId: 'stub' };
      const spent = { intentId, caseId, planDigest, actionId, execution, at };
      await journal.claim(spent);
      await register.spend({ kind: 'action', ...spent });
      await register.spend({ kind: 'end', intentId, outcome: seen, at });
      await journal.end(intentId, { ...unseen, intentId, outcome: seen, detail }, at);
      return { outcome: seen, detail, keys: [], stepsSeen: seen === 'done' ? 1 : 0 };
    },
  };
}

/** What an end says beside how it ended. */
const unseen = {
  reached: 'verified',
  awsRequestIds: [],
  before: canonicalDigest('before'),
  after: canonicalDigest('after'),
  verifiedBy: ['iam'],
  keys: [],
} as const;

interface ConfigParts {
  readonly storeUrl: string;
  readonly address: string;
  readonly namespace: string;
  readonly key: { readonly privateKeyPem: string; readonly publicKeyPem: string };
}

async function writeConfig(folder: string, { storeUrl, address, namespace, key }: ConfigParts): Promise<string> {
  await writeFile(join(folder, 'alice.key'), key.privateKeyPem, { mode: 0o600 });
  await writeFile(join(folder, 'alice.pub'), key.publicKeyPem);
  const file = join(folder, 'trailhound.toml');
  const lines = [
    `data_dir = "${folder}"`,
    `installation = "${audience}"`,
    '[temporal]',
    `address = "${address}"`,
    `cases_namespace = "${namespace}"`,
    `polling_namespace = "${namespace}"`,
    '[store]',
    `url = "${storeUrl}"`,
    '[[approval.approvers]]',
    'name = "alice"',
    'public_key_file = "alice.pub"',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}
