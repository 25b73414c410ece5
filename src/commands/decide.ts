import { maxDecidedActions } from '../approval/decision-statement.ts';
import { refuse } from '../approval/refusal.ts';
import { signedLengthAtMost } from '../approval/signed-statement.ts';
import { canonicalDigest } from '../digest/canonical-digest.ts';
import type { PresentedPlan } from '../investigation/case/case-ports.ts';
import type { Action } from '../model/action.ts';
import {
  type DecisionOutcome,
  type DecisionStatement,
  maxDecisionLength,
  type RefusalCode,
  type SignedDecision,
} from '../model/decision.ts';
import type { CaseId, Digest, Instant } from '../model/ids.ts';
import type { Plan } from '../model/plan.ts';
import { utcTime } from '../model/utc-time.ts';
import { instantAfter } from '../model/instant.ts';
import { hourMs } from '../model/duration.ts';
import { ActRefusedError, actOnCase, type NamedCases } from './act-on-case.ts';
import { type ResponsePorts, responsesOf } from '../views/responses.ts';
import type { Caller } from './caller.ts';
import { planNamed } from './plan-named.ts';

export interface DecidePorts extends NamedCases, Pick<ResponsePorts, 'responseEndsOf' | 'ownEndsOf'> {
  readonly plansOf: (caseId: CaseId) => Promise<readonly PresentedPlan[]>;
  readonly sign: (statement: DecisionStatement) => Promise<SignedDecision>;
  /** Shows what is about to be signed. */
  readonly show: (statement: DecisionStatement) => unknown;
  /** Whether who was shown it wants it signed. */
  readonly confirm: () => Promise<boolean>;
  /** Gives it to what waits for it: the case, or its undoing; null where that has ended. */
  readonly decide: (
    waiting: { readonly caseId: CaseId; readonly undoes: boolean },
    decisionId: string,
    signed: SignedDecision,
  ) => Promise<DecisionOutcome | null>;
  readonly newId: () => string;
  /** This installation. */
  readonly audience: string;
  readonly now: () => Instant;
}

export interface DecisionRequest {
  readonly caseId: string;
  readonly verdict: 'approve' | 'reject';
  /** A plan's digest, or 20 or more of its first characters. */
  readonly plan: string;
  /** Undefined: those that the plan recommends. */
  readonly actionIds?: readonly string[] | undefined;
  readonly reason: string;
}

export interface GivenDecision {
  /** To the byte what was signed. */
  readonly statement: DecisionStatement;
  /** SHA-256 of its canonical JSON: of the bytes that are signed. */
  readonly statementDigest: Digest;
  readonly plan: { readonly digest: Digest; readonly version: number; readonly undoes: boolean };
  readonly actionIds: readonly string[];
  readonly outcome: Exclude<DecisionOutcome, { kind: 'refused' }>;
}

/**
 * How long a signed decision may wait to be acted on. Short, for a signature is not taken back; long enough for a response to
 * take its actions one after the other on workers that are just being restarted.
 */
const validForMs = 2 * hourMs;

const notDone = 'the decision was refused';

/**
 * Signs a decision about a plan in an approver's name, and gives it to the case.
 *
 * @throws ActRefusedError, NoSuchCaseError
 */
export async function decideOnPlan(
  ports: DecidePorts,
  approver: Caller,
  request: DecisionRequest,
): Promise<GivenDecision> {
  return await actOnCase(ports, request.caseId, { name: request.verdict, notDone }, async (caseId) => {
    const plan = choosePlan(caseId, await ports.plansOf(caseId), request.plan);
    const actions = request.verdict === 'reject' ? [] : chooseActions(caseId, plan, request.actionIds);
    const { digest, version, purpose } = plan;
    const undoes = typeof purpose === 'object';
    // What is known to be refused is not shown or signed first; a response is taken back in the case that it was of.
    if (!undoes && (await ports.goesOnIn(caseId)) !== null)
      throw new ActRefusedError({ notDone }, 'not-awaiting-decision', refuse('not-awaiting-decision').remedy);
    await refuseCarriedOut(ports, caseId, digest);
    const statement = statementOf(ports, approver, request, { caseId, digest, actions });
    refuseTooLarge(statement);
    await ports.show(statement);
    if (!(await ports.confirm())) throw notSigned(caseId);
    const signed = await ports.sign(statement);
    const outcome = await ports.decide({ caseId, undoes }, statement.decisionId, signed);
    if (outcome === null) throw hasEnded(statement, undoes);
    if (outcome.kind === 'refused') throw refusedBy(outcome, statement);
    return {
      statement,
      statementDigest: canonicalDigest(statement),
      plan: { digest, version, undoes },
      actionIds: actions.map(({ id }) => id),
      outcome,
    };
  });
}

