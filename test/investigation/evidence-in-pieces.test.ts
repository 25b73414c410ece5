import { Context } from '@temporalio/activity';
import { afterEach, describe, expect, test } from 'vitest';
import { loadEvidence, loadFindings } from '../../src/adapters/store/cases/evidence-store.ts';
import { loadLatestPlan } from '../../src/adapters/store/cases/plan-store.ts';
import type { PageRequest, TrailReader } from '../../src/collection/ports.ts';
import type { TrailLookup } from '../../src/investigation/evidence-ports.ts';
import { lookupByPages } from '../../src/investigation/lookup-events.ts';
import { watchedAmong } from '../../src/investigation/watched-accounts.ts';
import { decide } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { Account } from '../../src/model/account.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import { awaitsDecision, type CaseWorld, type CaseWorldOptions, openCaseWorld } from './case-world.ts';
import { accessKeyId, accountId, s3BrowserRecord } from './trail-records.ts';

let opened: CaseWorld | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function world(options: CaseWorldOptions): Promise<CaseWorld> {
  opened = await openCaseWorld({ watchMs: 600_000, trailRead: false, ...options });
  return opened;
}

const account: Account = {
  id: accountId,
  name: 'tried',
  partition: 'aws',
  lifecycle: 'watched',
  regions: ['us-east-1', 'eu-central-1'],
  roles: {},
  pollIntervalMs: 60_000,
};

const pagesPerRegion = 3;

/** LookupEvents of an account whose event store is empty: three pages a region, and what was asked. */
class Trail {
  readonly asked: string[] = [];
  /** Awaited before the page of that count is given. */
  hold: (page: number) => Promise<void> = async () => {};

  readonly reader: TrailReader = {
    page: async ({ source, filter, token }: PageRequest) => {
      this.asked.push(`${source.region} ${JSON.stringify(filter)} ${token ?? 'first'}`);
      await this.hold(this.asked.length);
      const page = Number(token ?? 0) + 1;
      const nextToken = page < pagesPerRegion ? String(page) : null;
      return { kind: 'page', records: [], nextToken, requestId: null, at: new Date().toISOString() as Instant };
    },
  };

  get lookup(): TrailLookup {
    return lookupByPages(watchedAmong([account]), this.reader, { turn: async () => {} });
  }
}

async function byHandKinds(here: CaseWorld, caseId: CaseId): Promise<readonly string[]> {
  const plan = await loadLatestPlan(here.store.db, caseId);
  return plan?.opened.kind === 'intact' ? plan.opened.plan.byHand.map(({ kind }) => kind) : [];
}

/** How many pieces were gathered, and at which attempt each. */
async function gatheringsOf(here: CaseWorld, caseId: CaseId) {
  const { events } = await here.client.workflow.getHandle(caseWorkflowId(caseId)).fetchHistory();
  const all = events ?? [];
  const scheduled = all.filter(
    (each) => each.activityTaskScheduledEventAttributes?.activityType?.name === 'gatherEvidence',
  );
  const ids = new Set(scheduled.map(({ eventId }) => String(eventId)));
  const attempts = all.flatMap(({ activityTaskStartedEventAttributes: started }) =>
    ids.has(String(started?.scheduledEventId)) ? [started?.attempt ?? 0] : [],
  );
  return { gathered: scheduled.length, attempts };
}

/** Until the worker that this runs in shuts down. */
async function workerEnds(): Promise<void> {
  const { cancellationSignal } = Context.current();
  await new Promise<void>((resolve) => cancellationSignal.addEventListener('abort', () => resolve()));
}

