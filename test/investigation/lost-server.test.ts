import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findTemporal, temporalSources } from '../../src/adapters/embedded/temporal-binary.ts';
import { startTemporalServer, type TemporalServer } from '../../src/adapters/embedded/temporal-server.ts';
import { caseTroubles } from '../../src/adapters/store/cases/case-recall.ts';
import { connectClient } from '../../src/adapters/temporal/connection.ts';
import { createDoorbells } from '../../src/adapters/temporal/doorbells.ts';
import { ensureNamespace } from '../../src/adapters/temporal/namespaces.ts';
import { registerSearchAttributes } from '../../src/adapters/temporal/register-search-attributes.ts';
import type { AuditLog } from '../../src/audit/audit-log.ts';
import { decide, summary, type CaseSummary } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import { awaitsDecision, type CaseWorld, type CaseWorldOptions, openCaseWorld } from './case-world.ts';

let folder: string;
let fresh: TemporalServer;
let world: CaseWorld | undefined;
let release: () => void = () => {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-fresh-'));
  fresh = await startTemporalServer({
    executable: await findTemporal(temporalSources(process.env), () => {}),
    databaseFile: join(folder, 'temporal.sqlite'),
  });
}, 60_000);
afterAll(async () => {
  await fresh.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  release();
  await world?.close();
  world = undefined;
});

/** Work that hangs where it is told to, until the test has ended or the server is lost. */
function hanging() {
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let lost = false;
  async function pass(): Promise<void> {
    if (lost) return;
    await held;
    throw new Error('this server is lost');
  }
  return {
    pass,
    lose: () => {
      lost = true;
      release();
    },
  };
}

type Hang = ReturnType<typeof hanging>;

/** The audit log stands still before it takes a record of that kind. */
function hangsBefore(kind: string) {
  return (hang: Hang): CaseWorldOptions => ({
    ports: (ports) => {
      const auditLog: AuditLog = {
        ...ports.auditLog,
        append: async (records) => {
          if (records.some((record) => JSON.stringify(record).includes(kind))) await hang.pass();
          await ports.auditLog.append(records);
        },
      };
      return { ...ports, auditLog };
    },
  });
}

interface Lost {
  readonly options?: (hang: Hang) => CaseWorldOptions;
  /** Whether a decision is given before the server is lost. */
  readonly decided: boolean;
  readonly status: CaseSummary['state']['status'];
  /** What becomes of the case on the fresh server. */
  readonly becomes: (now: CaseSummary, before: CaseSummary) => boolean;
  readonly steps: readonly string[];
}

const deactivated = ['deactivate-AKIAEXAMPLEMALLORY/deactivate-key'];

const states: Readonly<Record<string, Lost>> = {
  'while it looks at the store: it looks anew': {
    options: (hang) => ({
      ports: (ports) => ({
        ...ports,
        looks: {
          ...ports.looks,
          begin: async (...of) => {
            await hang.pass();
            await ports.looks.begin(...of);
          },
        },
      }),
    }),
    decided: false,
    status: 'gathering',
    becomes: (now) => awaitsDecision(now) && now.planVersion === 1,
    steps: [],
  },
  'while AWS is asked: the same plan waits on, and AWS is asked again': {
    options: (hang) => ({
      ports: (ports) => ({
        ...ports,
        identities: {
          userState: async (...of) => {
            await hang.pass();
            return await ports.identities.userState(...of);
          },
        },
      }),
    }),
    decided: false,
    status: 'awaiting-decision',
    becomes: (now, before) => awaitsDecision(now) && now.planDigest === before.planDigest,
    steps: [],
  },
  'while it waits for a decision: the same plan waits on': {
    decided: false,
    status: 'awaiting-decision',
    becomes: ({ state, planDigest }, before) =>
      state.status === 'awaiting-decision' && planDigest === before.planDigest,
    steps: [],
  },
  'between a decision and its response: the decision is there, and is carried out once': {
    options: hangsBefore('response-started'),
    decided: true,
    status: 'awaiting-decision',
    becomes: ({ state, planDigest }, before) => state.status === 'watching' && planDigest === before.planDigest,
    steps: deactivated,
  },
  'while it responds: a person is needed, and nothing is begun again': {
    options: hangsBefore('response-ended'),
    decided: true,
    status: 'responding',
    becomes: ({ state }) => state.status === 'needs-a-person' && state.why === 'outcome-unknown',
    steps: deactivated,
  },
  'while it watches: the same watch goes on': {
    decided: true,
    status: 'watching',
    becomes: ({ state }, before) =>
      state.status === 'watching' && before.state.status === 'watching' && state.until === before.state.until,
    steps: deactivated,
  },
  'while it needs a person: it says why, as before': {
    options: () => ({ respond: () => 'fail' }),
    decided: true,
    status: 'needs-a-person',
    becomes: ({ state }) => state.status === 'needs-a-person' && state.why === 'response-failed',
    steps: [],
  },
};

