import { giveDecision } from '../investigations/decide.ts';
import { printCase } from '../investigations/print.ts';
import { statementLines } from '../investigations/statement-lines.ts';
import type { DecisionStatement } from '../../model/decision.ts';
import type { CaseId, Digest } from '../../model/ids.ts';
import type { Config } from '../config.ts';
import { openConnections } from '../connections.ts';
import type { Screen } from './screen.ts';

/** A plan as it was shown at this terminal: what is decided is what was seen. */
export interface ShownPlan {
  readonly caseId: CaseId;
  readonly digest: Digest;
}

/** The plan that keys decide on: the one shown last. */
export interface ShownPlans {
  show(plan: ShownPlan): void;
  latest(): ShownPlan | undefined;
}

export const createShownPlans = (): ShownPlans => {
  let latest: ShownPlan | undefined;
  return {
    show: (plan) => {
      latest = plan;
    },
    latest: () => latest,
  };
};

const reasons = { approve: 'approved at the terminal', reject: 'rejected at the terminal' } as const;

const decide = async (
  config: Config,
  { caseId, digest }: ShownPlan,
  verdict: 'approve' | 'reject',
  show: (statement: DecisionStatement) => void,
): Promise<void> => {
  const connections = await openConnections(config);
  try {
    const request = {
      caseId,
      verdict,
      plan: digest,
      actionIds: undefined,
      reason: reasons[verdict],
      keyFile: undefined,
    };
    await giveDecision(
      { ...request, approver: undefined },
      { db: connections.store.db, cases: connections.cases, config, show },
    );
  } finally {
    await connections.close();
  }
};

const keysInWords = 'keys: a approves, r rejects, s shows the case that waits; ? shows this; q or Ctrl-C stops';
const ctrlC = '\u0003';

interface KeyControls {
  readonly config: Config;
  readonly screen: Screen;
  readonly plans: ShownPlans;
  /** Real accounts ask twice. */
  readonly confirm: boolean;
}

const createHandler = ({ config, screen, plans, confirm }: KeyControls): ((key: string) => Promise<void>) => {
  let asked: string | undefined;
  const confirmed = (key: string, { caseId, digest }: ShownPlan): boolean => {
    const question = `${key} ${caseId} ${digest}`;
    if (!confirm || asked === question) return true;
    asked = question;
    screen.note(`press ${key} again to decide on case ${caseId}, plan ${digest.slice(7, 19)}`);
    return false;
  };
  return async (key) => {
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
    else if (confirmed(key, plan))
      await decide(config, plan, key === 'a' ? 'approve' : 'reject', (statement) =>
        screen.note(statementLines(statement).join('\n')),
      );
  };
};

/**
 * Takes single keys where there is a terminal: a approves, r rejects, s shows the case whose plan was shown last. Resolves to what
 * gives the terminal back.
 */
export const takeKeys = (controls: KeyControls): (() => void) => {
  const { screen } = controls;
  if (!screen.interactive) return () => undefined;
  const { stdin } = process;
  const handle = createHandler(controls);
  const onData = (keys: string): void => {
    for (const key of keys)
      handle(key).catch((error: unknown) => {
        const remedy = error instanceof Error && 'remedy' in error ? `; ${String(error.remedy)}` : '';
        screen.warn(`${error instanceof Error ? error.message : String(error)}${remedy}`);
      });
  };
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
};
