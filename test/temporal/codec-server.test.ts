import { request } from 'node:http';
import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseKeyRing } from '../../src/adapters/temporal/codec-keys.ts';
import { startCodecServer, type CodecServer } from '../../src/adapters/temporal/codec-server.ts';
import { createPayloadCodec } from '../../src/adapters/temporal/codec.ts';

const ui = 'http://127.0.0.1:8233';
const token = 'known-to-the-owner';
const codec = createPayloadCodec(parseKeyRing(`k1:${randomBytes(32).toString('base64')}`, 'codec.keys'));
let server: CodecServer;
beforeAll(async () => {
  server = await startCodecServer({ codec, port: 0, token, allowedOrigins: [ui] });
});
afterAll(() => server.close());

function base64(bytes: Uint8Array | null | undefined) {
  return Buffer.from(bytes ?? []).toString('base64');
}
function json(payload: Payload) {
  return {
    metadata: Object.fromEntries(Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, base64(value)])),
    data: base64(payload.data),
  };
}
function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

test('decodes what a worker has written, as the web UI asks for it', async () => {
  const payload = defaultPayloadConverter.toPayload({ case: 'TH-1' });
  const sealed = await codec.encode([payload]);
  const response = await post(
    '/decode',
    { payloads: sealed.map(json) },
    { origin: ui, 'x-namespace': 'trailhound-cases' },
  );
  expect(response.status).toBe(200);
  expect(response.headers.get('access-control-allow-origin')).toBe(ui);
  expect(await response.json()).toEqual({ payloads: [json(payload)] });
});

test('encodes below a namespace too, as the temporal command asks for it', async () => {
  const payload = json(defaultPayloadConverter.toPayload('x'));
  const encoded = await (await post('/trailhound-cases/encode', { payloads: [payload] })).json();
  expect(await (await post('/decode', encoded)).json()).toEqual({ payloads: [payload] });
});

test('answers the preflight of the web UI and of no other page', async () => {
  function preflight(origin: string) {
    return fetch(`${server.url}/decode`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-namespace' },
    });
  }
  expect((await preflight(ui)).status).toBe(204);
  expect((await preflight(ui)).headers.get('access-control-allow-headers')).toContain('x-namespace');
  expect((await preflight('https://evil.example')).status).toBe(403);
});

test('refuses a host name that merely resolves here', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const { port } = new URL(server.url);
    request(
      { host: '127.0.0.1', port, path: `/${token}/decode`, method: 'POST', headers: { host: `evil.example:${port}` } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    )
      .once('error', reject)
      .end();
  });
  expect(status).toBe(403);
});

test('answers nobody who does not know the token of its owner, such as another user of the machine', async () => {
  const { origin } = new URL(server.url);
  const sealed = (await codec.encode([defaultPayloadConverter.toPayload('secret')])).map(json);
  function ask(path: string) {
    return fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ payloads: sealed }),
    });
  }
  expect((await ask(`/${token}/decode`)).status).toBe(200);
  for (const path of ['/decode', '/', '/wrong/decode', `/wrong/${token}/decode`, `/${token}x/decode`, `//decode`])
    expect([path, (await ask(path)).status]).toEqual([path, 403]);
});

test('does not quote a body that it cannot read', async () => {
  const response = await post('/decode', { payloads: [{ data: '!! secret !!' }] });
  expect(response.status).toBe(400);
  expect(await response.text()).not.toContain('secret');
});

test('says which key is missing', async () => {
  const other = createPayloadCodec(parseKeyRing(`k9:${randomBytes(32).toString('base64')}`, 'codec.keys'));
  const response = await post('/decode', {
    payloads: (await other.encode([defaultPayloadConverter.toPayload(1)])).map(json),
  });
  expect(response.status).toBe(422);
  expect(await response.text()).toContain('k9');
});
