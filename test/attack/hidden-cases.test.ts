import { dirname } from 'node:path';
import { Client as PostgresClient } from 'pg';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { CaseId } from '../../src/model/ids.ts';
import { answers } from '../../src/views/answers.ts';
import { runHere } from '../entry/cli/run-here.ts';
import { awaitsDecision, type CaseWorld, openCaseWorld } from '../investigation/case-world.ts';

/*
 * The attacker owns PostgreSQL, and its aim is that nobody looks at a case: its row is deleted, or says that the case is closed.
 */

let world: CaseWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Runs a command as a person would, within this process. */
async function trailhound({ configFile }: CaseWorld, ...args: readonly string[]) {
  const { code, stdout: out, stderr: err } = await runHere(dirname(configFile), ['--config', configFile, ...args]);
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
  return { code, out, err };
}

async function attack({ storeUrl }: CaseWorld, ...statements: readonly string[]): Promise<void> {
  const attacker = new PostgresClient(storeUrl);
  await attacker.connect();
  try {
    for (const statement of statements) await attacker.query(statement);
  } finally {
    await attacker.end();
  }
}

async function waitingCase(): Promise<{ readonly here: CaseWorld; readonly caseId: CaseId }> {
  const here = await openCaseWorld();
  world = here;
  const caseId = await here.openCase();
  await here.until(caseId, awaitsDecision);
  return { here, caseId };
}

/** What the doctor says of cases, as a person reads it. */
async function examined(here: CaseWorld): Promise<readonly string[]> {
  const { out } = await trailhound(here, 'doctor', '--json');
  return answers.doctor
    .parse(JSON.parse(out))
    .findings.filter(({ probe }) => probe === 'cases')
    .map(({ status, subject, message, remedy = '' }) => `${status}: ${subject}: ${message} -> ${remedy}`);
}

describe('who owns the store hides no case that Temporal knows', () => {
  test('a deleted row is told by the list, the doctor and whoever asks for the case, and its story is told from its history', async () => {
    const { here, caseId } = await waitingCase();
    expect(await examined(here)).toEqual([expect.stringMatching(/^ok: .* agrees with Temporal about 1 case /)]);
    await attack(here, 'set session_replication_role = replica', `delete from cases where id = '${caseId}'`);

    const list = await trailhound(here, 'investigations', 'list');
    expect(list.out).toContain('No cases.');
    expect(list.err.replaceAll(/\s+/g, ' ')).toContain('Temporal knows 1 case that the store does not have');
    const asData = await trailhound(here, 'investigations', 'list', '--json');
    expect(answers['investigations list'].parse(JSON.parse(asData.out)).comparedWithTemporal).toEqual({
      notInStore: 1,
      closedInStoreAlone: 0,
      whole: true,
    });
    const audits = await trailhound(here, 'audit', 'list');
    expect(audits.err.replaceAll(/\s+/g, ' ')).toContain('Temporal knows 1 case that the store does not have');

    expect(await examined(here)).toEqual([
      `failed: ${caseId}: Temporal has its workflow (awaiting-decision), and the store has no row of it: the row was deleted, or somebody else than Trailhound started the workflow -> \`trailhound audit show ${caseId}\` tells it from its history; find out who can write into the store, and put its backup back`,
    ]);

    const told = await trailhound(here, 'audit', 'show', caseId.toLowerCase());
    expect(told.code).toBe(0);
    expect(told.out).toContain(`${caseId}  `);
    expect(told.out.replaceAll(/\s+/g, ' ')).toContain('The store has no such case (any more)');
    expect(told.out).toContain('A plan was presented: deactivate-AKIAEXAMPLEMALLORY');
    const story = answers['audit show'].parse(
      JSON.parse((await trailhound(here, 'audit', 'show', caseId, '--json')).out),
    );
    expect(story).toMatchObject({ row: 'gone', status: 'awaiting-decision', account: '111122223333', from: 'history' });

    for (const command of ['show', 'events', 'graph', 'report']) {
      const shown = await trailhound(here, 'investigations', command, caseId);
      expect([command, shown.code, shown.err]).toEqual([command, 1, expect.stringContaining('Temporal has its')]);
    }
    const noted = await trailhound(here, 'investigations', 'note', caseId, 'who deleted this?');
    expect([noted.code, noted.err]).toEqual([1, expect.stringContaining(`audit show ${caseId}`)]);
    const never = await trailhound(here, 'audit', 'show', 'TH-NEVER');
    expect([never.code, never.err]).toEqual([1, expect.stringContaining('there is no case TH-NEVER')]);
    // Some dozen commands, one after the other.
  }, 180_000);

  test('a row that says closed is told by the list and the doctor as long as its workflow goes on, and the remedy opens it again', async () => {
    const { here, caseId } = await waitingCase();
    await attack(
      here,
      `update cases set status = 'closed', verdict = 'contained', closed_at = '2020-01-01T00:00:00Z' where id = '${caseId}'`,
    );
    const list = await trailhound(here, 'investigations', 'list');
    expect(list.err.replaceAll(/\s+/g, ' ')).toContain('1 case is closed in the store alone, and its workflow goes on');
    expect(await examined(here)).toEqual([
      `failed: ${caseId}: the store has it as closed, and its workflow goes on (awaiting-decision): somebody closed the row -> \`trailhound audit show ${caseId}\` tells what it did; \`trailhound investigations replan ${caseId}\` opens it again; find out who can write into the store`,
    ]);
    await trailhound(here, 'investigations', 'replan', caseId);
    expect(await examined(here)).toEqual([expect.stringMatching(/^ok: /)]);
    const again = await trailhound(here, 'investigations', 'list', '--json');
    const [row] = answers['investigations list'].parse(JSON.parse(again.out)).investigations;
    expect([row?.id, row?.status]).not.toEqual([caseId, 'closed']);
  }, 180_000);
});
