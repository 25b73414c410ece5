import { randomUUID } from 'node:crypto';
import type { ZodType } from 'zod';
import { storeAuditLog } from '../../adapters/store/audit/audit-store.ts';
import { caseMessages } from '../../adapters/temporal/case-messages.ts';
import { signAcceptance } from '../../approval/signed-acceptance.ts';
import { caseRecord } from '../../audit/audit-record.ts';
import {
  acceptWayInOfCase,
  type AcceptPorts,
  assignCase,
  type CaseActPorts,
  closeCase,
  linkCases,
  noteOnCase,
  type NotePorts,
  splitCase,
} from '../../commands/case-acts.ts';
import type { Caller } from '../../commands/caller.ts';
import { wayInWords } from '../../investigation/way-in-words.ts';
import type { AcceptanceStatement } from '../../model/acceptance.ts';
import type { PersonsVerdict } from '../../model/case-state.ts';
import type { CaseId, Instant } from '../../model/ids.ts';
import { plainText, safe, safeJson, type SafeText } from '../../model/safe-text.ts';
import { caseTrustHere } from '../compose/case-trust.ts';
import type { Config } from '../config/config.ts';
import { type Connections, openConnections } from '../compose/connections.ts';
import { printAnswer, printLine } from '../terminal/terminal-output.ts';
import {
  acceptedSchema,
  assignedSchema,
  closedSchema,
  linkedSchema,
  notedSchema,
  splitSchema,
} from '../../views/act-answers.ts';
import { assessLiveCase } from './assessed-case.ts';
import { loadKnownCase } from '../compose/case-ports.ts';
import { readKey } from './decide.ts';
import type { AskingOptions } from './print.ts';
import { whoAsks } from './who-asks.ts';

function now(): Instant {
  return new Date().toISOString() as Instant;
}

async function connected<T>(config: Config, work: (connections: Connections) => Promise<T>): Promise<T> {
  const connections = await openConnections(config);
  try {
    return await work(connections);
  } finally {
    await connections.close();
  }
}

function portsOf({ store: { db }, cases }: Connections): CaseActPorts {
  return {
    messages: caseMessages(cases),
    caseNamed: async (typed) => (await loadKnownCase(db, typed)).id,
  };
}

/** Does an act in the name of whoever types it, and tells it in a line or as JSON. */
async function printAct<Done extends object>(
  config: Config,
  options: AskingOptions,
  answer: ZodType<Done>,
  act: (connections: Connections, caller: Caller) => Promise<Done>,
  tell: (done: Done) => SafeText,
): Promise<void> {
  const caller = { name: await whoAsks(config, options.key) };
  const done = await connected(config, (connections) => act(connections, caller));
  if (options.json === true) printAnswer(answer, done);
  else printLine(tell(done));
}

/**
 * Signs that a way in may stay, and gives that to the case.
 *
 * @throws ActRefusedError, NoSuchCaseError, ApproverKeyFileError
 */
export async function printAccepted(
  config: Config,
  options: AskingOptions & {
    readonly caseId: string;
    readonly wayIn: string;
    readonly reason: string;
    readonly until?: Instant;
    readonly approver?: string;
  },
): Promise<void> {
  const { key, approver } = await readKey({ keyFile: options.key, approver: options.approver }, config);
  const trust = await caseTrustHere(config);
  await connected(config, async (connections) => {
    const ports: AcceptPorts = {
      ...portsOf(connections),
      waysInOf: async (caseId) => (await assessLiveCase(connections.store.db, caseId, trust, now())).shown.waysIn,
      sign: (statement) => signAcceptance(statement, key),
      show: (statement) => {
        if (options.json !== true) for (const line of acceptanceLines(statement)) printLine(line);
      },
      newId: randomUUID,
      audience: config.installation,
      now,
    };
    const { caseId, wayIn, reason, until } = options;
    const given = { caseId, wayIn, reason, ...(until === undefined ? {} : { until }) };
    const statement = await acceptWayInOfCase(ports, { name: approver }, given);
    if (options.json === true) printAnswer(acceptedSchema, { statement });
    else printLine(safe`${plainText(approver)} accepted it: written down`);
  });
}