describe('a look at a case', () => {
  test('goes on after a deploy where it was: no page is asked for twice, and no piece gathered twice', async () => {
    const trail = new Trail();
    const heldAt = 8;
    trail.hold = async (page) => {
      if (page === heldAt) await workerEnds();
    };
    const here = await world({ ports: (ports) => ({ ...ports, lookup: trail.lookup }) });
    const caseId = await here.openCase();
    await expect.poll(() => trail.asked.length, { timeout: 20_000 }).toBe(heldAt);
    await here.deploy();
    await here.until(caseId, awaitsDecision);

    // The key's and the user's pages, three in each of two regions.
    expect(new Set(trail.asked).size).toBe(12);
    expect(trail.asked).toHaveLength(12);
    const { gathered, attempts } = await gatheringsOf(here, caseId);
    expect(Math.max(...attempts)).toBe(2);
    const pieces = (await loadEvidence(here.store.db, caseId)).filter(({ kind }) => kind !== 'not-followed');
    expect(gathered).toBe(pieces.length);
    expect(await here.store.db.selectFrom('lookup_pages').selectAll().execute()).toEqual([]);
  });

  test('asks AWS no more often than its budget allows, and says in evidence, case and plan what was not asked', async () => {
    const trail = new Trail();
    const here = await world({ requestsPerLook: 12, ports: (ports) => ({ ...ports, lookup: trail.lookup }) });
    const caseId = await here.openCase();
    await here.until(caseId, awaitsDecision);

    expect(trail.asked).toHaveLength(12 - 7); // IAM is asked first, by seven calls
    const evidence = await loadEvidence(here.store.db, caseId);
    expect(evidence.find(({ kind }) => kind === 'not-asked')?.content).toEqual({ budget: 12, asked: 12, pieces: 2 });
    const short = evidence.filter(({ kind }) => kind.endsWith('-key-activity') || kind === 'user-activity');
    expect(short.map(({ why }) => why)).toEqual(
      short.map(() => expect.stringContaining('the budget of 12 requests for this look was spent')),
    );
    expect(await byHandKinds(here, caseId)).toContain('not-asked');
  });

  test('shows its findings before it has ended, where it takes long', async () => {
    const trail = new Trail();
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    trail.hold = () => held;
    const here = await world({ ports: (ports) => ({ ...ports, lookup: trail.lookup }) });
    const caseId = await here.openCase();
    async function findings() {
      return (await loadFindings(here.store.db, caseId)).map(({ kind }) => kind);
    }
    await expect.poll(findings, { timeout: 30_000 }).toContain('uncommon-s3-client');
    release();
    await here.until(caseId, awaitsDecision);
  });

  test('goes on without a piece that cannot be gathered, whatever is tried, and says so in evidence and plan', async () => {
    const trail = new Trail();
    const poisoned: TrailLookup = {
      lookUp: (pivot, span, asking) => {
        if (pivot.kind === 'access-key') throw new TypeError("Cannot read properties of undefined (reading '\ud800')");
        return trail.lookup.lookUp(pivot, span, asking);
      },
    };
    const here = await world({ ports: (ports) => ({ ...ports, lookup: poisoned }) });
    const caseId = await here.openCase();
    await here.until(caseId, awaitsDecision);
    const evidence = await loadEvidence(here.store.db, caseId);
    const missing = evidence.find(({ kind }) => kind === 'not-gathered');
    expect(missing).toMatchObject({
      availability: 'unavailable',
      why: expect.stringContaining('could not be gathered: TypeError: Cannot read properties'),
      content: { of: 'access-key-activity', pivot: { accessKeyId } },
    });
    expect(evidence.map(({ kind }) => kind)).toContain('user-activity');
    expect(await byHandKinds(here, caseId)).toContain('not-gathered');
  });

  test('goes on where a row of the store is poisoned', async () => {
    const here = await world({});
    const [event, another] = await here.addRecords([s3BrowserRecord(), s3BrowserRecord()]);
    if (event === undefined || another === undefined) throw new Error('the records were not stored');
    const caseId = await here.raiseAlert(event);
    await here.raiseAlert(another);
    await here.store.db
      .updateTable('alerts')
      .set({ event_refs: JSON.stringify(['poison', null, 7]) })
      .where('anchor_event_id', '=', another.ref.eventId)
      .execute();
    await here.ring(caseId);
    await here.until(caseId, ({ state, look }) => state.status !== 'gathering' && look === null);
    const kinds = (await loadEvidence(here.store.db, caseId)).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['not-gathered', 'user-state', 'user-activity']));
  });

  test('waits for the store as long as it is away', async () => {
    let away = 4;
    const here = await world({
      ports: (ports) => ({
        ...ports,
        archive: {
          ...ports.archive,
          events: async (refs) => {
            away -= 1;
            if (away >= 0) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
            return await ports.archive.events(refs);
          },
        },
      }),
    });
    const caseId = await here.openCase();
    await here.until(caseId, awaitsDecision);
    const kinds = (await loadEvidence(here.store.db, caseId)).map(({ kind }) => kind);
    expect(kinds).not.toContain('not-gathered');
    expect(away).toBeLessThan(0);
  }, 60_000);
});

test('a decision waits for no gathering: more cases than are looked at at once hang, and it is answered', async () => {
  const trail = new Trail();
  const here = await world({ ports: (ports) => ({ ...ports, lookup: trail.lookup }) });
  const caseId = await here.openCase();
  const { planDigest } = await here.until(caseId, awaitsDecision);
  if (planDigest === null) throw new Error('there is a plan');
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  trail.hold = () => held;
  const before = trail.asked.length;
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    const caller = {
      type: 'IAMUser',
      principalId: `AIDAEXAMPLE${name}`,
      arn: `arn:aws:iam::${accountId}:user/${name}`,
      accountId,
      accessKeyId: `AKIAEXAMPLE${name.toUpperCase()}`,
      userName: name,
    };
    const [event] = await here.addRecords([s3BrowserRecord({ userIdentity: caller })]);
    if (event !== undefined) await here.ring(await here.raiseAlert(event));
  }
  // Four at a time: all that there are.
  await expect.poll(() => trail.asked.length - before, { timeout: 20_000 }).toBe(4);
  const signed = await here.decision({ caseId, planDigest });
  const handle = here.client.workflow.getHandle(caseWorkflowId(caseId));
  expect(await handle.executeUpdate(decide, { args: [signed] })).toMatchObject({ kind: 'accepted' });
  expect(trail.asked.length - before).toBe(4);
  release();
});
