import { randomBytes } from 'node:crypto';
import { Client as PostgresClient } from 'pg';
import { inject } from 'vitest';
import { Connection } from '@temporalio/client';
import { ensureNamespace } from '../../src/adapters/temporal/namespaces.ts';
import { registerSearchAttributes } from '../../src/adapters/temporal/register-search-attributes.ts';

async function ask(resource: string): Promise<string> {
  const response = await fetch(`${inject('controlUrl')}/${resource}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`the test harness cannot give ${resource}: ${text}`);
  return text;
}

function uniqueName(): string {
  return `test_${randomBytes(8).toString('hex')}`;
}

/** The Temporal server of this test run. */
export interface TestTemporal {
  /** `host:port`, for `Connection.connect` and `NativeConnection.connect`. */
  readonly address: string;
  /** Makes a namespace with our search attributes, ready for use; returns its name. The retention may be as short as a second. */
  createNamespace(options?: { readonly retentionMs?: number }): Promise<string>;
}

/** The real Temporal development server, shared by the whole run and started by the first test that asks. */
export async function testTemporal(): Promise<TestTemporal> {
  const address = await ask('temporal');
  return {
    address,
    createNamespace: async (options = {}) => {
      const namespace = uniqueName().replace('_', '-');
      const connection = await Connection.connect({ address });
      try {
        await ensureNamespace(connection, { name: namespace, retentionMs: options.retentionMs ?? 86_400_000 });
        await registerSearchAttributes(connection, namespace);
      } finally {
        await connection.close();
      }
      return namespace;
    },
  };
}

/** URL of a fresh, empty database in the real PostgreSQL, shared by the whole run and started by the first test that asks. */
export async function testDatabaseUrl(): Promise<string> {
  const url = new URL(await ask('postgres'));
  const admin = new PostgresClient({ connectionString: url.href });
  await admin.connect();
  const name = uniqueName();
  try {
    await admin.query(`create database ${name} template template0`);
  } finally {
    await admin.end();
  }
  url.pathname = `/${name}`;
  return url.href;
}

/** The one bundle of `workflows/index.ts` for the whole run, built by the first test that asks: `Worker.create({ workflowBundle, ... })`. */
export async function testWorkflowBundle(): Promise<{ readonly codePath: string }> {
  return {
    codePath: await ask('bundle'),
  };
}