/** What no signature carries is not shown for one. */
function refuseTooLarge(statement: DecisionStatement): void {
  const { actions } = statement;
  if (actions.length <= maxDecidedActions && signedLengthAtMost(statement) <= maxDecisionLength) return;
  const most = `${maxDecidedActions} at most, and fewer where they name many sessions`;
  const remedy = `These are ${actions.length} actions, and one decision carries ${most}: choose some with --actions ID,ID. Those that are left are proposed again in the next plan.`;
  throw new ActRefusedError({ notDone }, 'too-many-actions', remedy);
}

/** Whoever comes back to a plan that was carried out reads what became of it; one that was begun and changed nothing was not. */
async function refuseCarriedOut(ports: DecidePorts, caseId: CaseId, digest: Digest): Promise<void> {
  const response = (await responsesOf(ports, caseId)).find(
    ({ planDigest, actions }) => planDigest === digest && actions.some(({ outcome }) => outcome === 'done'),
  );
  if (response === undefined) return;
  const known = (await ports.ownEndsOf(caseId)) !== null;
  const by = known
    ? ''
    : ` by a record of the store, whose author this machine cannot tell, for it has not the responder's key`;
  const remedy = `The plan was carried out${by}: that ended at ${utcTime(response.endedAt)} UTC. \`trailhound investigations show ${caseId}\` tells what was done; to do more, ask for a fresh plan with \`trailhound investigations replan ${caseId}\`.`;
  throw new ActRefusedError({ notDone }, 'already-decided', remedy);
}

function notSigned(caseId: CaseId): ActRefusedError {
  const remedy = `Nothing was signed. \`trailhound investigations show ${caseId} --plan\` shows what the plan would do.`;
  return new ActRefusedError({ notDone: 'no decision was given' }, 'not-confirmed', remedy);
}

function statementOf(
  { newId, audience, now }: DecidePorts,
  approver: Caller,
  { verdict, reason }: DecisionRequest,
  {
    caseId,
    digest,
    actions,
  }: { readonly caseId: CaseId; readonly digest: Digest; readonly actions: readonly Action[] },
): DecisionStatement {
  const issuedAt = now();
  return {
    decisionId: newId(),
    caseId,
    planDigest: digest,
    verdict,
    actions,
    reason,
    approver: approver.name,
    audience,
    issuedAt,
    expiresAt: instantAfter(issuedAt, validForMs),
  };
}

function hasEnded({ caseId, decisionId }: DecisionStatement, undoes: boolean): ActRefusedError {
  const [what, again] = undoes ? (['The undoing of case', 'undo'] as const) : (['Case', 'replan'] as const);
  const remedy = `${what} ${caseId} is closed: \`trailhound audit show ${caseId}\` tells how it ended, and \`trailhound investigations ${again} ${caseId}\` opens it again. Signed decision ${decisionId} reached nobody; it is void once response.begin_within (15 minutes, unless configured) is over.`;
  return new ActRefusedError({ notDone }, 'already-decided', remedy);
}

function refusedBy(
  { code, remedy }: Extract<DecisionOutcome, { kind: 'refused' }>,
  { caseId, decisionId }: DecisionStatement,
): ActRefusedError {
  const afresh = code === 'expired' ? ` Ask for a fresh plan with \`trailhound investigations replan ${caseId}\`.` : '';
  const how = provesNothing.has(code)
    ? 'it proves nothing to the process that makes changes either'
    : 'the register of what was spent has it as refused, and nothing is begun by it';
  return new ActRefusedError({ notDone }, code, `${remedy}${afresh} Signed decision ${decisionId} is void: ${how}.`);
}

