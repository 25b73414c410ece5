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

const reasons = { approve: 'approved at the terminal', reject: 'rejected at the terminal' } as const;

/** The second press of a key has said so. */
function pressedTwice(): Promise<boolean> {
  return Promise.resolve(true);
}

async function decide(
  config: Config,
  { caseId, digest }: PlanAtTerminal,
  verdict: 'approve' | 'reject',
  show: (statement: DecisionStatement) => void,
): Promise<void> {
  const signer = await readKey({ keyFile: undefined, approver: undefined }, config);
  const request = { caseId, verdict, plan: digest, reason: reasons[verdict] };
  await overConnections(config, (connections) =>
    decideOnPlan(
      decidePorts(connections, config, signer, { show, confirm: pressedTwice }),
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

const keysInWords =
  'keys: a approves and r rejects, each pressed twice, a second apart; s shows the case that waits; ? or h shows this; q or Ctrl-C stops';
const ctrlC = '\u0003';

interface KeyControls {
  readonly config: Config;
  readonly screen: Screen;
  readonly plans: ShownPlans;
  /** Signs and sends a decision; by default with the local approver's key. */
  readonly sign?: typeof decide;
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

/** What a second press of a key would do. */
function questionAbout(key: string, { caseId, digest, acts }: PlanAtTerminal): string {
  const named = `plan ${digest.slice(7, 27)} of case ${caseId}`;
  return key === 'a'
    ? `press a again to approve ${named}; it will ${acts.join('; ')}. Any other key leaves it`
    : `press r again to reject ${named}; nothing is changed in AWS. Any other key leaves it`;
}

/** What each key does. A decision is signed by the second press of its key, for the plan that the first one named, and nothing in between. */
export function createKeyHandler(
  { config, screen, plans, sign = decide, onHold = whyOnHold }: KeyControls,
  nowMs: () => number = Date.now,
): (key: string) => Promise<void> {
  let asked: { readonly question: string; readonly fromMs: number; readonly untilMs: number } | undefined;
  /** To be called once it is drawn. */
  function waitFor(question: string): void {
    asked = { question, fromMs: nowMs() + readForMs, untilMs: nowMs() + confirmWithinMs };
  }
  function confirmed(key: string, plan: PlanAtTerminal): boolean {
    const { caseId, digest } = plan;
    const question = `${key} ${caseId} ${digest}`;
    const before = asked;
    asked = undefined;
    const isAgain = before?.question === question && nowMs() <= before.untilMs;
    if (isAgain && nowMs() >= before.fromMs) return true;
    if (!isAgain) screen.note(questionAbout(key, plan));
    waitFor(question);
    return false;
  }
  async function isHeld(plan: PlanAtTerminal): Promise<boolean> {
    const why = await onHold(config, plan);
    if (why !== null) screen.note(`plan ${plan.digest.slice(7, 27)} of case ${plan.caseId}: ${why}`);
    return why !== null;
  }
  return async (key) => {
    if (key !== 'a' && key !== 'r') asked = undefined;
    if (key === ctrlC) {
      process.kill(process.pid, 'SIGINT');
      return;
    }
    if (key === '?' || key === 'h') screen.note(keysInWords);
    if (key === 'q') process.kill(process.pid, 'SIGINT');
    if (!['a', 'r', 's'].includes(key)) return;
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
    else if (confirmed(key, plan))
      await sign(config, plan, key === 'a' ? 'approve' : 'reject', (statement) =>
        screen.note(statementLines(statement, process.stdout.columns).join('\n')),
      );
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
  screen.note(keysInWords);
  return () => {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