/** What an approver is about to sign, field by field; the sentence is made of the very content that is signed. */
function acceptanceLines(statement: AcceptanceStatement): readonly SafeText[] {
  const { approver, caseId, wayInId, what, reason, audience, issuedAt, expiresAt, acceptanceId } = statement;
  const shown = {
    id: wayInId,
    what,
    identity: '' as never,
    origin: 'used',
    state: 'unknown',
    until: 'unknown',
    proof: [],
  } as const;
  return [
    safe`${plainText(approver)} signs: way in ${plainText(wayInId)} of case ${plainText(caseId)} may stay as it is`,
    safe`  ${wayInWords(shown).sentence}`,
    safe`    ${safeJson(what)}`,
    safe`  reason: ${plainText(reason, 2_000)}`,
    safe`  for installation ${plainText(audience, 200)}, from ${plainText(issuedAt)} ${expiresAt === null ? safe`for as long as the case is open` : safe`to ${plainText(expiresAt)}`}, acceptance ${plainText(acceptanceId)}`,
  ];
}

/** @throws ActRefusedError, NoSuchCaseError, ApproverKeyFileError */
export async function printClosed(
  config: Config,
  options: AskingOptions & { readonly caseId: string; readonly verdict: PersonsVerdict; readonly reason: string },
): Promise<void> {
  const { verdict, reason } = options;
  await printAct(
    config,
    options,
    closedSchema,
    async (connections, caller) => ({
      caseId: await closeCase(portsOf(connections), caller, { caseId: options.caseId, verdict, reason }),
      verdict,
    }),
    ({ caseId }) => safe`${plainText(caseId)} is closed: ${plainText(verdict.replaceAll('-', ' '))}`,
  );
}

/** @throws NoSuchCaseError, ApproverKeyFileError */
export async function printNoted(
  config: Config,
  options: AskingOptions & { readonly caseId: string; readonly text: string },
): Promise<void> {
  const { caseId: typed, text } = options;
  await printAct(
    config,
    options,
    notedSchema,
    async (connections, caller) => {
      const ports: NotePorts = {
        ...portsOf(connections),
        noteLater: async (caseId, by, written) => {
          const note = {
            kind: 'note-added-later',
            subject: caseId,
            at: now(),
            actor: by,
            data: { text: written },
          } as const;
          await storeAuditLog(connections.store.db).append([caseRecord(caseId, note)]);
        },
      };
      return { caseId: await noteOnCase(ports, caller, { caseId: typed, text }) };
    },
    ({ caseId }) => safe`noted on ${plainText(caseId)}`,
  );
}

/** @throws ActRefusedError, NoSuchCaseError, ApproverKeyFileError */
export async function printAssigned(
  config: Config,
  options: AskingOptions & { readonly caseId: string; readonly person: string | null },
): Promise<void> {
  const { person } = options;
  await printAct(
    config,
    options,
    assignedSchema,
    async (connections, caller) => ({
      caseId: await assignCase(portsOf(connections), caller, { caseId: options.caseId, person }),
      assignedTo: person,
    }),
    ({ caseId }) => safe`${plainText(caseId)} is assigned to ${person === null ? safe`nobody` : plainText(person)}`,
  );
}

/** @throws ActRefusedError, NoSuchCaseError, ApproverKeyFileError */
export async function printLinked(
  config: Config,
  options: AskingOptions & { readonly caseId: string; readonly other: string; readonly reason: string },
): Promise<void> {
  const { caseId: typed, other, reason } = options;
  await printAct(
    config,
    options,
    linkedSchema,
    async (connections, caller) => ({
      caseId: await linkCases(portsOf(connections), caller, { caseId: typed, other, reason }),
    }),
    ({ caseId }) =>
      safe`both go on as ${plainText(caseId)}; what was planned and decided in the other is void. Look at it with trailhound investigations show ${plainText(caseId)}`,
  );
}

/** @throws ActRefusedError, NoSuchCaseError, ApproverKeyFileError */
export async function printSplit(
  config: Config,
  options: AskingOptions & { readonly caseId: string; readonly actor: readonly string[]; readonly reason: string },
): Promise<void> {
  const { caseId: typed, actor: actors, reason } = options;
  await printAct(
    config,
    options,
    splitSchema,
    async (connections, caller) => ({
      caseId: typed.toUpperCase() as CaseId,
      newCaseId: await splitCase(portsOf(connections), caller, { caseId: typed, actors, reason }),
    }),
    ({ newCaseId }) =>
      safe`the alerts about it are case ${plainText(newCaseId)} now: trailhound investigations show ${plainText(newCaseId)}`,
  );
}
