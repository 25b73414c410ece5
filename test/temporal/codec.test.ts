import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKeyFileIfMissing, loadKeyRing, parseKeyRing } from '../../src/adapters/temporal/codec-keys.ts';
import { createPayloadCodec } from '../../src/adapters/temporal/codec.ts';

function keyLine(id: string) {
  return `${id}:${randomBytes(32).toString('base64')}`;
}
function ring(...lines: string[]) {
  return parseKeyRing(lines.join('\n'), 'codec.keys');
}
async function one<T>(list: Promise<T[]>): Promise<T> {
  const [first] = await list;
  if (first === undefined) throw new Error('expected one element');
  return first;
}

describe('the payload codec', () => {
  const lines = [keyLine('k1')];
  const codec = createPayloadCodec(ring(...lines));

  test('gives back whatever was encoded, and its own encoding is all that can be read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const payload = defaultPayloadConverter.toPayload(value);
        const sealed = await one(codec.encode([payload]));
        expect(Object.keys(sealed.metadata ?? {})).toEqual(['encoding', 'trailhound-key-id']);
        const opened = await one(codec.decode([sealed]));
        expect(defaultPayloadConverter.fromPayload(opened)).toEqual(defaultPayloadConverter.fromPayload(payload));
      }),
    );
  });

  test('never writes the same ciphertext twice', async () => {
    const payload = defaultPayloadConverter.toPayload('the same');
    const [first, second] = await codec.encode([payload, payload]);
    expect(first?.data).not.toEqual(second?.data);
  });

  test('notices every altered byte, and its message does not show the content', async () => {
    const sealed = await one(codec.encode([defaultPayloadConverter.toPayload('a secret word')]));
    const length = sealed.data?.length ?? 0;
    expect(length).toBeGreaterThan(0);
    for (let index = 0; index < length; index += 1) {
      const data = Buffer.from(sealed.data ?? []);
      data.writeUInt8(data.readUInt8(index) ^ 1, index);
      await expect(codec.decode([{ ...sealed, data }])).rejects.toThrow(
        /^a payload cannot be decrypted with codec key k1/,
      );
    }
  });

  test('says which key is missing', async () => {
    const sealed = await codec.encode([defaultPayloadConverter.toPayload(1)]);
    await expect(createPayloadCodec(ring(keyLine('k2'))).decode(sealed)).rejects.toMatchObject({
      name: 'PayloadDecryptionError',
      message: 'a payload was encrypted with codec key "k1", which is not in the key ring',
      remedy: expect.stringContaining('add that key'),
    });
  });

  test('refuses another key under the same ID', async () => {
    const sealed = await codec.encode([defaultPayloadConverter.toPayload(1)]);
    await expect(createPayloadCodec(ring(keyLine('k1'))).decode(sealed)).rejects.toThrow(
      'holds another key under this ID',
    );
  });

  test('reads what the former key wrote after a rotation, and writes with the new one', async () => {
    const before = await codec.encode([defaultPayloadConverter.toPayload('old')]);
    const rotated = createPayloadCodec(ring(keyLine('k2'), ...lines));
    expect(defaultPayloadConverter.fromPayload(await one(rotated.decode(before)))).toBe('old');
    const after = await one(rotated.encode([defaultPayloadConverter.toPayload('new')]));
    expect(Buffer.from(after.metadata?.['trailhound-key-id'] ?? []).toString()).toBe('k2');
  });

  test('refuses a payload that was not encrypted', async () => {
    const payload = defaultPayloadConverter.toPayload({ plain: true });
    await expect(codec.decode([payload])).rejects.toMatchObject({
      name: 'PayloadRefusedError',
      message: 'a payload is not encrypted: it was not written by Trailhound',
    });
  });

  function workflow(workflowId: string) {
    return { type: 'workflow', namespace: 'n', workflowId } as const;
  }
  function activity(workflowId: string, activityId: string) {
    return { type: 'activity', namespace: 'n', workflowId, activityId, isLocal: false } as const;
  }

  test.each([
    ['another workflow', workflow('case/A'), workflow('case/B')],
    ['an activity of the same workflow', workflow('case/A'), activity('case/A', '1')],
    ['the workflow itself, from its activity', activity('case/A', '1'), workflow('case/A')],
    ['another activity', activity('case/A', '1'), activity('case/A', '2')],
    ['another scheduled workflow', workflow('poll/1'), workflow('poll/2-2026-11-28T04:00:00Z')],
  ])('refuses what was written for one place in %s', async (_name, written, read) => {
    const sealed = await codec.encode([defaultPayloadConverter.toPayload('here')], written);
    expect(await codec.decode(sealed, written)).toHaveLength(1);
    await expect(codec.decode(sealed, read)).rejects.toMatchObject({ name: 'PayloadRefusedError' });
  });

  test('does not take another place that somebody wrote on a payload', async () => {
    const sealed = await one(codec.encode([defaultPayloadConverter.toPayload('here')], workflow('case/A')));
    const metadata = { ...sealed.metadata, 'trailhound-place': Buffer.from('workflow case/B') };
    await expect(codec.decode([{ ...sealed, metadata }], workflow('case/B'))).rejects.toMatchObject({
      name: 'PayloadDecryptionError',
    });
  });

  test('refuses in a workflow what was encrypted for no place, as the codec server does', async () => {
    const sealed = await codec.encode([defaultPayloadConverter.toPayload('anywhere')]);
    await expect(codec.decode(sealed, workflow('case/A'))).rejects.toThrow('was written for no place');
  });

  test('takes what a schedule starts, whose time the server appends to the ID', async () => {
    const sealed = await codec.encode([defaultPayloadConverter.toPayload('poll')], workflow('poll/1'));
    expect(await codec.decode(sealed, workflow('poll/1-2026-11-28T04:00:00Z'))).toHaveLength(1);
  });
});

describe('the key file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trailhound-codec-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is made once, for its owner only, and holds a key', async () => {
    const file = join(folder, 'keys', 'codec.key');
    expect(await createKeyFileIfMissing(file)).toBe('created');
    const content = await readFile(file, 'utf8');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'keys'))).mode & 0o777).toBe(0o700);
    expect(await createKeyFileIfMissing(file)).toBe('present');
    expect(await readFile(file, 'utf8')).toBe(content);
    expect(await loadKeyRing(file)).toHaveLength(1);
  });

  test('that is missing is an error with the way to make one', async () => {
    await expect(loadKeyRing(join(folder, 'none'))).rejects.toMatchObject({
      message: expect.stringContaining('ENOENT'),
      remedy: expect.stringContaining('openssl rand'),
    });
  });

  test('that others may read is refused', async () => {
    const file = join(folder, 'codec.key');
    await writeFile(file, keyLine('k1'));
    await chmod(file, 0o640);
    await expect(loadKeyRing(file)).rejects.toMatchObject({
      message: `${file} may be read by others (mode 640)`,
      remedy: expect.stringContaining('chmod 600'),
    });
  });

  test.each([
    ['k1:tooshort', 'f:1: not a codec key'],
    [`# a comment\n\n${'x'.repeat(44)}`, 'f:3: not a codec key'],
    ['', 'f holds no codec key'],
    [`${keyLine('k')}\n${keyLine('k')}`, 'f has two keys named k'],
  ])('that is malformed is an error that names the line and not the content (%#)', (text, message) => {
    expect(() => parseKeyRing(text, 'f')).toThrow(message);
    expect(() => parseKeyRing(text, 'f')).not.toThrow('tooshort');
  });
});
