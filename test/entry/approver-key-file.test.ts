import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readKey } from '../../src/entry/compose/signing-key.ts';

test.each([
  ['a text', 'Trailhound\n'],
  ['bytes that are a secret of another kind', '{"kid":"local","key":"c2VjcmV0"}'],
])('%s that is named as the key is named as no key, and nobody is told to make another', async (_what, text) => {
  const folder = await mkdtemp(join(tmpdir(), 'trailhound-key-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const keyFile = join(folder, 'named.key');
  await writeFile(keyFile, text);
  const config = { dataDir: 'unused', approval: { approvers: [] } } as never;
  await expect(readKey({ keyFile, approver: 'ann' }, config)).rejects.toMatchObject({
    code: 'approver-key-file',
    message: expect.stringMatching(/named\.key holds no approver's key/u),
    remedy: expect.stringMatching(/^choose the key of an approver with --key FILE/u),
  });
});
