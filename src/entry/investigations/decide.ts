import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import type { StoreDb } from '../../adapters/store/database.ts';
import { loadPlans } from '../../adapters/store/cases/plan-store.ts';
import { type ApproverSigningKey, parseApproverKey, parseSigningKey } from '../../approval/approver-key.ts';
import { refuse } from '../../approval/refusal.ts';
import { signDecision } from '../../approval/signed-decision.ts';
import { decide, replan, summary, type LastLook } from '../../messages/investigate-messages.ts';
import { caseWorkflowId, undoWorkflowId } from '../../messages/workflow-ids.ts';
import type { PresentedPlan } from '../../investigation/case/case-ports.ts';
import { plainText } from '../../model/safe-text.ts';
import type { Action } from '../../model/action.ts';
import type { DecisionOutcome, DecisionStatement, SignedDecision } from '../../model/decision.ts';
import type { CaseId, Digest, Instant } from '../../model/ids.ts';
import type { Plan } from '../../model/plan.ts';
import type { Config } from '../config/config.ts';
import { loadKnownCase } from '../compose/case-ports.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** What was asked of a case was not done: a decision was not accepted or could not be given, nothing is stopped, undone or planned anew; its exit code is 3. */
export class DecisionRefusedError extends TrailhoundError {
  override readonly name = 'DecisionRefusedError';
  readonly exitCode = 3;
  override readonly code: string;
  /** @param what says which request it was, where it was no decision. */
  constructor(code: string, remedy: string, what = 'the decision was refused') {
    super(`${what} (${code})`, { remedy });
    this.code = code;
  }
}

/** The approver's key cannot be used. */
export class ApproverKeyFileError extends TrailhoundError {
  override readonly name = 'ApproverKeyFileError';
  override readonly code = 'approver-key-file';
  constructor(message: string, remedy: string) {
    super(message, { remedy });
  }
}

export interface DecisionRequest {
  readonly caseId: string;
  readonly verdict: 'approve' | 'reject';
  /** A plan's digest, or 20 or more of its first characters. */
  readonly plan: string;
  /** Undefined: those that the plan recommends. */
  readonly actionIds: readonly string[] | undefined;
  readonly reason: string;
  readonly keyFile: string | undefined;
  /** Name of the approver, where the configuration at hand does not know the key. */
  readonly approver: string | undefined;
}

export interface DecidingPorts {
  readonly db: StoreDb;
  readonly cases: Client;
  readonly config: Pick<Config, 'dataDir' | 'installation' | 'approval'>;
  /** Shows what is about to be signed. */
  readonly show?: (statement: DecisionStatement) => void;
}

export interface GivenDecision {
  /** To the byte what was signed. */
  readonly statement: DecisionStatement;
  readonly plan: { readonly digest: Digest; readonly version: number; readonly undoes: boolean };
  readonly actionIds: readonly string[];
  readonly outcome: Exclude<DecisionOutcome, { kind: 'refused' }>;
}

/**
 * How long a signed decision may wait to be acted on. Short, for a signature is not taken back; long enough for a response to
 * take its actions one after the other on workers that are just being restarted.
 */
const validForMs = 2 * 3_600_000;
/** Longer than this nobody watches a silent terminal; the decision keeps its ID, so giving it again does no harm. */
const answerWithinMs = 60_000;

/**
 * Signs a decision and gives it to the case.
 *
 * @throws DecisionRefusedError, NoSuchCaseError, ApproverKeyFileError
 */
