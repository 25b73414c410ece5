import { randomUUID } from 'node:crypto';
import { Client as PostgresClient } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInvestigateActivities, type InvestigateActivities } from '../../activities/investigate.ts';
import { generateApproverKey, parseSigningKey } from '../../src/approval/approver-key.ts';
import { signAcceptance } from '../../src/approval/signed-acceptance.ts';
import { acceptWayIn } from '../../src/messages/case-act-messages.ts';
import { assessCase } from '../../src/investigation/case/assess-case.ts';
import { sightMaterial } from '../../src/investigation/case/case-sight.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { AcceptanceStatement } from '../../src/model/acceptance.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import type { WayIn } from '../../src/model/way-in.ts';
import {
  awaitsDecision,
  audience,
  type CasePorts,
  type CaseWorld,
  openCaseWorld,
} from '../investigation/case-world.ts';

/*
 * The attacker owns PostgreSQL and Temporal, has seen what approvers signed, and its aim is to have a way in accepted.
 */

let world: CaseWorld;
let ports: CasePorts;
let attacker: PostgresClient;
let activities: InvestigateActivities;
let caseId: CaseId;
let open: readonly WayIn[];

function instant(inMs = 0): Instant {
  return new Date(Date.now() + inMs).toISOString() as Instant;
}

async function waysIn(): Promise<readonly WayIn[]> {
  return assessCase(sightMaterial(await ports.cases.sight(caseId, instant()), instant())).waysIn;
}

beforeAll(async () => {
  world = await openCaseWorld({ watchMs: 600_000, ports: (given) => (ports = given) });
  activities = createInvestigateActivities(ports);
  attacker = new PostgresClient(world.storeUrl);
  await attacker.connect();
  caseId = await world.openCase();
  await world.until(caseId, awaitsDecision);
  open = (await waysIn()).filter(({ state }) => state !== 'closed');
});

afterAll(async () => {
  await attacker.end();
  await world.close();
});

function statementOn({ id, what }: WayIn, change: Partial<AcceptanceStatement> = {}): AcceptanceStatement {
  return {
    acceptanceId: randomUUID(),
    caseId,
    wayInId: id,
    what,
    reason: 'the owner answers for it',
    approver: 'alice',
    audience,
    issuedAt: instant(),
    expiresAt: null,
    ...change,
  };
}

/** Writes what was signed into the store, past everybody who judges it. */
async function slipIn(sign: (wayIn: WayIn) => Promise<string>): Promise<void> {
  await attacker.query('delete from accepted_ways_in');
  for (const wayIn of open) {
    await attacker.query('insert into accepted_ways_in (case_id, way_in_id, jws, at) values ($1, $2, $3, now())', [
      caseId,
      wayIn.id,
      await sign(wayIn),
    ]);
  }
}

async function contained() {
  return (await activities.lookAtContainment({ caseId })).contained;
}

async function signed(wayIn: WayIn, change: Partial<AcceptanceStatement> = {}) {
  return (await signAcceptance(statementOn(wayIn, change), world.approver)).jws;
}

test('what an approver signed counts, so that the rest of this file can fail', async () => {
  expect(open.length).toBeGreaterThan(0);
  await slipIn((wayIn) => signed(wayIn));
  expect(await contained()).toBe(true);
});

const stranger = parseSigningKey(generateApproverKey().privateKeyPem);

test.each<[string, (wayIn: WayIn) => Promise<string>]>([
  ['nothing that is signed', async () => 'a.b.c'],
  [
    'what somebody signed who is no approver',
    async (wayIn) => (await signAcceptance(statementOn(wayIn), stranger)).jws,
  ],
  ['what an approver signed in the name of another', (wayIn) => signed(wayIn, { approver: 'bob' })],
  ['what was signed for another case', (wayIn) => signed(wayIn, { caseId: 'TH-OTHER' as CaseId })],
  ['what was signed for another installation', (wayIn) => signed(wayIn, { audience: 'elsewhere' })],
  ['what was signed about another way in', (wayIn) => signed(wayIn, { wayInId: '0'.repeat(16) })],
  [
    'what was signed about one that has changed since',
    (wayIn) => signed(wayIn, { what: { ...wayIn.what, accountId: '999988887777' } as WayIn['what'] }),
  ],
  ['what has ended', (wayIn) => signed(wayIn, { issuedAt: instant(-9_000), expiresAt: instant(-1_000) })],
  ['what has no reason', (wayIn) => signed(wayIn, { reason: ' ' })],
  [
    'a signature with other words in it',
    async (wayIn) => {
      const [head, , signature] = (await signed(wayIn, { wayInId: '0'.repeat(16) })).split('.');
      const payload = Buffer.from(JSON.stringify(statementOn(wayIn))).toString('base64url');
      return `${head}.${payload}.${signature}`;
    },
  ],
  [
    "a decision's signature",
    async () => {
      const plan = await world.store.db.selectFrom('plans').select('digest').executeTakeFirstOrThrow();
      return (await world.decision({ caseId, planDigest: plan.digest })).jws;
    },
  ],
])('%s does not have a way in accepted: neither as a row nor as an update', async (_what, sign) => {
  await slipIn(sign);
  expect(await contained()).toBe(false);
  expect((await waysIn()).every(({ state }) => typeof state === 'string')).toBe(true);
  const [first] = open;
  if (first === undefined) throw new Error('the case has a way in');
  const handle = world.client.workflow.getHandle(caseWorkflowId(caseId));
  const outcome = await handle.executeUpdate(acceptWayIn, { args: [{ jws: await sign(first) }] });
  expect(outcome.kind).toBe('refused');
  expect(await contained()).toBe(false);
});

