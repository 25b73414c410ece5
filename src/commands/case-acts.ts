import type { ActOutcome, ActRefusal } from '../messages/case-act-messages.ts';
import type { AcceptanceStatement, SignedAcceptance } from '../model/acceptance.ts';
import type { PersonsVerdict } from '../model/case-state.ts';
import type { CaseId, Instant } from '../model/ids.ts';
import { TrailhoundError } from '../model/trailhound-error.ts';
import type { WayInSubject } from '../model/way-in.ts';
import { wellFormed } from '../model/well-formed.ts';
import type { Caller } from './caller.ts';

/** The workflow of a case, as what people do about it reaches it; null: it has ended. */
export interface CaseMessages {
  readonly accept: (caseId: CaseId, signed: SignedAcceptance) => Promise<ActOutcome | null>;
  readonly close: (
    caseId: CaseId,
    asked: { readonly requestedBy: string; readonly verdict: PersonsVerdict; readonly reason: string },
  ) => Promise<ActOutcome | null>;
  readonly note: (
    caseId: CaseId,
    asked: { readonly requestedBy: string; readonly text: string },
  ) => Promise<ActOutcome | null>;
  readonly assign: (
    caseId: CaseId,
    asked: { readonly requestedBy: string; readonly person: string | null },
  ) => Promise<ActOutcome | null>;
  readonly link: (
    caseId: CaseId,
    asked: { readonly requestedBy: string; readonly other: CaseId; readonly reason: string },
  ) => Promise<ActOutcome | null>;
  readonly split: (
    caseId: CaseId,
    asked: { readonly requestedBy: string; readonly identities: readonly string[]; readonly reason: string },
  ) => Promise<ActOutcome | null>;
}

export interface CaseActPorts {
  readonly messages: CaseMessages;
  /** The case's ID as it is written. @throws where there is no such case */
  readonly caseNamed: (typed: string) => Promise<CaseId>;
}

/** The case did not do what was asked of it; its exit code is 3. */
export class ActRefusedError extends TrailhoundError {
  override readonly name = 'ActRefusedError';
  readonly exitCode = 3;
  override readonly code: string;
  constructor(what: string, code: ActRefusal, remedy: string) {
    super(`${what} (${code})`, { remedy });
    this.code = code;
  }
}

/** A way in that a case has now. */
export interface KnownWayIn {
  readonly id: string;
  readonly what: WayInSubject;
  readonly state: 'open' | 'closed' | 'unknown' | 'accepted';
}

export interface AcceptPorts extends CaseActPorts {
  readonly waysInOf: (caseId: CaseId) => Promise<readonly KnownWayIn[]>;
  readonly sign: (statement: AcceptanceStatement) => Promise<SignedAcceptance>;
  /** Shows what is about to be signed. */
  readonly show: (statement: AcceptanceStatement) => void;
  readonly newId: () => string;
  /** This installation. */
  readonly audience: string;
  readonly now: () => Instant;
}

/**
 * Lets a way in of a case stay as it is, with a reason, by the approver's signature over what it is.
 *
 * @param wayIn its ID, or so much of its beginning that no other way in of the case has it
 * @throws ActRefusedError
 */
export async function acceptWayInOfCase(
  ports: AcceptPorts,
  approver: Caller,
  given: { readonly caseId: string; readonly wayIn: string; readonly reason: string; readonly until?: Instant },
): Promise<AcceptanceStatement> {
  const caseId = await ports.caseNamed(given.caseId);
  const { id, what } = chosenWayIn(await ports.waysInOf(caseId), given.wayIn, caseId);
  const statement: AcceptanceStatement = {
    acceptanceId: ports.newId(),
    caseId,
    wayInId: id,
    what: wellFormed(what),
    reason: given.reason,
    approver: approver.name,
    audience: ports.audience,
    issuedAt: ports.now(),
    expiresAt: given.until ?? null,
  };
  ports.show(statement);
  const signed = await ports.sign(statement);
  const outcome = await ports.messages.accept(caseId, signed);
  doneOr('the way in was not accepted', caseId, outcome);
  return statement;
}

const shortestBeginning = 4;

function chosenWayIn(waysIn: readonly KnownWayIn[], named: string, caseId: CaseId): KnownWayIn {
  const what = 'the way in was not accepted';
  const found = waysIn.filter(({ id }) => named.length >= shortestBeginning && id.startsWith(named.toLowerCase()));
  const [chosen] = found;
  if (chosen === undefined || found.length > 1) {
    const many = found.length > 1 ? `Several ways in begin like that: ${found.map(({ id }) => id).join(', ')}. ` : '';
    throw new ActRefusedError(what, 'no-such-way-in', `${many}${remedyOf('no-such-way-in', caseId)}`);
  }
  if (chosen.state === 'closed') throw new ActRefusedError(what, 'way-in-closed', remedyOf('way-in-closed', caseId));
  return chosen;
}

/**
 * Closes a case with a person's verdict.
 *
 * @throws ActRefusedError where it is busy, alerts wait, or it is said to be an intrusion that was dealt with and a way in is open
 */
export async function closeCase(
  ports: CaseActPorts,
  caller: Caller,
  given: { readonly caseId: string; readonly verdict: PersonsVerdict; readonly reason: string },
): Promise<CaseId> {
  const caseId = await ports.caseNamed(given.caseId);
  const { verdict, reason } = given;
  const outcome = await ports.messages.close(caseId, { requestedBy: caller.name, verdict, reason });
  doneOr('the case was not closed', caseId, outcome);
  return caseId;
}

export interface NotePorts extends CaseActPorts {
  /** Writes a note about a case whose workflow has ended. */
  readonly noteLater: (caseId: CaseId, by: string, text: string) => Promise<void>;
}

