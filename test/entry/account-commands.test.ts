import { expect, test } from 'vitest';
import type { SealedRecord } from '../../src/audit/audit-record.ts';
import { tellRecord } from '../../src/audit/case-story.ts';
import {
  type AccountPorts,
  addAccount,
  pauseAccount,
  removeAccount,
  resumeAccount,
} from '../../src/commands/accounts.ts';
import { type BackfillPorts, changeBackfill, startBackfill } from '../../src/commands/backfills.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { utcTime } from '../../src/model/utc-time.ts';

const accountId = '111122223333' as AccountId;
const at = '2026-11-24T12:00:00.120Z' as Instant;
const until = '2026-11-25T12:00:00.000Z' as Instant;

function world(known: boolean): {
  readonly ports: AccountPorts;
  readonly told: () => readonly string[];
  readonly polls: string[];
} {
  const written: SealedRecord[] = [];
  const polls: string[] = [];
  async function answer() {
    return known;
  }
  return {
    polls,
    told: () => written.map(({ id: record, entry }) => `${entry.actor}: ${tellRecord({ ...entry, id: record }).what}`),
    ports: {
      together: (work) =>
        work({
          accounts: {
            originOf: async () => (known ? 'command' : null),
            add: async () => undefined,
            pause: answer,
            resume: answer,
            retire: answer,
          },
          auditLog: {
            append: async (records) => {
              written.push(...records);
            },
          },
        }),
      polls: {
        schedule: async () => void polls.push('scheduled'),
        now: async () => void polls.push('polled'),
        end: async () => void polls.push('ended'),
      },
      configuredIn: () => null,
      pollIntervalMs: 300_000,
      now: () => at,
    },
  };
}

test('who adds, pauses, resumes or removes an account is on record', async () => {
  const carol = { name: 'carol' };
  const fresh = world(false);
  await addAccount(fresh.ports, carol, { id: accountId, regions: ['us-east-1'] });
  expect(fresh.told()).toEqual([`carol: Account ${accountId} was added: us-east-1.`]);
  expect(fresh.polls).toEqual(['scheduled', 'polled']);

  const known = world(true);
  await pauseAccount(known.ports, carol, { accountId, reason: 'a move', until });
  await resumeAccount(known.ports, carol, accountId);
  await removeAccount(known.ports, carol, accountId);
  expect(known.told()).toEqual([
    `carol: Account ${accountId} is not read until ${utcTime(until)} UTC, for carol: a move`,
    `carol: Account ${accountId} is read again.`,
    `carol: Account ${accountId} was retired: it is read no more, and what is known of it stays.`,
  ]);
  expect(known.polls).toEqual(['polled', 'ended']);
});

test('what was refused is not on record as done', async () => {
  const carol = { name: 'carol' };
  const unknown = world(false);
  await expect(pauseAccount(unknown.ports, carol, { accountId, reason: 'a move', until })).rejects.toThrow(
    'not watched',
  );
  await expect(resumeAccount(unknown.ports, carol, accountId)).rejects.toThrow('not paused');
  const known = world(true);
  await expect(addAccount(known.ports, carol, { id: accountId, regions: [] })).rejects.toThrow('watched already');
  expect([...unknown.told(), ...known.told(), ...known.polls]).toEqual([]);
});

test('who starts or changes a backfill is on record, and one that could not be started is not', async () => {
  const carol = { name: 'carol' };
  const from = '2026-11-01T00:00:00Z' as Instant;
  const id = `backfill/${accountId}/${from}/2026-11-24T12:00:00Z`;
  const written: SealedRecord[] = [];
  const ports: BackfillPorts = {
    start: async () => undefined,
    change: async (changed) => changed === id,
    backfillOf: async (shown) => ({ id: shown, status: 'running', progress: null }),
    auditLog: {
      append: async (records) => {
        written.push(...records);
      },
    },
    now: () => at,
  };
  const request = { accountId, regions: null, from, to: at };
  expect(await startBackfill(ports, carol, request)).toMatchObject({ id });
  await changeBackfill(ports, carol, { id, change: 'pause' });
  await expect(changeBackfill(ports, carol, { id: 'backfill/2', change: 'pause' })).rejects.toThrow('is running');
  await expect(startBackfill(ports, carol, { ...request, from: until })).rejects.toThrow('is before');
  expect(
    written.map(({ id: record, entry }) => `${entry.actor}: ${tellRecord({ ...entry, id: record }).what}`),
  ).toEqual([
    `carol: A backfill of account ${accountId} was started: ${utcTime(from)} to ${utcTime(at)} UTC.`,
    `carol: Backfill ${id} was asked to pause.`,
  ]);
});