test('an acceptance that its approver has narrowed since does not come back: neither as a row nor as an update', async () => {
  const [first] = open;
  if (first === undefined) throw new Error('the case has a way in');
  await attacker.query('delete from accepted_ways_in');
  const handle = world.client.workflow.getHandle(caseWorkflowId(caseId));
  function send(jws: string) {
    return handle.executeUpdate(acceptWayIn, { args: [{ jws }] });
  }
  const broad = await signed(first, { issuedAt: instant(-2_000) });
  expect((await send(broad)).kind).toBe('done');
  const narrowUntil = instant(3_000);
  expect((await send(await signed(first, { expiresAt: narrowUntil }))).kind).toBe('done');
  const { id: firstId } = first;
  async function stateOfFirst() {
    return (await waysIn()).find(({ id }) => id === firstId)?.state;
  }
  expect(await stateOfFirst()).toMatchObject({ acceptedBy: 'alice' });
  await expect.poll(stateOfFirst, { timeout: 20_000 }).toBe('open');
  await attacker.query('update accepted_ways_in set jws = $1', [broad]);
  expect(await stateOfFirst()).toBe('open');
  expect(await send(broad)).toMatchObject({ kind: 'refused', code: 'superseded' });
  expect(await stateOfFirst()).toBe('open');
});

test('one that the case refused never counts: neither as a row nor as an update, when the way in is again what was signed', async () => {
  const [first] = open;
  if (first === undefined) throw new Error('the case has a way in');
  const { id: firstId, what } = first;
  async function stateOfFirst() {
    return (await waysIn()).find(({ id }) => id === firstId)?.state;
  }
  const handle = world.client.workflow.getHandle(caseWorkflowId(caseId));
  const other = { ...what, accountId: '999988887777' } as WayIn['what'];
  const refusedAs = await signed(first, { what: other });
  const late = await signed(first, { issuedAt: instant(600_000), expiresAt: instant(900_000) });
  await attacker.query('delete from accepted_ways_in');
  expect(await handle.executeUpdate(acceptWayIn, { args: [{ jws: refusedAs }] })).toMatchObject({
    code: 'way-in-differs',
  });
  expect(await handle.executeUpdate(acceptWayIn, { args: [{ jws: refusedAs }] })).toMatchObject({
    code: 'refused-before',
  });
  // Kept back until its time has come, by the clock of whoever judges then.
  expect(await handle.executeUpdate(acceptWayIn, { args: [{ jws: late }] })).toMatchObject({ code: 'not-yet-valid' });
  await attacker.query('insert into accepted_ways_in (case_id, way_in_id, jws, at) values ($1, $2, $3, now())', [
    caseId,
    firstId,
    late,
  ]);
  const then = instant(700_000);
  const sight = await ports.cases.sight(caseId, then);
  const state = assessCase(sightMaterial(sight, then)).waysIn.find(({ id }) => id === firstId)?.state;
  expect(state).toBe('open');
  // One that nobody refused counts then: else this could not fail.
  await attacker.query('update accepted_ways_in set jws = $1', [
    await signed(first, { issuedAt: instant(600_000), expiresAt: instant(900_000) }),
  ]);
  const unseen = assessCase(sightMaterial(await ports.cases.sight(caseId, then), then)).waysIn;
  expect(unseen.find(({ id }) => id === firstId)?.state).toMatchObject({ acceptedBy: 'alice' });
  expect(await stateOfFirst()).toBe('open');
});
