import { openOperationalAlerts } from '../../adapters/store/collection/collection-health-store.ts';
import { openStore, type StoreDb } from '../../adapters/store/database.ts';
import { isCaseTrouble } from '../../collection/upkeep-ports.ts';
import { examineStore } from '../../adapters/store/store-examination.ts';
import type { Config } from '../config/config.ts';
import { storeUrlOf } from '../compose/connections.ts';
import { findingsOf } from './finding.ts';
import type { ProbeFinding } from '../../views/examination.ts';

const { ok, warning, failed } = findingsOf('store');

/** Without the password. */
function shownUrl(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** Cases that are stuck, not contained any more, or whose workflow was gone: nobody looks for what nobody knows of. */
async function caseFindings(db: StoreDb): Promise<readonly ProbeFinding[]> {
  const alerts = (await openOperationalAlerts(db)).filter(({ kind }) => isCaseTrouble(kind));
  return alerts.map(({ kind, subject, sentence }) =>
    (kind === 'case-stuck' ? failed : warning)(subject, sentence, `see \`trailhound investigations show ${subject}\``),
  );
}

/** Whether the store answers, with the schema that this version needs. */
export async function probeStore(config: Config): Promise<readonly ProbeFinding[]> {
  const url = storeUrlOf(config);
  const subject = shownUrl(url);
  const store = openStore(url, { maxConnections: 1 });
  try {
    const { version, missingMigrations, unknownMigrations } = await examineStore(store.db);
    if (missingMigrations.length > 0)
      return [
        failed(
          subject,
          `its schema lacks ${missingMigrations.join(', ')}`,
          'start a worker: it brings the schema up to date',
        ),
      ];
    if (unknownMigrations.length > 0)
      return [
        failed(subject, `its schema is of a newer version (${unknownMigrations.join(', ')})`, 'update Trailhound here'),
      ];
    return [ok(subject, `PostgreSQL ${version} answers, its schema is up to date`), ...(await caseFindings(store.db))];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      failed(subject, `does not answer: ${reason}`, 'start it, or correct `store.url` (or TRAILHOUND_STORE_URL)'),
    ];
  } finally {
    await store.close();
  }
}
