import { createHash, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { z } from 'zod';
import { PayloadDecryptionError } from './codec.ts';

/** Where the codec server listens and who may use it from a browser. */
export interface CodecServerOptions {
  readonly codec: PayloadCodec;
  /** On the loopback interface, which every user of the machine reaches. 0 takes any free port. */
  readonly port: number;
  /** First part of every path, known to the owner alone: whoever knows it can read everything. */
  readonly token: string;
  /** Origins of the Temporal web UI, such as `http://127.0.0.1:8233`; no other page may read an answer. */
  readonly allowedOrigins: readonly string[];
}

export interface CodecServer {
  /** The endpoint as the web UI and the `temporal` command take it; it holds the token. */
  readonly url: string;
  close(): Promise<void>;
}

const base64 = z.base64();

/** Proto3 JSON of `temporal.api.common.v1.Payloads`: all bytes are base64. */
const payloadsSchema = z.object({
  payloads: z
    .array(z.object({ metadata: z.record(z.string(), base64).optional(), data: base64.optional() }))
    .max(10_000)
    .default([]),
});
type JsonPayload = z.infer<typeof payloadsSchema>['payloads'][number];

function fromJson(payload: JsonPayload): Payload {
  return {
    metadata: Object.fromEntries(
      Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
    ),
    data: Buffer.from(payload.data ?? '', 'base64'),
  };
}

function toJson(payload: Payload): JsonPayload {
  return {
    metadata: Object.fromEntries(
      Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
    ),
    data: Buffer.from(payload.data ?? []).toString('base64'),
  };
}

function allowOrigin(reply: FastifyReply, origin: string): void {
  void reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': 'content-type, x-namespace, authorization',
    vary: 'origin',
  });
}

async function transform(codec: PayloadCodec, operation: 'encode' | 'decode', body: unknown) {
  const { payloads } = payloadsSchema.parse(body);
  return { payloads: (await codec[operation](payloads.map(fromJson))).map(toJson) };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Compared as digests, in the same time for every wrong one. */
function isToken(token: string, request: FastifyRequest): boolean {
  return timingSafeEqual(digestOf(request.url.split('/')[1] ?? ''), digestOf(token));
}

/**
 * Serves Temporal's remote codec protocol (`POST /TOKEN/encode` and `/TOKEN/decode`, also with a namespace between), so that the
 * web UI and the `temporal` command of this machine show its owner what they otherwise cannot read.
 * Only requests by address are answered, never by another host name that resolves here (DNS rebinding).
 */
export async function startCodecServer(options: CodecServerOptions): Promise<CodecServer> {
  const server = fastify({ bodyLimit: 64 * 1024 * 1024 });
  function hosts(): readonly string[] {
    return (server.addresses() as AddressInfo[]).flatMap((at) => [`127.0.0.1:${at.port}`, `localhost:${at.port}`]);
  }

  server.addHook('onRequest', async (request, reply) => {
    if (!hosts().includes(request.headers.host ?? '')) return reply.code(403).send({ message: 'unknown host name' });
    const { origin } = request.headers;
    if (origin !== undefined) {
      if (!options.allowedOrigins.includes(origin)) return reply.code(403).send({ message: 'origin not allowed' });
      allowOrigin(reply, origin);
    }
    return isToken(options.token, request) ? undefined : reply.code(403).send({ message: 'wrong token' });
  });
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof PayloadDecryptionError) return reply.code(422).send({ message: error.message });
    // Whatever else it says may quote the body.
    return reply.code(400).send({ message: 'not a Payloads message in JSON' });
  });

  for (const operation of ['encode', 'decode'] as const) {
    for (const path of [`/:token/${operation}`, `/:token/:namespace/${operation}`]) {
      server.options(path, (_request, reply) => reply.code(204).send());
      server.post(path, (request) => transform(options.codec, operation, request.body));
    }
  }
  const url = await server.listen({ port: options.port, host: '127.0.0.1' });
  return { url: `${url}/${options.token}`, close: () => server.close() };
}
