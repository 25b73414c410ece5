import type { Migration } from 'kysely/migration';
import { collection } from './0001-collection.ts';
import { detection } from './0002-detection.ts';
import { casesTables } from './0003-cases.ts';
import { response } from './0004-response.ts';
import { audit } from './0005-audit.ts';
import { eventSearch } from './0006-event-search.ts';
import { heldBackTables } from './0007-held-back.ts';
import { upkeep } from './0008-upkeep.ts';
import { wholeLedgers } from './0009-whole-ledgers.ts';
import { undoPlans } from './0010-undo-plans.ts';
import { unsettledKeys } from './0013-unsettled-keys.ts';
import { sealedJournal } from './0014-sealed-journal.ts';
import { links } from './0019-links.ts';
import { caseIdentities } from './0020-case-identities.ts';
import { faultsInARow } from './0025-faults-in-a-row.ts';
import { ruleMemory } from './0027-rule-memory.ts';
import { looks } from './0030-looks.ts';
import { caseSight } from './0032-case-sight.ts';
import { provedFindings } from './0033-proved-findings.ts';
import { malformedEvents } from './0037-malformed-events.ts';
import { correctedAnchors } from './0038-corrected-anchors.ts';
import { auditBytes } from './0039-audit-bytes.ts';
import { sealedEnds } from './0043-sealed-ends.ts';
import { actsOfPeople } from './0044-acts-of-people.ts';
import { quietCases } from './0050-quiet-cases.ts';
import { lookPieces } from './0056-look-pieces.ts';
import { oneDetector } from './0067-one-detector.ts';
import { refusedDecisions } from './0070-refused-decisions.ts';
import { auditAppended } from './0073-audit-appended.ts';
import { importsTable } from './0074-imports.ts';
import { linksByTime } from './0105-links-by-time.ts';
import { supersededBy } from './0106-superseded-by.ts';
import { alertsByTime } from './0108-alerts-by-time.ts';
import { lastingLinks } from './0155-lasting-links.ts';
import { boundedTables } from './0180-bounded-tables.ts';
import { latestLinks } from './0181-latest-links.ts';
import { outsideSeeds } from './0206-outside-seeds.ts';
import { outsideIdentities } from './0209-outside-identities.ts';
import { linksOfBusyOnes } from './0221-links-of-busy-ones.ts';

/** All migrations; they run in the order of their names, and a released one is never changed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-collection': collection,
  '0002-detection': detection,
  '0003-cases': casesTables,
  '0004-response': response,
  '0005-audit': audit,
  '0006-event-search': eventSearch,
  '0007-held-back': heldBackTables,
  '0008-upkeep': upkeep,
  '0009-whole-ledgers': wholeLedgers,
  '0010-undo-plans': undoPlans,
  '0013-unsettled-keys': unsettledKeys,
  '0014-sealed-journal': sealedJournal,
  '0019-links': links,
  '0020-case-identities': caseIdentities,
  '0025-faults-in-a-row': faultsInARow,
  '0027-rule-memory': ruleMemory,
  '0030-looks': looks,
  '0032-case-sight': caseSight,
  '0033-proved-findings': provedFindings,
  '0037-malformed-events': malformedEvents,
  '0038-corrected-anchors': correctedAnchors,
  '0039-audit-bytes': auditBytes,
  '0043-sealed-ends': sealedEnds,
  '0044-acts-of-people': actsOfPeople,
  '0050-quiet-cases': quietCases,
  '0056-look-pieces': lookPieces,
  '0067-one-detector': oneDetector,
  '0070-refused-decisions': refusedDecisions,
  '0073-audit-appended': auditAppended,
  '0074-imports': importsTable,
  '0105-links-by-time': linksByTime,
  '0106-superseded-by': supersededBy,
  '0108-alerts-by-time': alertsByTime,
  '0155-lasting-links': lastingLinks,
  '0180-bounded-tables': boundedTables,
  '0181-latest-links': latestLinks,
  '0206-outside-seeds': outsideSeeds,
  '0209-outside-identities': outsideIdentities,
  '0221-links-of-busy-ones': linksOfBusyOnes,
};
