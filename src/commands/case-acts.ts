import type { z } from 'zod';
import { maxSeenRecords } from '../approval/signed-acceptance.ts';
import { signedLengthAtMost } from '../approval/signed-statement.ts';
import type { ActOutcome, ActRefusal } from '../messages/case-act-messages.ts';
import { type AcceptanceStatement, maxAcceptanceLength, type SignedAcceptance } from '../model/acceptance.ts';
import type { PersonsVerdict, Verdict } from '../model/case-state.ts';
import type { CaseId, Instant } from '../model/ids.ts';
import { wayInIdLength, type WayInSubject } from '../model/way-in.ts';
import type { SafeText } from '../model/safe-text.ts';
import { wellFormed } from '../model/well-formed.ts';
import type { assignedSchema, closedSchema, linkedSchema, notedSchema, splitSchema } from '../views/act-answers.ts';
import { ActRefusedError, actOnCase, type CaseAct, type NamedCases } from './act-on-case.ts';
import type { Caller } from './caller.ts';
import { counted, forNumber } from '../model/counted.ts';

/** Sends what a person asks of a case to its workflow; null: that has ended. */
type Send<Asked> = (caseId: CaseId, asked: Asked & { readonly requestedBy: string }) => Promise<ActOutcome | null>;

/** The workflow of a case, as what people do about it reaches it. */
export interface CaseMessages {
  readonly accept: (caseId: CaseId, signed: SignedAcceptance) => Promise<ActOutcome | null>;
  readonly close: Send<{ readonly verdict: PersonsVerdict; readonly reason: string }>;
  readonly note: Send<{ readonly text: string }>;
  /** Null: to nobody. */
  readonly assign: Send<{ readonly person: string | null }>;
  readonly link: Send<{ readonly other: CaseId; readonly reason: string }>;
  readonly split: Send<{ readonly identities: readonly string[]; readonly reason: string }>;
}

export interface CaseActPorts extends NamedCases {
  readonly messages: CaseMessages;
}

/** A way in that a case has now. */
export interface KnownWayIn {
  readonly id: string;
  readonly what: WayInSubject;
  readonly state: 'open' | 'closed' | 'unknown' | 'accepted';
  /** The records that show it. */
  readonly eventIds: readonly string[];
}

export interface AcceptPorts extends CaseActPorts {
  readonly waysInOf: (caseId: CaseId) => Promise<readonly KnownWayIn[]>;
  readonly sign: (statement: AcceptanceStatement) => Promise<SignedAcceptance>;
  /** Shows what is about to be signed. */
  readonly show: (statement: AcceptanceStatement) => unknown;
  /** Whether who was shown it wants it signed. */
  readonly confirm: () => Promise<boolean>;
  readonly newId: () => string;
  /** This installation. */
  readonly audience: string;
  readonly now: () => Instant;
}

const acts = {
  accept: { name: 'accept', notDone: 'the way in was not accepted' },
  close: { name: 'close', notDone: 'the case was not closed' },
  note: { name: 'note', notDone: 'the note was not taken' },
  assign: { name: 'assign', notDone: 'the case was not assigned' },
  link: { name: 'link', notDone: 'the cases were not joined' },
  split: { name: 'split', notDone: 'the case was not split' },
} as const satisfies Readonly<Record<keyof CaseMessages, CaseAct>>;

/** Asks something of a case that a person names; gives that case, and the one that goes on or was made by it. */
async function ask<Asked>(
  ports: CaseActPorts,
  caller: Caller,
  act: CaseAct,
  typed: string,
  { send, asked }: { readonly send: Send<Asked>; readonly asked: Asked },
): Promise<{ readonly caseId: CaseId; readonly otherId: CaseId }> {
  return await actOnCase(ports, typed, act, async (caseId) => {
    const done = doneOr(act, caseId, await send(caseId, { requestedBy: caller.name, ...asked }));
    return { caseId, otherId: done.caseId ?? caseId };
  });
}

/**
 * Lets a way in of a case stay as it is, with a reason, by the approver's signature over what it is.
 *
 * @param wayIn its ID, whole: whoever chooses names finds one that begins like another's
 * @throws ActRefusedError
 */
