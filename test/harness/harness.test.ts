import { Client as PostgresClient } from 'pg';
import { Client, Connection } from '@temporalio/client';
import { expect, test } from 'vitest';
import { searchAttributes } from '../../src/messages/search-attributes.ts';
import { testDatabaseUrl, testTemporal } from './test-servers.ts';

test('gives a namespace in which workflows start at once with our search attributes', async () => {
  const temporal = await testTemporal();
  const namespace = await temporal.createNamespace();
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace });
  const handle = await client.workflow.start('none', {
    taskQueue: 'none',
    workflowId: 'w',
    typedSearchAttributes: [{ key: searchAttributes.tags, value: ['account:1'] }],
  });
  expect((await handle.describe()).typedSearchAttributes.get(searchAttributes.tags)).toEqual(['account:1']);
  await connection.close();
});

test('gives a database of its own at each call', async () => {
  const [first, second] = [await testDatabaseUrl(), await testDatabaseUrl()];
  expect(first).not.toBe(second);
  const client = new PostgresClient({ connectionString: first });
  await client.connect();
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await client.end();
});
