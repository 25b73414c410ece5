import type { Connection } from '@temporalio/client';
import { connectClient } from '../../adapters/temporal/connection.ts';
import { ensureNamespace } from '../../adapters/temporal/namespaces.ts';
import {
  examineSearchAttributes,
  registerSearchAttributes,
} from '../../adapters/temporal/register-search-attributes.ts';
import { examineNamespace } from '../../adapters/temporal/temporal-examination.ts';
import type { Config, NamespaceUse } from '../config/config.ts';
import { temporalConnectionOf } from './connections.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

const uses = ['polling', 'cases'] as const satisfies readonly NamespaceUse[];

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

async function atEach<T>(
  config: Config,
  work: (connection: Connection, namespace: string, retentionMs: number) => Promise<T>,
): Promise<readonly T[]> {
  const { namespaces, retention } = config.temporal;
  const results: T[] = [];
  for (const use of uses) {
    const connection = await connectClient(temporalConnectionOf(config, use));
    try {
      results.push(
        await work(connection, namespaces[use], use === 'polling' ? retention.pollingMs : retention.casesMs),
      );
    } finally {
      await connection.close();
    }
  }
  return results;
}

/** Makes both namespaces with their retention and search attributes, or brings them up to date; returns a sentence for each. */
export function prepareTemporal(config: Config): Promise<readonly string[]> {
  return atEach(config, async (connection, name, retentionMs) => {
    const done = await ensureNamespace(connection, { name, retentionMs });
    await registerSearchAttributes(connection, name);
    return `namespace ${name} is ${done === 'created' ? 'made' : 'up to date'}, with its search attributes`;
  });
}

/**
 * Looks whether both namespaces are there with their search attributes; changes nothing.
 * @throws TemporalNotSetUpError naming all that is missing, SearchAttributeTypeError
 */
export async function requireTemporal(config: Config): Promise<void> {
  const missing = await atEach(config, async (connection, name) => {
    if (!(await examineNamespace(connection, name)).exists) return [`there is no namespace ${name}`];
    const absent = await examineSearchAttributes(connection, name);
    return absent.length === 0 ? [] : [`namespace ${name} lacks the search attributes ${absent.join(', ')}`];
  });
  if (missing.flat().length > 0) throw new TemporalNotSetUpError(missing.flat());
}
