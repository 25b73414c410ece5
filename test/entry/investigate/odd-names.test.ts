import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountId, s3BrowserRecord } from '../../investigation/trail-records.ts';

/* Users may be called what means something else elsewhere, or look like another: each is a suspect of its own, and its key is named. */

const names = [
  'root',
  'none',
  '-',
  '--help',
  'constructor',
  '__proto__',
  'toString',
  '..',
  'null',
  '=,.@-+_',
  'a'.repeat(64),
  'admin',
  '\u0430dmin',
  'adm\u0456n',
  'ad\u200Bmin',
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-names-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A call that a rule tells of, and a key for somebody else. */
function recordsOf(userName: string, index: number): readonly object[] {
  const number = String(index).padStart(3, '0');
  const by = {
    userIdentity: {
      type: 'IAMUser',
      principalId: `AIDAODDNAMES${number}`,
      arn: `arn:aws:iam::${accountId}:user/${userName}`,
      accountId,
      accessKeyId: `AKIAODDNAMES0000${number}`,
      userName,
    },
    sourceIPAddress: `203.0.113.${index + 1}`,
  };
  const made = { userName: `made-${userName}`, accessKeyId: `AKIAODDMADE00000${number}`, status: 'Active' };
  return [
    s3BrowserRecord({ eventID: randomUUID(), ...by }),
    s3BrowserRecord({
      eventID: randomUUID(),
      ...by,
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateAccessKey',
      readOnly: false,
      requestParameters: { userName: made.userName },
      responseElements: { accessKey: made },
    }),
  ];
}

interface ShownCase {
  readonly identities: readonly { readonly kind: string; readonly name: string; readonly role: string }[];
  readonly plan: { readonly actions: readonly { readonly type: string; readonly target: object }[] };
}

test('each is a case of its own, whose plan names its key and the key that it made', async () => {
  const file = join(folder, 'records.json');
  await writeFile(file, JSON.stringify({ Records: names.flatMap(recordsOf) }));
  const args = ['src/entry/cli/main.ts', 'investigate', file, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: unknown) => error as { readonly stdout: string }, // it ends with another code where it found something
  );
  const { cases } = JSON.parse(stdout) as { readonly cases: readonly ShownCase[] };
  const suspects = cases.map(({ identities }) =>
    identities.filter(({ role }) => role === 'suspect').map(({ name }) => name),
  );
  expect(suspects.map((each) => each.join(' and ')).sort()).toEqual([...names].sort());
  for (const { identities, plan } of cases) {
    const name = identities.find(({ role }) => role === 'suspect')?.name ?? '';
    const index = String(names.indexOf(name)).padStart(3, '0');
    expect(plan.actions.map(({ type, target }) => ({ type, target }))).toMatchObject([
      { type: 'deactivateAccessKey', target: { userName: name, accessKeyId: `AKIAODDNAMES0000${index}` } },
      { type: 'deactivateAccessKey', target: { userName: `made-${name}`, accessKeyId: `AKIAODDMADE00000${index}` } },
    ]);
  }
}, 120_000);