export async function giveDecision(request: DecisionRequest, ports: DecidingPorts): Promise<GivenDecision> {
  const { id: caseId } = await loadKnownCase(ports.db, request.caseId);
  const plan = choosePlan(await loadPlans(ports.db, caseId), request.plan);
  const { key, approver } = await readKey(request, ports.config);
  const actions = request.verdict === 'reject' ? [] : chooseActions(plan, request.actionIds);
  const decisionId = randomUUID();
  const nowMs = Date.now();
  const statement: DecisionStatement = {
    decisionId,
    caseId,
    planDigest: plan.digest,
    verdict: request.verdict,
    actions,
    reason: request.reason,
    approver,
    audience: ports.config.installation,
    issuedAt: new Date(nowMs).toISOString() as Instant,
    expiresAt: new Date(nowMs + validForMs).toISOString() as Instant,
  };
  ports.show?.(statement);
  const signed = await signDecision(statement, key);
  const workflowId = typeof plan.purpose === 'object' ? undoWorkflowId(caseId) : caseWorkflowId(caseId);
  const outcome = await send(ports.cases, workflowId, decisionId, signed);
  if (outcome.kind === 'refused') {
    const afresh = ` Ask for a fresh plan with \`trailhound investigations replan ${caseId}\`.`;
    throw new DecisionRefusedError(outcome.code, outcome.code === 'expired' ? outcome.remedy + afresh : outcome.remedy);
  }
  const { digest, version } = plan;
  return {
    statement,
    plan: { digest, version, undoes: typeof plan.purpose === 'object' },
    actionIds: actions.map(({ id }) => id),
    outcome,
  };
}

/**
 * Asks a case for a fresh plan, and waits for what comes of it. One that has closed is opened again.
 *
 * @throws DecisionRefusedError where the case is busy or closed, NoSuchCaseError
 */
export async function askForPlan(
  caseId: string,
  requestedBy: string,
  {
    db,
    cases,
    reopen,
  }: Pick<DecidingPorts, 'db' | 'cases'> & { readonly reopen: (caseId: CaseId) => Promise<boolean> },
): Promise<{ readonly caseId: CaseId; readonly look: LastLook | null }> {
  const { id } = await loadKnownCase(db, caseId);
  if (await reopen(id)) return { caseId: id, look: await firstLook(cases, id) };
  const before = await ofOpenCase(cases, id, (handle) => handle.query(summary));
  const args: [{ readonly requestedBy: string }] = [{ requestedBy }];
  const { accepted } = await ofOpenCase(cases, id, (handle) => handle.executeUpdate(replan, { args }));
  if (!accepted) {
    throw new DecisionRefusedError(
      'busy',
      `Case ${id} is gathering evidence or responding: ask again when that has ended.`,
      noFreshPlan,
    );
  }
  return { caseId: id, look: await lookAfter(cases, id, before.lastLook?.count ?? 0) };
}

const noFreshPlan = 'no fresh plan was made';

/** What came of the first look of a case that was opened again, or null where it takes longer than anybody waits. */
async function firstLook(cases: Client, caseId: CaseId): Promise<LastLook | null> {
  for (const giveUpAt = Date.now() + answerWithinMs; Date.now() < giveUpAt; await delay(lookAgainMs)) {
    const { state, planDigest } = await ofOpenCase(cases, caseId, (handle) => handle.query(summary));
    if (state.status === 'gathering') continue;
    const presented = state.status === 'awaiting-decision' || state.status === 'needs-a-person';
    return { count: 1, outcome: presented ? 'presented' : 'nothing-to-do', plan: planDigest };
  }
  return null;
}

/** What came of the look, or null where it takes longer than anybody waits. */
async function lookAfter(cases: Client, caseId: CaseId, count: number): Promise<LastLook | null> {
  for (const giveUpAt = Date.now() + answerWithinMs; Date.now() < giveUpAt; await delay(lookAgainMs)) {
    const { lastLook } = await ofOpenCase(cases, caseId, (handle) => handle.query(summary));
    if (lastLook !== null && lastLook.count > count) return lastLook;
  }
  return null;
}

const lookAgainMs = 250;

async function send(client: Client, workflowId: string, decisionId: string, signed: SignedDecision) {
  const given = { updateId: decisionId, args: [signed] as [SignedDecision] };
  return await ofOpen(client, workflowId, (handle) => handle.executeUpdate(decide, given));
}

/** Asks a case's workflow for an answer; one that has ended gives none. */
function ofOpenCase<T>(client: Client, caseId: CaseId, ask: (handle: WorkflowHandle) => Promise<T>): Promise<T> {
  return ofOpen(client, caseWorkflowId(caseId), ask);
}

