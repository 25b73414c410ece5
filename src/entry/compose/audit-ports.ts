import { installationRecords, loadAuditRecords } from '../../adapters/store/audit/audit-store.ts';
import { listCases } from '../../adapters/store/cases/case-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { readCaseHistory } from '../../adapters/temporal/case-history.ts';
import { casesWithHistory } from '../../adapters/temporal/case-visibility.ts';
import type { AuditListPorts } from '../../views/audit-list.ts';
import type { InstallationStoryPorts } from '../../views/installation-story.ts';
import { liveCase } from '../../views/live-case.ts';
import type { StoryPorts } from '../../views/story.ts';
import type { CaseTrust } from '../../investigation/case/case-trust.ts';
import type { CaseId } from '../../model/ids.ts';
import { liveCasePorts } from './case-ports.ts';
import type { Connections } from './connections.ts';

/** Where cases' stories are read from: Temporal's histories, and the table. */
export function auditPorts({ store, cases }: Pick<Connections, 'store' | 'cases'>): StoryPorts & AuditListPorts {
  return {
    historyOf: (id) => readCaseHistory(cases, id),
    recordsOf: (id) => loadAuditRecords(store.db, id),
    cases: (wanted) => listCases(store.db, wanted),
    withHistory: (wanted, limit) => casesWithHistory(cases, wanted, limit),
  };
}

/** {@link auditPorts}, and what decisions were bound to. */
export function boundStoryPorts(connections: Pick<Connections, 'store' | 'cases'>, trust: CaseTrust): StoryPorts {
  const ports = liveCasePorts(connections.store.db, trust);
  async function callsOf(id: CaseId) {
    const { calls, unconfirmed } = (await liveCase(ports, id)).assessment.calls;
    return [...calls, ...unconfirmed];
  }
  return { ...auditPorts(connections), bindings: { plansOf: ports.plansOf, callsOf } };
}

/** Where the installation's own records are read from. */
export function installationStoryPorts(db: StoreDb): InstallationStoryPorts {
  return { records: (wanted) => installationRecords(db, wanted) };
}