async function reach(here: CaseWorld, { decided, status }: Lost): Promise<CaseSummary> {
  const caseId = await here.openCase();
  if (decided) {
    const { planDigest } = await here.until(caseId, awaitsDecision);
    if (planDigest === null) throw new Error('there is a plan');
    const handle = here.client.workflow.getHandle(caseWorkflowId(caseId));
    await handle.executeUpdate(decide, { args: [await here.decision({ caseId, planDigest })] });
  }
  if (decided && status === 'awaiting-decision') return await lastSeen(here, caseId);
  async function mirrored() {
    return (await here.store.db.selectFrom('cases').select('status').where('id', '=', caseId).executeTakeFirstOrThrow())
      .status;
  }
  await expect.poll(mirrored, { timeout: 20_000 }).toBe(status);
  if (status === 'responding') await expect.poll(() => here.stepsTaken, { timeout: 20_000 }).toHaveLength(1);
  return await lastSeen(here, caseId);
}

async function lastSeen(here: CaseWorld, caseId: CaseId): Promise<CaseSummary> {
  return await here.client.workflow.getHandle(caseWorkflowId(caseId)).query(summary);
}

async function troublesOf(here: CaseWorld): Promise<readonly unknown[]> {
  return await caseTroubles(here.store.db, new Date().toISOString() as Instant);
}

describe('a Temporal server that is lost whole loses no case', () => {
  test.each(Object.entries(states))('%s', async (_name, lost) => {
    const hang = hanging();
    const here = await openCaseWorld({ watchMs: 600_000, ...lost.options?.(hang) });
    world = here;
    const before = await reach(here, lost);
    const namespace = `fresh-${before.caseId.toLowerCase()}`;
    const admin = await connectClient({ address: fresh.address });
    await ensureNamespace(admin, { name: namespace, retentionMs: 86_400_000 });
    await registerSearchAttributes(admin, namespace);
    await admin.close();
    // The old server is gone before what hangs could go on.
    await here.client.workflow.getHandle(caseWorkflowId(before.caseId)).terminate('lost');
    hang.lose();
    await here.moveTo({ address: fresh.address, namespace });

    const bells = createDoorbells({ polling: here.client, cases: here.client });
    await expect.poll(() => bells.takeUpCase(before.caseId), { timeout: 20_000 }).toBe(true);
    await here.until(before.caseId, (now) => lost.becomes(now, before));
    expect(here.stepsTaken).toEqual(lost.steps);
    // It is at once where it was, and on record a moment later.
    await expect
      .poll(() => troublesOf(here), { timeout: 20_000 })
      .toContainEqual(
        expect.objectContaining({ kind: 'case-taken-up', caseId: before.caseId, how: 'unknown-to-temporal' }),
      );
  });
});

describe('a workflow that ended before its case', () => {
  test.each(['cancelled', 'failed', 'terminated'] as const)('is taken up where it was %s, and says so', async (how) => {
    const here = await openCaseWorld({ watchMs: 600_000 });
    world = here;
    const caseId = await here.openCase();
    const before = await here.until(caseId, awaitsDecision);
    const workflowId = caseWorkflowId(caseId);
    const handle = here.client.workflow.getHandle(workflowId);
    if (how === 'cancelled') await handle.cancel();
    else await handle.terminate('lost');
    if (how === 'failed') {
      const args = [{ caseId, resumed: {}, resumedFrom: 'no run of this case' }];
      await here.client.workflow.start('investigate', { workflowId, taskQueue: 'orchestrate', args });
    }
    await here.client.workflow
      .getHandle(workflowId)
      .result()
      .catch(() => undefined);
    const bells = createDoorbells({ polling: here.client, cases: here.client });
    expect(await bells.takeUpCase(caseId)).toBe(true);
    const after = await here.until(caseId, awaitsDecision);
    expect(after.planDigest).toBe(before.planDigest);
    await expect
      .poll(() => troublesOf(here), { timeout: 20_000 })
      .toContainEqual(expect.objectContaining({ kind: 'case-taken-up', caseId, how }));
  });
});
