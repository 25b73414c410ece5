import type { Connection } from '@temporalio/client';
import { connectClient } from '../../adapters/temporal/connection.ts';
import { ensureNamespace, isDenied } from '../../adapters/temporal/namespaces.ts';
import {
  examineSearchAttributes,
  registerSearchAttributes,
} from '../../adapters/temporal/register-search-attributes.ts';
import { examineNamespace } from '../../adapters/temporal/temporal-examination.ts';
import { type NamespaceToSetUp, setUp, type SetUpPorts } from '../../commands/set-up.ts';
import type { SetUp } from '../../views/act-answers.ts';
import type { Config, NamespaceUse } from '../config/config.ts';
import { temporalConnectionOf } from './connections.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** Temporal lacks what workers need there and do not make: many may not. */
export class TemporalNotSetUpError extends TrailhoundError {
  override readonly name = 'TemporalNotSetUpError';
  override readonly code = 'temporal-not-set-up';
  override readonly remedy =
    'run `trailhound setup` with credentials that may make namespaces and search attributes; in Temporal Cloud, make them there';
  constructor(missing: readonly string[]) {
    super(`Temporal is not set up: ${missing.join('; ')}`);
  }
}

/** Both namespaces, made or brought up to date with their retention and search attributes. */
export function prepareTemporal(config: Config): Promise<SetUp> {
  return setUp(setUpPorts(config));
}

/** What setting up works with: one connection for each namespace, opened as it is needed. */
export function setUpPorts(config: Config): SetUpPorts {
  const { namespaces, retention } = config.temporal;
  const uses = new Map<string, NamespaceUse>([
    [namespaces.cases, 'cases'],
    [namespaces.polling, 'polling'],
  ]);
  function over<T>(name: string, work: (connection: Connection) => Promise<T>): Promise<T> {
    return withConnection(config, uses.get(name) ?? 'cases', work);
  }
  return {
    namespaces: [
      { name: namespaces.polling, retentionMs: retention.pollingMs },
      { name: namespaces.cases, retentionMs: retention.casesMs },
    ],
    make: (namespace) => over(namespace.name, (connection) => madeNamespace(connection, namespace)),
    missing: (name) => over(name, (connection) => missingIn(connection, name)),
  };
}

/** Makes a namespace with its search attributes; `denied` where the server does not let this client. */
export async function madeNamespace(
  connection: Connection,
  namespace: NamespaceToSetUp,
): Promise<'created' | 'updated' | 'denied'> {
  try {
    const outcome = await ensureNamespace(connection, namespace);
    await registerSearchAttributes(connection, namespace.name);
    return outcome;
  } catch (error) {
    if (isDenied(error)) return 'denied';
    throw error;
  }
}

/**
 * Looks whether both namespaces are there with their search attributes; changes nothing.
 * @throws TemporalNotSetUpError naming all that is missing, SearchAttributeTypeError
 */
export async function requireTemporal(config: Config): Promise<void> {
  const { namespaces } = config.temporal;
  const missing: string[] = [];
  for (const use of ['polling', 'cases'] as const)
    missing.push(...(await withConnection(config, use, (connection) => missingIn(connection, namespaces[use]))));
  if (missing.length > 0) throw new TemporalNotSetUpError(missing);
}

async function missingIn(connection: Connection, name: string): Promise<readonly string[]> {
  if (!(await examineNamespace(connection, name)).exists) return [`there is no namespace ${name}`];
  const absent = await examineSearchAttributes(connection, name);
  return absent.length === 0 ? [] : [`namespace ${name} lacks the search attributes ${absent.join(', ')}`];
}

async function withConnection<T>(
  config: Config,
  use: NamespaceUse,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connectClient(temporalConnectionOf(config, use));
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
