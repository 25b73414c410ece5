import { durationInWords } from '../../model/duration.ts';
import type { Connection } from '@temporalio/client';
import { connectClient } from '../../adapters/temporal/connection.ts';
import { examineNamespace, hasPollers } from '../../adapters/temporal/temporal-examination.ts';
import { examineSearchAttributes } from '../../adapters/temporal/register-search-attributes.ts';
import { taskQueues } from '../../messages/task-queues.ts';
import type { Config, NamespaceUse } from '../config/config.ts';
import { temporalConnectionOf } from '../compose/connections.ts';
import { findingsOf } from './finding.ts';
import type { ProbeFinding } from '../../views/examination.ts';

const { ok, warning, failed } = findingsOf('temporal');

const startRemedy = 'start a worker: `npm start` on one machine, `trailhound worker --config FILE` elsewhere';

const setupRemedy = '`trailhound setup` makes what is missing; in Temporal Cloud, make it there';

async function probeNamespace(connection: Connection, name: string, retentionMs: number): Promise<ProbeFinding> {
  const subject = `namespace ${name}`;
  const seen = await examineNamespace(connection, name);
  if (!seen.exists) return failed(subject, 'does not exist', setupRemedy);
  const absent = await examineSearchAttributes(connection, name);
  if (absent.length > 0) return failed(subject, `lacks the search attributes ${absent.join(', ')}`, setupRemedy);
  return seen.retentionMs === retentionMs
    ? ok(subject, `keeps closed workflows for ${durationInWords(retentionMs)}`)
    : warning(
        subject,
        `keeps closed workflows for ${durationInWords(seen.retentionMs)}, configured are ${durationInWords(retentionMs)}`,
        '`trailhound setup` sets it',
      );
}

async function probeQueues(
  connection: Connection,
  namespace: string,
  queues: readonly string[],
): Promise<ProbeFinding> {
  const silent: string[] = [];
  for (const queue of queues) {
    const kind = queue === taskQueues.orchestrate ? 'workflows' : 'activities';
    if (!(await hasPollers(connection, namespace, queue, kind))) silent.push(queue);
  }
  const subject = `workers of ${namespace}`;
  return silent.length === 0
    ? ok(subject, `serve ${queues.join(', ')}`)
    : failed(subject, `nobody serves ${silent.join(', ')}: work waits there`, startRemedy);
}

const queuesOf = {
  polling: [taskQueues.orchestrate, taskQueues.collect],
  cases: [taskQueues.orchestrate, taskQueues.evidence, taskQueues.record, taskQueues.respond],
} as const;

async function probeUse(config: Config, use: NamespaceUse): Promise<readonly ProbeFinding[]> {
  const { namespaces, retention } = config.temporal;
  const options = temporalConnectionOf(config, use);
  const connection = await connectClient(options);
  try {
    const retentionMs = use === 'polling' ? retention.pollingMs : retention.casesMs;
    const found = await probeNamespace(connection, namespaces[use], retentionMs);
    const answers = ok(`${options.address} for ${use}`, 'answers');
    if (found.status === 'failed') return [answers, found];
    return [answers, found, await probeQueues(connection, namespaces[use], queuesOf[use])];
  } finally {
    await connection.close();
  }
}

/** Whether Temporal answers, with both namespaces, and workers serve every queue. */
export async function probeTemporal(config: Config): Promise<readonly ProbeFinding[]> {
  const polling = await probeUse(config, 'polling');
  return [...polling, ...(await probeUse(config, 'cases'))];
}