export async function acceptWayInOfCase(
  ports: AcceptPorts,
  approver: Caller,
  given: { readonly caseId: string; readonly wayIn: string; readonly reason: string; readonly until?: Instant },
): Promise<AcceptanceStatement> {
  return await actOnCase(ports, given.caseId, acts.accept, async (caseId) => {
    if ((await ports.goesOnIn(caseId)) !== null) throw refused(acts.accept, 'no-such-case', caseId);
    const { id, what, eventIds } = chosenWayIn(await ports.waysInOf(caseId), given.wayIn, caseId);
    const statement: AcceptanceStatement = {
      acceptanceId: ports.newId(),
      caseId,
      wayInId: id,
      what: wellFormed(what),
      seen: eventIds.slice(-maxSeenRecords),
      reason: given.reason,
      approver: approver.name,
      audience: ports.audience,
      issuedAt: ports.now(),
      expiresAt: given.until ?? null,
    };
    if (signedLengthAtMost(statement) > maxAcceptanceLength) throw tooLarge(caseId);
    await ports.show(statement);
    if (!(await ports.confirm())) throw notSigned(caseId);
    const signed = await ports.sign(statement);
    const outcome = await ports.messages.accept(caseId, signed);
    if (outcome?.kind === 'refused') throw refused(acts.accept, outcome.code, caseId, '', voidWords(statement));
    doneOr(acts.accept, caseId, outcome);
    return statement;
  });
}

/** What no signature carries is not shown for one. */
function tooLarge(caseId: CaseId): ActRefusedError {
  const remedy = `What it lets in is longer than one signature carries (${maxAcceptanceLength} characters): close it in AWS, or close the case with \`trailhound investigations close ${caseId}\`.`;
  return new ActRefusedError(acts.accept, 'too-large', remedy);
}

function notSigned(caseId: CaseId): ActRefusedError {
  const remedy = `Nothing was signed. \`trailhound investigations show ${caseId} --identity\` shows the ways in.`;
  return new ActRefusedError(acts.accept, 'not-confirmed', remedy);
}

function chosenWayIn(waysIn: readonly KnownWayIn[], named: string, caseId: CaseId): KnownWayIn {
  const chosen = waysIn.find(({ id }) => id === named.toLowerCase());
  if (chosen === undefined) {
    const isCut = named.length < wayInIdLength && waysIn.some(({ id }) => id.startsWith(named.toLowerCase()));
    const found = isCut ? `Give its ID whole, ${wayInIdLength} characters: other ways in can begin like that. ` : '';
    throw refused(acts.accept, 'no-such-way-in', caseId, found);
  }
  if (chosen.state === 'closed') throw refused(acts.accept, 'way-in-closed', caseId);
  return chosen;
}

/** What closing needs: nobody closes a case without seeing what is left to people. */
export interface ClosePorts extends CaseActPorts {
  /** What is left to do by hand, a sentence each; null where the case has ended, and there is nothing to ask about. */
  readonly leftByHand: (caseId: CaseId) => Promise<readonly SafeText[] | null>;
  /** Shows that to whoever closes, and whether it is to be closed all the same. */
  readonly confirmLeft: (caseId: CaseId, left: readonly SafeText[]) => Promise<boolean>;
}

/** By this verdict there was an intruder, or may have been: what was left behind is still to be put right. */
function leavesWork(verdict: Verdict | null): boolean {
  return verdict === 'true-positive' || verdict === 'inconclusive' || verdict === 'contained';
}

function notClosed(caseId: CaseId): ActRefusedError {
  const remedy = `It is as it was. \`trailhound investigations show ${caseId} --plan\` has what is left to do by hand.`;
  return new ActRefusedError(acts.close, 'not-confirmed', remedy);
}

/**
 * Closes a case with a person's verdict.
 *
 * @throws ActRefusedError where it is busy, alerts wait, or it is said to be an intrusion that was dealt with and a way in is open
 */
export async function closeCase(
  ports: ClosePorts,
  caller: Caller,
  {
    caseId: typed,
    verdict,
    reason,
  }: { readonly caseId: string; readonly verdict: PersonsVerdict; readonly reason: string },
): Promise<z.infer<typeof closedSchema>> {
  let left: readonly SafeText[] = [];
  const { caseId } = await ask(ports, caller, acts.close, typed, {
    send: async (named, asked) => {
      // Whoever says that there was no intruder leaves nothing to be done.
      const found = leavesWork(verdict) ? await ports.leftByHand(named) : [];
      if (found === null) throw refused(acts.close, 'case-ended', named);
      left = found;
      if (left.length > 0 && !(await ports.confirmLeft(named, left))) throw notClosed(named);
      return await ports.messages.close(named, asked);
    },
    asked: { verdict, reason },
  });
  return { caseId, verdict, leftByHand: left };
}

export interface NotePorts extends CaseActPorts {
  /** Writes a note about a case whose workflow has ended. */
  readonly noteLater: (caseId: CaseId, by: string, text: string) => Promise<void>;
}

