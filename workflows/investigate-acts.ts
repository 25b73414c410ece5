import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import {
  acceptWayIn,
  type ActOutcome,
  type ActRefusal,
  addNote,
  assign,
  type Asked,
  closeByPerson,
  link,
  shapeFaultOf,
  split,
} from '../src/messages/case-act-messages.ts';
import type { SignedAcceptance } from '../src/model/acceptance.ts';
import type { PersonsVerdict } from '../src/model/case-state.ts';
import type { CaseId } from '../src/model/ids.ts';
import { currentInstant } from '../src/model/instant.ts';
import {
  type CaseFile,
  isMerged,
  noted,
  record,
  recording,
  remember,
  setState,
  voided,
} from './investigate-case-file.ts';
import { condition } from './waiting.ts';

/* What people do about a case beside deciding on its plan. */

/** Lets the case take what people do about it. */
export function takeActs(file: CaseFile): void {
  setHandler(acceptWayIn, (signed) => answerAcceptance(file, signed), { validator: shapeOf('accept') });
  setHandler(closeByPerson, (asked) => answerClose(file, asked), { validator: shapeOf('close') });
  setHandler(addNote, (asked) => answerNote(file, asked), { validator: shapeOf('note') });
  setHandler(assign, (asked) => answerAssign(file, asked), { validator: shapeOf('assign') });
  setHandler(link, (asked) => answerLink(file, asked), { validator: shapeOf('link') });
  setHandler(split, (asked) => answerSplit(file, asked), { validator: shapeOf('split') });
}

/** Size and shape only: a validator's refusal leaves no trace, so everything that somebody meant is judged in the handler. */
function shapeOf(act: Parameters<typeof shapeFaultOf>[0]): (asked: unknown) => void {
  return (asked) => {
    const fault = shapeFaultOf(act, asked);
    if (fault !== null) throw ApplicationFailure.nonRetryable(fault);
  };
}

function isOver({ memory: { state } }: CaseFile): boolean {
  return state.status === 'closed' || state.status === 'merged';
}

function refused(code: ActRefusal): { readonly kind: 'refused'; readonly code: ActRefusal } {
  return { kind: 'refused', code };
}

/** A signed word that a way in may stay; whoever judges closing verifies it again. */
async function answerAcceptance(file: CaseFile, signed: SignedAcceptance): Promise<ActOutcome> {
  const { caseId } = file;
  // Of a case that is over it is refused as well: so it is void, and does not count where the case is opened again.
  const ended = isOver(file) ? { ended: true as const } : {};
  const taken = await recording.takeAcceptance({ caseId, signed, at: currentInstant(), ...ended });
  if (taken.kind === 'refused') {
    const about = { code: taken.code, claimedApprover: taken.claimedApprover };
    await record(file, noted('acceptance-refused', taken.wayInId ?? caseId, about, taken.approver ?? 'unproved'));
    return refused(taken.code);
  }
  const { wayInId, reason, approver, expiresAt } = taken;
  await record(file, noted('way-in-accepted', wayInId, { reason, expiresAt }, approver));
  file.stirred = true;
  return { kind: 'done' };
}

/** The case itself closes, between two of its steps: this asks for it, and waits for what it comes to. */
async function answerClose(
  file: CaseFile,
  { requestedBy, verdict, reason }: Asked & { readonly verdict: PersonsVerdict; readonly reason: string },
): Promise<ActOutcome> {
  if (isOver(file)) return refused('case-ended');
  if (isBusy(file) || file.closing !== null) return refused('busy');
  const closing = { verdict, reason, requestedBy };
  file.closing = closing;
  await condition(() => file.closing !== closing);
  return file.closed ?? refused('busy');
}

function isBusy({ memory: { state, plan, decisions }, responseWorkflowId }: CaseFile): boolean {
  const decided = plan?.standing === 'decided' && decisions.length > 0;
  return state.status === 'gathering' || state.status === 'responding' || responseWorkflowId !== null || decided;
}

/** True where somebody waits for the case to be closed. */
export function isAskedToClose({ closing }: CaseFile): boolean {
  return closing !== null;
}

/** True once where a person has done something that may end what the case waits for. */
export function takeStir(file: CaseFile): boolean {
  const { stirred } = file;
  file.stirred = false;
  return stirred;
}

/** Tells whoever asked for the case to be closed what came of it. */
export function answerClosing(file: CaseFile, outcome: ActOutcome): void {
  if (file.closing === null) return;
  file.closed = outcome;
  file.closing = null;
}

/** Closes the case as a person said, unless alerts wait or, for one that is said to be contained, a way in is open. */
export async function closeAsAsked(file: CaseFile): Promise<void> {
  const { closing, caseId } = file;
  if (closing === null) return;
  const { verdict, reason, requestedBy } = closing;
  const { closed, left } = await recording.closeCase({ caseId, verdict, at: currentInstant() });
  if (!closed) {
    if (!left) remember(file, { rung: true });
    return answerClosing(file, left ? { kind: 'refused', code: 'ways-in-open', left } : refused('alerts-wait'));
  }
  const { plan } = file.memory;
  if (plan?.standing === 'open') await recording.setPlanStanding({ digest: plan.digest, standing: 'superseded' });
  remember(file, { watch: null });
  setState(file, { status: 'closed', verdict });
  await record(
    file,
    noted('case-closed', caseId, { verdict, reason }, requestedBy),
    ...voided(file, { why: 'closed' }),
  );
  answerClosing(file, { kind: 'done' });
}

async function answerNote(file: CaseFile, asked: Asked & { readonly text: string }): Promise<ActOutcome> {
  if (isOver(file)) return refused('case-ended');
  await record(file, noted('note-added', file.caseId, { text: asked.text }, asked.requestedBy));
  return { kind: 'done' };
}

async function answerAssign(file: CaseFile, asked: Asked & { readonly person: string | null }): Promise<ActOutcome> {
  if (isOver(file)) return refused('case-ended');
  const { person, requestedBy } = asked;
  await recording.assignCase({ caseId: file.caseId, person });
  await record(file, noted('case-assigned', file.caseId, { person }, requestedBy));
  return { kind: 'done' };
}

async function answerLink(
  file: CaseFile,
  { requestedBy, other, reason }: Asked & { readonly other: CaseId; readonly reason: string },
): Promise<ActOutcome> {
  if (isOver(file)) return refused('case-ended');
  if (isBusy(file)) return refused('busy');
  const { caseId } = file;
  const linked = await recording.linkCases({ caseId, other, at: currentInstant() });
  if (linked.kind === 'refused') return refused(linked.code);
  // Where this case is the one that ends, writing this down tells it so.
  await record(file, noted('cases-linked', linked.into, { other, reason }, requestedBy));
  if (!isMerged(file)) remember(file, { rung: true });
  file.stirred = true;
  return { kind: 'done', caseId: linked.into };
}

async function answerSplit(
  file: CaseFile,
  { requestedBy, identities, reason }: Asked & { readonly identities: readonly string[]; readonly reason: string },
): Promise<ActOutcome> {
  if (isOver(file)) return refused('case-ended');
  if (isBusy(file)) return refused('busy');
  const { caseId } = file;
  const parted = await recording.splitCase({ caseId, identities, at: currentInstant() });
  if (parted.kind === 'refused') return refused(parted.code);
  const { into, alerts } = parted;
  await record(file, noted('case-split', into, { alerts, reason }, requestedBy));
  file.replanRequested = true;
  return { kind: 'done', caseId: into };
}
