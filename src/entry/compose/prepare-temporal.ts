import { connectClient } from '../../adapters/temporal/connection.ts';
import { ensureNamespace } from '../../adapters/temporal/namespaces.ts';
import { registerSearchAttributes } from '../../adapters/temporal/register-search-attributes.ts';
import type { Config } from '../config.ts';
import { temporalConnectionOf } from '../connections.ts';

/** Makes both namespaces with their retention and search attributes, or brings them up to date. */
export const prepareTemporal = async (config: Config): Promise<void> => {
  const connection = await connectClient(temporalConnectionOf(config));
  try {
    const { namespaces, retention } = config.temporal;
    await ensureNamespace(connection, { name: namespaces.polling, retentionMs: retention.pollingMs });
    await ensureNamespace(connection, { name: namespaces.cases, retentionMs: retention.casesMs });
    for (const namespace of Object.values(namespaces)) await registerSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
};
