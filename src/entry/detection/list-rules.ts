import Table from 'cli-table3';
import type { RuleFile } from '../../detection/rule-file/rule-file.ts';
import { plainText } from '../../investigation/plain-text.ts';
import type { LoadedRules } from './load-rules.ts';

/** A rule in a list. */
export interface ListedRule {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly severity: string;
  readonly riskScore: number;
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly dataEvents: boolean;
  readonly enrichment: readonly string[];
  readonly buildingBlock: boolean;
  /** `null` where it runs, else why it does not. */
  readonly notRun: string | null;
  readonly path: string;
}

export function listRules({ ruleSet, files }: LoadedRules): readonly ListedRule[] {
  const reasons = new Map(ruleSet.unsupported.map(({ file, reason }) => [file, reason]));
  const broken = new Set(ruleSet.errors.map(({ path }) => path));
  return files.map((file) => listed(file, reasons.get(file) ?? (broken.has(file.path) ? 'it has errors' : null)));
}

function listed({ rule, path }: RuleFile, notRun: string | null): ListedRule {
  return {
    id: rule.id,
    name: rule.name,
    type: rule.type,
    severity: rule.severity,
    riskScore: rule.riskScore,
    tactics: [...new Set(rule.threat.map(({ tactic }) => tactic.name))],
    techniques: [...new Set(rule.threat.flatMap(({ techniques }) => techniques.map(({ id }) => id)))],
    dataEvents: rule.requires.dataEvents,
    enrichment: rule.requires.enrichment,
    buildingBlock: rule.buildingBlock,
    notRun,
    path,
  };
}

export function renderRuleList(rules: readonly ListedRule[]): string {
  const table = new Table({
    head: ['rule', 'severity', 'type', 'tactics', 'needs', 'ID'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [46, 10, 12, 24, 18, 38],
  });
  for (const rule of rules) {
    const needs = [
      ...(rule.dataEvents ? ['data events'] : []),
      ...rule.enrichment,
      ...(rule.notRun === null ? [] : [`not run: ${rule.notRun}`]),
    ];
    table.push(
      [rule.name, rule.severity, rule.type, rule.tactics.join(', '), needs.join(', '), rule.id].map((cell) =>
        plainText(cell),
      ),
    );
  }
  return `${table.toString()}\n${rules.length} rules`;
}
