import { readFile, stat } from 'node:fs/promises';
import { loadKeyRing } from '../../adapters/temporal/codec-keys.ts';
import { createDataConverter } from '../../adapters/temporal/codec.ts';
import { connectClient } from '../../adapters/temporal/connection.ts';
import { decodeLatestInput } from '../../adapters/temporal/temporal-examination.ts';
import { parseSigningKey, type ApproverKey } from '../../approval/approver-key.ts';
import type { Config } from '../config/config.ts';
import { temporalConnectionOf } from '../compose/connections.ts';
import { loadApproverKeys } from '../compose/approver-keys.ts';
import { localApproverFiles } from '../start/approver-files.ts';
import { failureOf, findingsOf } from './finding.ts';
import type { ProbeFinding } from '../../views/examination.ts';

const { ok, warning, failed } = findingsOf('keys');

async function probeCodecKeys(config: Config): Promise<ProbeFinding> {
  const subject = `codec key file ${config.codec.keyFile}`;
  const ring = await loadKeyRing(config.codec.keyFile);
  const connection = await connectClient(temporalConnectionOf(config, 'polling')).catch(() => undefined);
  if (connection === undefined)
    return warning(subject, 'is well formed; not tried, for Temporal does not answer', 'start Temporal and ask again');
  try {
    const outcome = await decodeLatestInput(connection, config.temporal.namespaces.polling, createDataConverter(ring));
    return ok(
      subject,
      outcome === 'decoded'
        ? 'opens what is in Temporal'
        : 'is well formed; nothing was found in Temporal to try it on',
    );
  } finally {
    await connection.close();
  }
}

/** The private half, where it lies in this data folder. */
async function probeLocalKey(config: Config, keys: readonly ApproverKey[]): Promise<readonly ProbeFinding[]> {
  const file = localApproverFiles(config.dataDir).privateKey;
  const subject = `local approver key ${file}`;
  const mode = await stat(file).then(
    (found) => found.mode & 0o777,
    () => undefined,
  );
  if (mode === undefined) return [];
  if ((mode & 0o077) !== 0)
    return [
      failed(
        subject,
        `may be read by others (mode ${mode.toString(8)})`,
        `chmod 600 ${file}; if someone may have read it, make a new one`,
      ),
    ];
  const { keyId } = parseSigningKey(await readFile(file, 'utf8'));
  return keys.some((key) => key.keyId === keyId)
    ? [ok(subject, 'belongs to a configured approver')]
    : [
        warning(
          subject,
          'belongs to no configured approver: what it signs is refused',
          'add its public half to approval.approvers',
        ),
      ];
}

async function probeApproverKeys(config: Config): Promise<readonly ProbeFinding[]> {
  const keys = await loadApproverKeys(config);
  if (keys.length === 0) return [failed('approvers', 'nobody may decide', 'add an approver: approval.approvers')];
  const found = ok('approvers', `${keys.map(({ name }) => name).join(', ')} may decide`);
  return [found, ...(await probeLocalKey(config, keys))];
}

async function orFailure(
  subject: string,
  probe: Promise<ProbeFinding | readonly ProbeFinding[]>,
): Promise<readonly ProbeFinding[]> {
  try {
    return [await probe].flat();
  } catch (error) {
    return [failureOf('keys', subject, error)];
  }
}

/** Whether the codec keys open what is in Temporal, and the approvers' keys can be read. */
export async function probeKeys(config: Config): Promise<readonly ProbeFinding[]> {
  return [
    ...(await orFailure('codec keys', probeCodecKeys(config))),
    ...(await orFailure('approver keys', probeApproverKeys(config))),
  ];
}
