import { decideOnPlan } from '../../commands/decide.ts';
import { decidePorts } from '../compose/case-act-ports.ts';
import { liveCasePorts } from '../compose/case-ports.ts';
import { caseTrustHere } from '../compose/case-trust.ts';
import { overConnections, overStore } from '../compose/over-installation.ts';
import { readKey } from '../compose/signing-key.ts';
import { printCase } from '../investigations/print.ts';
import { statementLines } from '../investigations/statement-lines.ts';
import type { DecisionStatement } from '../../model/decision.ts';
import type { CaseId, Digest } from '../../model/ids.ts';
import { safe, type SafeText } from '../../model/safe-text.ts';
import { caseView } from '../../views/case.ts';
import { planOnHold } from '../../views/plan-on-hold.ts';
import type { Config } from '../config/config.ts';
import { localApproverFiles } from './approver-files.ts';
import type { Screen } from './screen.ts';

/** A plan as it was shown at this terminal: what is decided is what was seen. */
export interface PlanAtTerminal {
  readonly caseId: CaseId;
  readonly digest: Digest;
  /** What approving does, in phrases; empty where the plan recommends nothing. */
  readonly acts: readonly SafeText[];
}

/** The plan that keys decide on: the one shown last, of a case that goes on. */
export interface ShownPlans {
  show(plan: PlanAtTerminal): void;
  /** A case's plan is none to decide on any more. */
  forget(caseId: CaseId): void;
  latest(): PlanAtTerminal | undefined;
}

export function createShownPlans(): ShownPlans {
  const shown = new Map<CaseId, PlanAtTerminal>();
  return {
    show: (plan) => {
      shown.delete(plan.caseId);
      shown.set(plan.caseId, plan);
    },
    forget: (caseId) => void shown.delete(caseId),
    latest: () => [...shown.values()].at(-1),
  };
}

/** A key gives none, and nobody makes one up: an auditor reads how it was decided. */
const reasons = {
  approve: 'no reason was given: key a, pressed twice at the terminal',
  reject: 'no reason was given: key r, pressed twice at the terminal',
} as const;

/** The second press of a key has said so. */
function pressedTwice(): Promise<boolean> {
  return Promise.resolve(true);
}

type Signer = Awaited<ReturnType<typeof readKey>>;

/** The local approver's. */
function localSigner(config: Config): Promise<Signer> {
  return readKey({ keyFile: undefined, approver: undefined }, config);
}

async function decide(
  config: Config,
  signer: Signer,
  { caseId, digest }: PlanAtTerminal,
  verdict: 'approve' | 'reject',
  show: (statement: DecisionStatement) => void,
): Promise<void> {
  const request = { caseId, verdict, plan: digest, reason: reasons[verdict] };
  const trust = await caseTrustHere(config);
  await overConnections(config, (connections) =>
    decideOnPlan(
      decidePorts(connections, { config, trust, signer }, { show, confirm: pressedTwice }),
      { name: signer.approver },
      request,
    ),
  );
}

/** Why a plan that was shown is none to decide on now; null where it is. */
async function whyOnHold(config: Config, { caseId, digest }: PlanAtTerminal): Promise<SafeText | null> {
  const trust = await caseTrustHere(config);
  const { plan, ...view } = await overStore(config, ({ db }) => caseView(liveCasePorts(db, trust), caseId));
  if (plan?.digest !== digest) return safe`it is void: another plan has taken its place`;
  if (plan.standing !== 'presented') return safe`it does not wait for a decision any more`;
  return planOnHold({ ...view, plan });
}

/** What the keys do, and what is signed by them. */
function keysInWords({ dataDir }: Config): string {
  return [
    'keys: a approves and r rejects the plan that was shown last, s shows its case, ? or h shows this, q or Ctrl-C stops',
    `a and r are pressed twice, a second apart: the first press says what would be signed; the second signs it with the local approver's key, ${localApproverFiles(dataDir).privateKey}, and sends it`,
    'nothing in AWS is changed without that signature: what makes the change verifies it again, and then looks in AWS whether it is done',
  ].join('\n');
}
const ctrlC = '\u0003';

export interface KeyControls {
  readonly config: Config;
  readonly screen: Screen;
  readonly plans: ShownPlans;
  /** Signs and sends a decision; by default with the local approver's key. */
  readonly sign?: typeof decide;
  /** By default the local approver, whose key is in the data folder. */
  readonly signer?: (config: Config) => Promise<Signer>;
  /** By default as the store has it. */
  readonly onHold?: typeof whyOnHold;
}

