import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAwsAccess } from '../../src/adapters/aws/clients.ts';
import { dynamoDbRegister } from '../../src/adapters/aws/dynamodb-register.ts';
import { fileRegister } from '../../src/adapters/responder/file-register.ts';
import { canonicalDigest } from '../../src/digest/canonical-digest.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import { type EntryOf, type Register, registerKeyOf, registerKeys } from '../../src/response/register.ts';
import { ResponderStopped } from '../../src/response/responder-stopped.ts';
import { motoKind } from '../contract/stand-ins.ts';
import { createRegisterTable } from './register-table.ts';
import { accountId, startCompromisedAccount } from './simulated-account.ts';

function now() {
  return new Date().toISOString() as Instant;
}
const at = '2026-11-28T12:00:00.000Z' as Instant;

function anAction(number: number, runId = 'first'): EntryOf<'action'> {
  const planDigest = canonicalDigest(number);
  const execution = { workflowId: `response/${number}`, runId };
  return {
    kind: 'action',
    planDigest,
    actionId: 'rotate',
    intentId: `i${number}`,
    caseId: 'TH-1' as CaseId,
    execution,
    at,
  };
}

interface Kind {
  readonly name: string;
  readonly missing: string | null;
  /** Another view of the same register each time, as another process has it. */
  open(): Promise<{ another(): Register; close(): Promise<void> }>;
}

const file: Kind = {
  name: 'in a folder',
  missing: null,
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trailhound-register-'));
    return { another: () => fileRegister(folder, now), close: () => rm(folder, { recursive: true }) };
  },
};

const moto = await motoKind();
const motoTable: Kind = {
  name: 'in DynamoDB, as moto has it',
  missing: moto.missing,
  open: async () => await openTable(await moto.start()),
};

const simulatedTable: Kind = {
  name: 'in DynamoDB, as the simulator has it',
  missing: null,
  open: async () => {
    const simulator = await startCompromisedAccount();
    // What the role that keeps the register may do is tried in test/roles/register-role.test.ts.
    const key = { id: 'AKIAKEEPER0000000001', secret: 'keeper/secret+of+the+simulated+accounts1' };
    const keeper = { name: 'keeper', keys: [key], attachedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] };
    simulator.control.addUser(accountId, keeper);
    return await openTable({
      url: simulator.url,
      credentials: { accessKeyId: key.id, secretAccessKey: key.secret },
      stop: () => simulator.stop(),
    });
  },
};

/** Makes the table; each register has the real SDK's client, over HTTP. */
async function openTable(standIn: {
  readonly url: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): Promise<void>;
}): ReturnType<Kind['open']> {
  const { url: endpoint, credentials } = standIn;
  const table = 'trailhound-register';
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  await createRegisterTable(client, table);
  client.destroy();
  const access = createAwsAccess({ endpoint, region: 'us-east-1', version: '0.0.0-test', credentials });
  return {
    another: () => dynamoDbRegister(access.dynamoDb('us-east-1', undefined), { table, installation: 'test', now }),
    close: async () => {
      access.destroy();
      await standIn.stop();
    },
  };
}

for (const kind of [file, simulatedTable, motoTable]) {
  if (kind.missing !== null) console.warn(`SKIPPED: a register ${kind.name}: ${kind.missing}`);

  describe.skipIf(kind.missing !== null)(`a register ${kind.name}`, () => {
    let opened: Awaited<ReturnType<Kind['open']>>;
    beforeAll(async () => {
      opened = await kind.open();
    });
    afterAll(async () => await opened.close());

    test('begins once, and says when to whoever opens it later', async () => {
      const [first, second] = [await opened.another().since(), await opened.another().since()];
      expect(second).toBe(first);
    });

    test('spends each entry once: of many who try at once, one has it, and all see whose it is', async () => {
      const tries = await Promise.all(
        Array.from({ length: 12 }, async (_, number) => await opened.another().spend(anAction(1, `run-${number}`))),
      );
      expect(tries.filter(({ fresh }) => fresh).length).toBe(1);
      expect(new Set(tries.map(({ entry }) => JSON.stringify(entry))).size).toBe(1);
      expect(await opened.another().find(registerKeyOf(anAction(1)))).toEqual(tries[0]?.entry);
    });

    test('finds nothing that was not spent, and lists what was begun', async () => {
      expect(await opened.another().find(registerKeyOf(anAction(99)))).toBeNull();
      await opened.another().spend({ kind: 'end', intentId: 'i2', outcome: 'done', at });
      await opened.another().spend(anAction(2));
      await opened.another().spend({ kind: 'attempt', intentId: 'i2', step: 'make', attempt: 0, at });
      const begun = (await opened.another().begun()).map((entry) => `${entry.kind} ${entry.intentId}`);
      expect(begun.sort()).toEqual(['action i1', 'action i2', 'attempt i2']);
    });

    test('lists all that was begun, however many pages it has', async () => {
      const execution = { workflowId: 'w'.repeat(2_000), runId: 'r' };
      const many = Array.from({ length: 700 }, (_, number) => ({ ...anAction(1_000 + number), execution }));
      const register = opened.another();
      await Promise.all(many.map((entry) => register.spend(entry)));
      const begun = new Set((await register.begun()).map(({ intentId }) => intentId));
      expect(many.filter(({ intentId }) => !begun.has(intentId))).toEqual([]);
    });
  });
}

describe('a register in a folder', () => {
  test('holds whole entries alone after its writer was killed at any moment', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trailhound-register-'));
    const adapter = fileURLToPath(new URL('../../src/adapters/responder/file-register.ts', import.meta.url));
    const script = `
      const { fileRegister } = await import(${JSON.stringify(adapter)});
      const register = fileRegister(${JSON.stringify(folder)}, () => new Date().toISOString());
      for (let n = 0; ; n += 1) {
        await register.spend({ kind: 'end', intentId: process.pid + '-' + n, outcome: 'done', at: new Date().toISOString() });
        console.log(process.pid + '-' + n);
      }`;
    for (let kill = 0; kill < 6; kill += 1) {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.split('\n').length > 5 + kill * 3) child.kill('SIGKILL');
      });
      await once(child, 'exit');
      const register = fileRegister(folder, now);
      for (const intentId of said.trim().split('\n').slice(0, -1)) {
        expect(await register.find(registerKeys.end(intentId))).toMatchObject({ intentId });
      }
    }
    await rm(folder, { recursive: true });
  });

  test('that is cut short or not readable stops responses, and says where and what to do', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trailhound-register-'));
    const register = fileRegister(folder, now);
    await register.spend(anAction(1));
    const [name] = await readdir(join(folder, 'entries'));
    await writeFile(join(folder, 'entries', name ?? ''), '{"kind":"action"');
    for (const act of [
      () => register.find(registerKeyOf(anAction(1))),
      () => register.spend(anAction(1)),
      () => register.begun(),
    ]) {
      const error = await act().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ResponderStopped);
      expect((error as ResponderStopped).message).toContain(folder);
      expect((error as ResponderStopped).remedy).toContain('trailhound register check');
    }
    await rm(folder, { recursive: true });
  });
});