async function ofOpen<T>(client: Client, workflowId: string, ask: (handle: WorkflowHandle) => Promise<T>): Promise<T> {
  try {
    const handle = client.workflow.getHandle(workflowId);
    return await client.withDeadline(Date.now() + answerWithinMs, () => ask(handle));
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const caseId = workflowId.split('/')[1] ?? '';
    const remedy = `${workflowId.startsWith('undo/') ? 'The undoing' : 'Case'} ${caseId} is closed: \`trailhound audit show ${caseId}\` tells how it ended, and \`trailhound investigations replan ${caseId}\` opens it again.`;
    throw new DecisionRefusedError('already-decided', remedy);
  }
}

/** Two plans that begin with the same 8 characters are found in minutes; with the same 20, in no time that matters. */
const leastDigestLength = 20;

/**
 * The plan that a person means by a digest or its beginning; any plan of the case, so that an old one is refused by its name. Its
 * digest is made again of what would be signed: one that is stored under a digest that is not its own is refused.
 */
function choosePlan(plans: readonly PresentedPlan[], named: string): Plan {
  const prefix = named.toLowerCase().replace(/^sha256:/, '');
  if (!/^[0-9a-f]{1,64}$/.test(prefix) || prefix.length < leastDigestLength) {
    const remedy = `Give the plan by its digest: ${leastDigestLength} or more of its first characters, for a shorter beginning can be that of another plan as well. \`trailhound investigations show CASE\` prints it.`;
    throw new DecisionRefusedError('wrong-plan', remedy);
  }
  const matching = plans.filter(({ digest }) => digest.startsWith(`sha256:${prefix}`));
  const [chosen] = matching;
  if (chosen === undefined || matching.length > 1) {
    const remedy =
      matching.length > 1
        ? `Several plans begin like that: give more of the digest of the one that you mean. They are ${matching.map(({ digest }) => plainText(digest)).join(' and ')}.`
        : 'The case has no such plan: `trailhound investigations show CASE` shows the one that it has.';
    throw new DecisionRefusedError('wrong-plan', remedy);
  }
  if (chosen.opened.kind === 'altered') throw new DecisionRefusedError('plan-altered', refuse('plan-altered').remedy);
  return chosen.opened.plan;
}

function chooseActions({ actions }: Plan, wanted: readonly string[] | undefined): readonly Action[] {
  if (wanted === undefined) {
    const recommended = actions.filter((action) => action.recommended);
    if (recommended.length > 0) return recommended;
    throw new DecisionRefusedError('unknown-action', 'The plan recommends no action by itself: choose with --actions.');
  }
  return wanted.map((id) => {
    const action = actions.find((each) => each.id === id);
    if (action === undefined) throw new DecisionRefusedError('unknown-action', refuse('unknown-action').remedy);
    return action;
  });
}

/**
 * An approver's key, and whose it is.
 *
 * @throws ApproverKeyFileError
 */
export async function readKey(
  request: Pick<DecisionRequest, 'keyFile' | 'approver'>,
  config: Pick<Config, 'dataDir' | 'approval'>,
) {
  const file = request.keyFile ?? join(config.dataDir, 'approvers', 'local.key');
  const key = parseSigningKey(await readKeyFile(file));
  const approver = request.approver ?? (await nameOfKey(key, config));
  if (approver === undefined) {
    throw new ApproverKeyFileError(
      `the key in ${file} is not that of an approver in the configuration`,
      'choose the key of an approver with --key FILE, or, where the approvers are configured elsewhere, say who you are with --approver NAME',
    );
  }
  return { key, approver };
}

async function readKeyFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : plainText(String(error));
    throw new ApproverKeyFileError(
      `the approver key ${file} cannot be read (${reason})`,
      'choose another with --key FILE; `npm start` makes a local one in its data folder',
    );
  }
}

async function nameOfKey(key: ApproverSigningKey, config: Pick<Config, 'approval'>): Promise<string | undefined> {
  for (const { name, publicKeyFile } of config.approval.approvers) {
    const pem = await readFile(publicKeyFile, 'utf8').catch(() => null);
    if (pem !== null && parseApproverKey(name, pem).keyId === key.keyId) return name;
  }
  return undefined;
}