/** Writes a note on a case; one that has closed takes it as well. */
export async function noteOnCase(
  ports: NotePorts,
  caller: Caller,
  given: { readonly caseId: string; readonly text: string },
): Promise<CaseId> {
  const caseId = await ports.caseNamed(given.caseId);
  const outcome = await ports.messages.note(caseId, { requestedBy: caller.name, text: given.text });
  const ended = outcome === null || (outcome.kind === 'refused' && outcome.code === 'case-ended');
  if (ended) await ports.noteLater(caseId, caller.name, given.text);
  else doneOr('the note was not taken', caseId, outcome);
  return caseId;
}

/**
 * Says who works on a case.
 *
 * @param given.person null: nobody does any more
 * @throws ActRefusedError
 */
export async function assignCase(
  ports: CaseActPorts,
  caller: Caller,
  given: { readonly caseId: string; readonly person: string | null },
): Promise<CaseId> {
  const caseId = await ports.caseNamed(given.caseId);
  const outcome = await ports.messages.assign(caseId, { requestedBy: caller.name, person: given.person });
  doneOr('the case was not assigned', caseId, outcome);
  return caseId;
}

/**
 * Joins two open cases that are about one intruder.
 *
 * @returns the one that goes on
 * @throws ActRefusedError
 */
export async function linkCases(
  ports: CaseActPorts,
  caller: Caller,
  given: { readonly caseId: string; readonly other: string; readonly reason: string },
): Promise<CaseId> {
  const [caseId, other] = [await ports.caseNamed(given.caseId), await ports.caseNamed(given.other)];
  const outcome = await ports.messages.link(caseId, { requestedBy: caller.name, other, reason: given.reason });
  return doneOr('the cases were not joined', caseId, outcome).caseId ?? caseId;
}

/**
 * Gives what identities of a case did a case of its own, which no link joins with it again.
 *
 * @param given.actors names or IDs, as the case shows them
 * @returns the new case
 * @throws ActRefusedError
 */
export async function splitCase(
  ports: CaseActPorts,
  caller: Caller,
  given: { readonly caseId: string; readonly actors: readonly string[]; readonly reason: string },
): Promise<CaseId> {
  const caseId = await ports.caseNamed(given.caseId);
  const asked = { requestedBy: caller.name, identities: given.actors, reason: given.reason };
  const outcome = await ports.messages.split(caseId, asked);
  return doneOr('the case was not split', caseId, outcome).caseId ?? caseId;
}

function doneOr(
  what: string,
  caseId: CaseId,
  outcome: ActOutcome | null,
): Extract<ActOutcome, { readonly kind: 'done' }> {
  if (outcome?.kind === 'done') return outcome;
  const code = outcome?.code ?? 'case-ended';
  const left = outcome?.left;
  const found = left === undefined ? '' : `${left === 1 ? '1 way in is' : `${left} ways in are`} open or unknown. `;
  throw new ActRefusedError(what, code, `${found}${remedyOf(code, caseId)}`);
}

/** What to do about a refusal. */
function remedyOf(code: ActRefusal, caseId: CaseId): string {
  const show = `\`trailhound investigations show ${caseId}\``;
  const identity = `\`trailhound investigations show ${caseId} --identity\``;
  switch (code) {
    case 'malformed':
    case 'bad-signature':
      return 'It was changed after it was signed, or is no acceptance: sign it again with `trailhound investigations accept`.';
    case 'unknown-approver':
      return 'Sign with the key of a configured approver (--key FILE), or have an administrator add the public key under [approval] approvers.';
    case 'wrong-audience':
      return 'It was signed for another installation: sign it from the CLI of this one.';
    case 'wrong-case':
      return `It is about another case: ${show} shows this one.`;
    case 'no-reason':
      return 'Say why, with --reason TEXT: an auditor will ask.';
    case 'not-yet-valid':
      return 'It is dated in the future: check the clocks of both machines and sign it again.';
    case 'expired':
      return 'Its end has passed: give one that lies ahead, such as --until 7d.';
    case 'superseded':
      return `A later acceptance of it was taken: ${identity} shows it. Sign anew what is to hold from now on.`;
    case 'no-such-way-in':
      return `${identity} shows the ways in with their IDs.`;
    case 'way-in-differs':
      return `It is not what was signed any more: look at it again with ${identity}.`;
    case 'way-in-closed':
      return `It is closed: nothing has to be accepted. ${identity} shows what is open.`;
    case 'case-ended':
      return `The case has ended: \`trailhound audit show ${caseId}\` tells how. \`trailhound investigations note\` still takes notes.`;
    case 'busy':
      return `The case is gathering evidence or responding: ask again when that has ended. ${show} says what it is doing.`;
    case 'alerts-wait':
      return `New alerts of it are looked at first, or a key of its response may be live: look at ${show}, and ask again.`;
    case 'ways-in-open':
      return `Close what is open, or accept each with a reason: \`trailhound investigations accept ${caseId} WAY-IN --reason TEXT\`. ${identity} shows them.`;
    case 'no-such-case':
      return 'List the cases with `trailhound investigations list`.';
    case 'same-case':
      return 'Name two cases.';
    case 'other-case-ended':
      return 'The other case has ended: what it was about stays in its story. Note it with `trailhound investigations note`.';
    case 'other-case-busy':
      return 'A response of the other case is under way: ask again when that has ended.';
    case 'no-such-actor':
      return `No alert of the case is about that: name a suspect as ${identity} does, by name or ID.`;
    case 'nothing-left':
      return 'All of its alerts are about that: nothing would stay in this case.';
  }
}