/**
 * So long after the question was drawn a second press counts for nothing, and begins the wait anew: a key that is held down, pressed
 * twice in haste, or typed before anything could be read signs nothing.
 */
const readForMs = 1_000;

/** So long the second press may take; what comes later is a first one again. */
const confirmWithinMs = 15_000;

/** What a second press of a key would do: in whose name it would be signed, and what comes of it. */
function questionAbout(key: string, { caseId, digest, acts }: PlanAtTerminal, { approver }: Signer): string {
  const named = `plan ${digest.slice(7, 27)} of case ${caseId}`;
  return key === 'a'
    ? `press a again to sign, as ${approver}, that ${named} is approved: it will ${acts.join('; ')}. This is begun at once, and told here as it is done. Any other key leaves it`
    : `press r again to sign, as ${approver}, that ${named} is rejected: nothing is changed in AWS, and what is open stays open. Any other key leaves it`;
}

/** What each key does. A decision is signed by the second press of its key, for the plan that the first one named, and nothing in between. */
export function createKeyHandler(
  { config, screen, plans, sign = decide, signer: signerOf = localSigner, onHold = whyOnHold }: KeyControls,
  nowMs: () => number = Date.now,
): (key: string) => Promise<void> {
  let asked: { readonly question: string; readonly fromMs: number; readonly untilMs: number } | undefined;
  /** To be called once it is drawn. */
  function waitFor(question: string): void {
    asked = { question, fromMs: nowMs() + readForMs, untilMs: nowMs() + confirmWithinMs };
  }
  function confirmed(key: string, plan: PlanAtTerminal, signer: Signer): boolean {
    const { caseId, digest } = plan;
    const question = `${key} ${caseId} ${digest}`;
    const before = asked;
    asked = undefined;
    const isAgain = before?.question === question && nowMs() <= before.untilMs;
    if (isAgain && nowMs() >= before.fromMs) return true;
    if (!isAgain) screen.note(questionAbout(key, plan, signer));
    waitFor(question);
    return false;
  }
  async function isHeld(plan: PlanAtTerminal): Promise<boolean> {
    const why = await onHold(config, plan);
    if (why !== null) screen.note(`plan ${plan.digest.slice(7, 27)} of case ${plan.caseId}: ${why}`);
    return why !== null;
  }
  /** Whose key it would be signed with is known before anybody is asked. */
  async function decideBy(key: 'a' | 'r', plan: PlanAtTerminal): Promise<void> {
    const signer = await signerOf(config);
    if (!confirmed(key, plan, signer)) return;
    await sign(config, signer, plan, key === 'a' ? 'approve' : 'reject', (statement) =>
      screen.page(statementLines(statement, screen.columns())),
    );
  }
  return async (key) => {
    if (key !== 'a' && key !== 'r') asked = undefined;
    if (key === ctrlC) {
      process.kill(process.pid, 'SIGINT');
      return;
    }
    if (key === '?' || key === 'h') screen.note(keysInWords(config));
    if (key === 'q') process.kill(process.pid, 'SIGINT');
    if (key !== 'a' && key !== 'r' && key !== 's') return;
    const plan = plans.latest();
    if (plan === undefined) {
      screen.note('no case waits for a decision');
      return;
    }
    if (key === 's') await printCase(config, plan.caseId, {});
    else if (key === 'a' && plan.acts.length === 0)
      screen.note(
        `plan ${plan.digest.slice(7, 27)} of case ${plan.caseId} recommends nothing: choose with the command`,
      );
    else if (await isHeld(plan)) asked = undefined;
    else await decideBy(key, plan);
  };
}

/**
 * Takes single keys where there is a terminal: a approves, r rejects, s shows the case whose plan was shown last. Gives back what
 * gives the terminal back.
 */
export function takeKeys(controls: KeyControls): () => void {
  const { screen } = controls;
  if (!screen.interactive) return () => undefined;
  const { stdin } = process;
  const handle = createKeyHandler(controls);
  function onData(keys: string): void {
    for (const key of keys)
      handle(key).catch((error: unknown) => {
        const remedy = error instanceof Error && 'remedy' in error ? `; ${String(error.remedy)}` : '';
        screen.warn(`${error instanceof Error ? error.message : String(error)}${remedy}`);
      });
  }
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.on('data', onData);
  stdin.resume();
  screen.note(keysInWords(controls.config));
  return () => {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
