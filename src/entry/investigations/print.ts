import type { CaseStatus } from '../../model/case-state.ts';
import type { DecisionStatement } from '../../model/decision.ts';
import { plainText } from '../../model/safe-text.ts';
import type { Config } from '../config.ts';
import { openConnections } from '../connections.ts';
import { styleFor } from '../terminal-style.ts';
import { caseLines, loadCaseView } from './case-view.ts';
import { askForPlan, giveDecision } from './decide.ts';
import { followResponse, NotContainedError } from './follow-response.ts';
import { renderCase, renderCases } from './render-case.ts';
import { lookLines } from './look-lines.ts';
import { statementLines } from './statement-lines.ts';

/** What a person says with a decision, and how its outcome is told. */
export interface DecisionOptions {
  readonly plan: string;
  readonly reason: string;
  readonly actions?: readonly string[];
  readonly key?: string;
  readonly approver?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** Prints cases to stdout. */
export async function printCases(
  config: Config,
  options: {
    readonly json?: boolean;
    readonly status?: CaseStatus;
    readonly account?: string;
    readonly actor?: string;
    readonly rule?: string;
    readonly limit: number;
  },
): Promise<void> {
  const connections = await openConnections(config);
  try {
    const { json, account, ...rest } = options;
    const filter = account === undefined ? rest : { ...rest, accountId: account };
    const investigations = await caseLines(connections.store.db, filter);
    print(json === true ? JSON.stringify({ investigations }) : renderCases(investigations, styleFor(process.stdout)));
  } finally {
    await connections.close();
  }
}

/**
 * Prints one case to stdout.
 *
 * @throws NoSuchCaseError
 */
export async function printCase(config: Config, caseId: string, { json }: { readonly json?: boolean }): Promise<void> {
  const connections = await openConnections(config);
  try {
    const view = await loadCaseView(connections.store.db, caseId);
    print(json === true ? JSON.stringify(view) : renderCase(view, styleFor(process.stdout)));
  } finally {
    await connections.close();
  }
}

/**
 * Gives a decision and says how it was answered; with `wait`, also how the response ended.
 *
 * @throws DecisionRefusedError, NotContainedError, NoSuchCaseError, ApproverKeyFileError
 */
export async function printDecision(
  config: Config,
  options: DecisionOptions & { readonly caseId: string; readonly verdict: 'approve' | 'reject' },
): Promise<void> {
  const connections = await openConnections(config);
  try {
    const { caseId, verdict, plan, reason, approver } = options;
    const request = { caseId, verdict, plan, reason, approver, actionIds: options.actions, keyFile: options.key };
    const show = (statement: DecisionStatement): void => {
      if (options.json !== true) for (const line of statementLines(statement)) print(line);
    };
    const given = await giveDecision(request, { db: connections.store.db, cases: connections.cases, config, show });
    const { statement } = given;
    const what =
      verdict === 'approve' ? `approved ${given.actionIds.map((id) => plainText(id)).join(', ')}` : 'rejected the plan';
    if (options.json !== true) print(`${plainText(statement.approver)} ${what}: accepted`);
    const follows = options.wait === true && verdict === 'approve';
    const response = follows
      ? await followResponse(connections.cases, statement.caseId, given.plan.version, (line) => console.error(line))
      : null;
    if (options.json === true) print(JSON.stringify({ ...given, response }));
    else
      for (const { actionId, outcome, detail } of response?.actions ?? []) print(`${actionId}: ${outcome}. ${detail}`);
    if (response !== null && response.ended !== 'contained')
      throw new NotContainedError(response.ended, statement.caseId);
  } finally {
    await connections.close();
  }
}

/**
 * Asks for a fresh plan.
 *
 * @throws DecisionRefusedError, NoSuchCaseError
 */
export async function printReplan(
  config: Config,
  caseId: string,
  { json }: { readonly json?: boolean },
): Promise<void> {
  const connections = await openConnections(config);
  try {
    const { db } = connections.store;
    const { caseId: id, look } = await askForPlan(caseId, { db, cases: connections.cases });
    if (json === true) print(JSON.stringify({ caseId: id, accepted: true, look }));
    else for (const line of await lookLines(db, id, look)) print(line);
  } finally {
    await connections.close();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
