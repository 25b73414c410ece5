import { afterEach, expect, test } from 'vitest';
import { loadCase } from '../../src/adapters/store/cases/case-store.ts';
import { loadDecisions } from '../../src/adapters/store/response/decision-store.ts';
import { loadEvidence } from '../../src/adapters/store/cases/evidence-store.ts';
import { readShownRecords } from '../../src/collection/read-records.ts';
import { decide } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { Instant } from '../../src/model/ids.ts';
import { awaitsDecision, type CaseWorld, openCaseWorld } from './case-world.ts';
import { accountId, s3BrowserRecord } from './trail-records.ts';

let world: CaseWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** What JSON can escape and no text can hold, and what PostgreSQL cannot. */
const hostile = ['\uD800', '\uDC00 \uD83D', '\u0000'];

test.each(hostile)('a user agent and names with %j park no case', async (text) => {
  world = await openCaseWorld();
  const identity = s3BrowserRecord()['userIdentity'] as object;
  const record = s3BrowserRecord({
    userAgent: `aws-cli ${text}`,
    eventName: 'CreateUser',
    eventSource: 'iam.amazonaws.com',
    requestParameters: { userName: `made${text}` },
    userIdentity: { ...identity, [`field${text}`]: text },
  });
  const [event] = await world.addRecords([record]);
  if (event === undefined) throw new Error('the record was not stored');
  const caseId = await world.raiseAlert(event);
  await world.ring(caseId);
  await world.until(caseId, awaitsDecision);
  const evidence = await loadEvidence(world.store.db, caseId);
  expect(evidence.length).toBeGreaterThan(1);
});

test('what is collected is well-formed, its record is kept as it came, and its number of revisions does not change', () => {
  const raw = JSON.stringify(s3BrowserRecord({ userAgent: 'agent \uD800' }));
  const { records, malformed } = readShownRecords([raw], accountId, '2026-11-28T00:00:00Z' as Instant);
  expect(malformed).toEqual([]);
  expect(records[0]?.raw).toBe(raw);
  expect(records[0]?.ecs).toMatchObject({ user_agent: { original: 'agent \uFFFD' } });
});

test.each(hostile)('an unsigned decision that says %j is refused, and the case goes on', async (text) => {
  world = await openCaseWorld();
  const caseId = await world.openCase();
  const { planDigest } = await world.until(caseId, awaitsDecision);
  if (planDigest === null) throw new Error('there is a plan');
  const handle = world.client.workflow.getHandle(caseWorkflowId(caseId));
  const signed = await world.decision({ caseId, planDigest });
  const [header, payload] = signed.jws.split('.');
  const statement = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8')) as object;
  const said = Buffer.from(JSON.stringify({ ...statement, reason: text })).toString('base64url');
  const outcome = await handle.executeUpdate(decide, { args: [{ jws: `${header}.${said}.${'A'.repeat(86)}` }] });
  expect(outcome).toMatchObject({ kind: 'refused' });
  expect(await loadDecisions(world.store.db, caseId)).toHaveLength(1);

  await expect(handle.executeUpdate(decide, { args: [{ jws: `${text}.b.c` }] })).rejects.toThrow();
  expect(await handle.executeUpdate(decide, { args: [signed] })).toMatchObject({ kind: 'accepted' });
  expect(await loadCase(world.store.db, caseId)).not.toBeNull();
});