/** Nobody is proved by it, or not for this installation: there is nothing to remember. */
const provesNothing: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'malformed',
  'bad-signature',
  'unknown-approver',
  'wrong-audience',
]);

/** The plan that a person means, whose digest is made again of what would be signed: one that is stored under another is refused. */
function choosePlan(caseId: CaseId, plans: readonly PresentedPlan[], named: string): Plan {
  const { opened, standing, undoes } = planNamed(plans, named, notDone);
  if (opened.kind === 'altered') throw new ActRefusedError({ notDone }, 'plan-altered', refuse('plan-altered').remedy);
  // What is not signed needs no refusal, and nobody can keep it.
  if (standing === 'superseded')
    throw new ActRefusedError(
      { notDone },
      'wrong-plan',
      undoes === null ? refuse('wrong-plan').remedy : voidUndo(caseId),
    );
  return opened.plan;
}

/** What the case presents later makes a plan to undo void; whoever wants it all the same asks again. */
function voidUndo(caseId: CaseId): string {
  return `This plan to take a response back is void, for a later one took its place: look at the case with \`trailhound investigations show ${caseId}\`, and where it is still to be taken back, ask again with \`trailhound investigations undo ${caseId}\`.`;
}

function chooseActions(caseId: CaseId, { actions }: Plan, wanted: readonly string[] | undefined): readonly Action[] {
  if (wanted === undefined) {
    const recommended = actions.filter((action) => action.recommended);
    if (recommended.length > 0) return recommended;
    throw unknownAction('The plan recommends no action by itself', caseId, actions);
  }
  const chosen = wanted.map((id) => {
    const action = actions.find((each) => each.id === id);
    if (action === undefined) throw unknownAction(`The plan has no action ${id}`, caseId, actions);
    return action;
  });
  refuseIncomplete(chosen, actions);
  return chosen;
}

/** So many IDs are named; the plan's own screen has all. */
const namedActions = 12;

/** Whoever counted the actions, or took their names from another plan, is told what they are called here. */
function unknownAction(why: string, caseId: CaseId, actions: readonly Action[]): ActRefusedError {
  const named = actions.slice(0, namedActions).map(({ id }) => id);
  const more = actions.length > namedActions ? ` and ${actions.length - namedActions} more` : '';
  const there = actions.length === 0 ? 'it has none' : `choose among ${named.join(', ')}${more} with --actions ID,ID`;
  const remedy = `${why}: ${there}. \`trailhound investigations show ${caseId} --plan\` says what each does.`;
  return new ActRefusedError({ notDone }, 'unknown-action', remedy);
}

/** What can come to nothing by itself is not signed: a person who leaves its other half out has not seen that. */
function refuseIncomplete(chosen: readonly Action[], actions: readonly Action[]): void {
  function isLeftOut({ id }: Action) {
    return chosen.every((each) => each.id !== id);
  }
  for (const { id, type, dependsOn } of chosen) {
    const first = actions.find((each) => dependsOn.includes(each.id) && isLeftOut(each));
    if (first !== undefined) throw incomplete(`${id} is taken only once ${first.id} has ended well`, first, chosen);
    const lift = actions.find(
      (each) => each.type === 'liftUserDenial' && each.dependsOn.includes(id) && isLeftOut(each),
    );
    if (type === 'rotateAccessKey' && lift !== undefined)
      throw incomplete(`The new key of ${id} is refused as long as its user is denied everything`, lift, chosen);
  }
}

function incomplete(why: string, left: Action, chosen: readonly Action[]): ActRefusedError {
  const all = [...chosen.map(({ id }) => id), left.id].join(',');
  return new ActRefusedError({ notDone }, 'incomplete-choice', `${why}: choose ${left.id} too, with --actions ${all}`);
}
