import { randomUUID } from 'node:crypto';
import { storeAuditLog } from '../../adapters/store/audit/audit-store.ts';
import { reopenCase } from '../../adapters/store/cases/case-acts-store.ts';
import { closedAsContained } from '../../adapters/store/cases/case-recall.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { caseMessages } from '../../adapters/temporal/case-messages.ts';
import { createDoorbells, type Doorbells } from '../../adapters/temporal/doorbells.ts';
import { planMessages } from '../../adapters/temporal/plan-messages.ts';
import { signAcceptance } from '../../approval/signed-acceptance.ts';
import { signDecision } from '../../approval/signed-decision.ts';
import { caseRecord } from '../../audit/audit-record.ts';
import type { NamedCases } from '../../commands/act-on-case.ts';
import type { AcceptPorts, NotePorts } from '../../commands/case-acts.ts';
import type { DecidePorts } from '../../commands/decide.ts';
import type { FollowPorts } from '../../commands/follow-response.ts';
import type { ReopenPorts } from '../../commands/reopen-case.ts';
import type { ReopenUncontainedPorts } from '../../commands/reopen-uncontained.ts';
import type { ReplanPorts } from '../../commands/replan.ts';
import type { StopPorts } from '../../commands/stop-response.ts';
import type { UndoPorts } from '../../commands/undo-response.ts';
import type { CaseTrust } from '../../investigation/case/case-trust.ts';
import { goesOnIn, caseNamed } from '../../views/case.ts';
import { liveCase } from '../../views/live-case.ts';
import type { Config } from '../config/config.ts';
import type { Connections } from './connections.ts';
import { casePorts, liveCasePorts } from './case-ports.ts';
import type { readKey } from './signing-key.ts';
import { currentInstant } from '../../model/instant.ts';

function namedCases(db: StoreDb): NamedCases {
  const ports = casePorts(db, null);
  return {
    caseNamed: async (typed) => (await caseNamed(ports, typed)).id,
    goesOnIn: (caseId) => goesOnIn(ports, caseId),
  };
}

/** What opening a case again needs. */
function reopenPorts(db: StoreDb, doorbells: Pick<Doorbells, 'takeUpCase'>): ReopenPorts {
  return {
    reopen: (caseId, at, status) => reopenCase(db, caseId, at, status),
    takeUp: (caseId) => doorbells.takeUpCase(caseId, 'reopened'),
    auditLog: storeAuditLog(db),
    now: currentInstant,
  };
}

/** What people do about plans and responses, but for signing. */
export function planActPorts(
  { store: { db }, polling, cases }: Pick<Connections, 'store' | 'polling' | 'cases'>,
  trust: CaseTrust,
): ReplanPorts & StopPorts & UndoPorts & FollowPorts {
  return {
    ...casePorts(db, trust),
    ...namedCases(db),
    ...reopenPorts(db, createDoorbells({ polling, cases })),
    ...planMessages(cases),
  };
}

/** What looking after cases that closed as contained needs. */
export function reopenUncontainedPorts(
  db: StoreDb,
  doorbells: Pick<Doorbells, 'takeUpCase'>,
  known: Pick<ReopenUncontainedPorts, 'cases' | 'watchGraceMs'>,
): ReopenUncontainedPorts {
  return {
    ...reopenPorts(db, doorbells),
    closedAsContained: (asked) => closedAsContained(db, asked),
    ...known,
  };
}

type Signer = Awaited<ReturnType<typeof readKey>>;

/** What deciding needs; the key is that of whoever decides. */
export function decidePorts(
  { store: { db }, cases }: Pick<Connections, 'store' | 'cases'>,
  {
    config: { installation: audience },
    trust,
    signer: { key },
  }: { readonly config: Pick<Config, 'installation'>; readonly trust: CaseTrust | null; readonly signer: Signer },
  asking: Pick<DecidePorts, 'show' | 'confirm'>,
): DecidePorts {
  const { plansOf, responseEndsOf, ownEndsOf } = casePorts(db, trust);
  return {
    ...namedCases(db),
    plansOf,
    responseEndsOf,
    ownEndsOf,
    sign: (statement) => signDecision(statement, key),
    ...asking,
    decide: planMessages(cases).decide,
    newId: randomUUID,
    audience,
    now: currentInstant,
  };
}

/** What the other acts on a case need. */
export function caseActPorts({ store: { db }, cases }: Pick<Connections, 'store' | 'cases'>): NotePorts {
  return {
    ...namedCases(db),
    messages: caseMessages(cases),
    noteLater: async (caseId, by, text) => {
      const note = {
        kind: 'note-added-later',
        subject: caseId,
        at: currentInstant(),
        actor: by,
        data: { text },
      } as const;
      await storeAuditLog(db).append([caseRecord(caseId, note)]);
    },
  };
}

/** What accepting a way in needs; the key is that of whoever accepts it. */
export function acceptPorts(
  connections: Pick<Connections, 'store' | 'cases'>,
  {
    config,
    trust,
    signer,
  }: { readonly config: Pick<Config, 'installation'>; readonly trust: CaseTrust; readonly signer: Signer },
  asking: Pick<AcceptPorts, 'show' | 'confirm'>,
): AcceptPorts {
  return {
    ...caseActPorts(connections),
    waysInOf: async (caseId) => (await liveCase(liveCasePorts(connections.store.db, trust), caseId)).shown.waysIn,
    sign: (statement) => signAcceptance(statement, signer.key),
    ...asking,
    newId: randomUUID,
    audience: config.installation,
    now: currentInstant,
  };
}