/** Writes a note on a case; one that has closed takes it as well. */
export async function noteOnCase(
  ports: NotePorts,
  caller: Caller,
  { caseId: typed, text }: { readonly caseId: string; readonly text: string },
): Promise<z.infer<typeof notedSchema>> {
  return await actOnCase(ports, typed, acts.note, async (caseId) => {
    const outcome = await ports.messages.note(caseId, { requestedBy: caller.name, text });
    const ended = outcome === null || (outcome.kind === 'refused' && outcome.code === 'case-ended');
    if (ended) await ports.noteLater(caseId, caller.name, text);
    else doneOr(acts.note, caseId, outcome);
    return { caseId };
  });
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
  { caseId: typed, person }: { readonly caseId: string; readonly person: string | null },
): Promise<z.infer<typeof assignedSchema>> {
  const { caseId } = await ask(ports, caller, acts.assign, typed, {
    send: ports.messages.assign,
    asked: { person },
  });
  return { caseId, assignedTo: person };
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
): Promise<z.infer<typeof linkedSchema>> {
  const other = await ports.caseNamed(given.other);
  await refuseMerged(ports, await ports.caseNamed(given.caseId), other);
  const { otherId } = await ask(ports, caller, acts.link, given.caseId, {
    send: ports.messages.link,
    asked: { other, reason: given.reason },
  });
  return { caseId: otherId };
}

/** A case that was merged has nothing of its own to join: what it was about is where it goes on. */
async function refuseMerged(ports: CaseActPorts, caseId: CaseId, other: CaseId): Promise<void> {
  if (caseId === other) return;
  const [one, two] = [(await ports.goesOnIn(caseId)) ?? caseId, (await ports.goesOnIn(other)) ?? other];
  if (one === caseId && two === other) return;
  const found = [caseId, other]
    .filter((each) => each !== one && each !== two)
    .map((each) => `${each} was merged into ${each === caseId ? one : two}`)
    .join(', and ');
  const remedy =
    one === two
      ? `They are one case already: \`trailhound investigations show ${one}\` shows it.`
      : `Join what goes on: \`trailhound investigations link ${one} ${two} --reason TEXT\``;
  const notDone = `${acts.link.notDone}: ${found}`;
  throw new ActRefusedError({ notDone }, one === two ? 'joined-already' : 'case-merged', remedy);
}

/**
 * Gives what identities of a case did a case of its own, which no link joins with it again.
 *
 * @param given.actors names or IDs, as the case shows them
 * @throws ActRefusedError
 */
export async function splitCase(
  ports: CaseActPorts,
  caller: Caller,
  given: { readonly caseId: string; readonly actors: readonly string[]; readonly reason: string },
): Promise<z.infer<typeof splitSchema>> {
  const { caseId, otherId } = await ask(ports, caller, acts.split, given.caseId, {
    send: ports.messages.split,
    asked: { identities: given.actors, reason: given.reason },
  });
  return { caseId, newCaseId: otherId };
}

function doneOr(
  act: CaseAct,
  caseId: CaseId,
  outcome: ActOutcome | null,
): Extract<ActOutcome, { readonly kind: 'done' }> {
  if (outcome?.kind === 'done') return outcome;
  const left = outcome?.left;
  const found =
    left === undefined ? '' : `${counted(left, 'way')} in ${forNumber(left, 'is', 'are')} open or unknown. `;
  throw refused(act, outcome?.code ?? 'case-ended', caseId, found);
}

/** What was signed and refused counts for nothing any more. */
function voidWords({ acceptanceId }: AcceptanceStatement): string {
  return ` Signed acceptance ${acceptanceId} is void.`;
}

function refused(act: CaseAct, code: ActRefusal, caseId: CaseId, found = '', after = ''): ActRefusedError {
  return new ActRefusedError(act, code, `${found}${remedyOf(code, caseId)}${after}`);
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
    case 'refused-before':
      return `The case refused it when it came first, so that it is void: sign anew what is to hold, with \`trailhound investigations accept\`.`;
    case 'no-such-way-in':
      return `${identity} shows the ways in with their IDs.`;
    case 'way-in-differs':
      return `It is not what was signed any more: look at it again with ${identity}.`;
    case 'way-in-closed':
      return `It is closed: nothing has to be accepted. ${identity} shows what is open.`;
    case 'case-ended':
      return `The case has ended: \`trailhound audit show ${caseId}\` tells how. \`trailhound investigations replan ${caseId}\` opens it again; \`trailhound investigations note\` still takes notes.`;
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
