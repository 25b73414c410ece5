import type { Connection } from '@temporalio/client';
import { connectClient } from '../../adapters/temporal/connection.ts';
import { examineNamespace, hasPollers } from '../../adapters/temporal/temporal-examination.ts';
import { taskQueues } from '../../messages/task-queues.ts';
import type { Config } from '../config.ts';
import { temporalConnectionOf } from '../connections.ts';
import { findingsOf, type ProbeFinding } from './finding.ts';

const { ok, warning, failed } = findingsOf('temporal');

const startRemedy = 'start a worker: `npm start` on one machine, `trailhound worker --config FILE` elsewhere';

const probeNamespace = async (connection: Connection, name: string, retentionMs: number): Promise<ProbeFinding> => {
  const subject = `namespace ${name}`;
  const seen = await examineNamespace(connection, name);
  if (!seen.exists) return failed(subject, 'does not exist', startRemedy);
  return seen.retentionMs === retentionMs
    ? ok(subject, `keeps closed workflows for ${retentionMs / 3_600_000} h`)
    : warning(
        subject,
        `keeps closed workflows for ${seen.retentionMs / 3_600_000} h, configured are ${retentionMs / 3_600_000} h`,
        'a worker sets it at its next start',
      );
};

const probeQueues = async (
  connection: Connection,
  namespace: string,
  queues: readonly string[],
): Promise<ProbeFinding> => {
  const silent: string[] = [];
  for (const queue of queues) {
    const kind = queue === taskQueues.orchestrate ? 'workflows' : 'activities';
    if (!(await hasPollers(connection, namespace, queue, kind))) silent.push(queue);
  }
  const subject = `workers of ${namespace}`;
  return silent.length === 0
    ? ok(subject, `serve ${queues.join(', ')}`)
    : failed(subject, `nobody serves ${silent.join(', ')}: work waits there`, startRemedy);
};

/** Whether Temporal answers, with both namespaces, and workers serve every queue. */
export const probeTemporal = async (config: Config): Promise<readonly ProbeFinding[]> => {
  const options = temporalConnectionOf(config);
  const connection = await connectClient(options);
  try {
    const { namespaces, retention } = config.temporal;
    const { orchestrate, collect, evidence, respond } = taskQueues;
    const found = [
      await probeNamespace(connection, namespaces.polling, retention.pollingMs),
      await probeNamespace(connection, namespaces.cases, retention.casesMs),
    ];
    const answers = ok(options.address, 'answers');
    if (found.some(({ status }) => status === 'failed')) return [answers, ...found];
    return [
      answers,
      ...found,
      await probeQueues(connection, namespaces.polling, [orchestrate, collect]),
      await probeQueues(connection, namespaces.cases, [orchestrate, evidence, respond]),
    ];
  } finally {
    await connection.close();
  }
};
