import type { RuleFile } from '../../detection/rule-file/rule-file.ts';
import { counted } from '../counted.ts';
import { severityPainted } from '../severity-painted.ts';
import { styleFor } from '../terminal-style.ts';
import { terminalTable } from '../terminal-table.ts';
import type { LoadedRules } from './load-rules.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';

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

/** Where a terminal has less, IDs are cut: their beginning names a rule as well. */
const widthForIds = 140;
const idBeginning = 8;

export function renderRuleList(rules: readonly ListedRule[]): SafeText {
  const style = styleFor(process.stdout);
  const shownId = ({ id }: ListedRule): string =>
    style.width !== undefined && style.width < widthForIds ? id.slice(0, idBeginning) : id;
  const table = terminalTable(
    [
      { head: 'ID', of: (rule) => plainText(shownId(rule)) },
      { head: 'severity', of: ({ severity }) => severityPainted(plainText(severity), style) },
      { head: 'type', of: ({ type }) => plainText(type) },
      { head: 'rule', of: ({ name }) => plainText(name), grows: 3 },
      { head: 'tactics', of: ({ tactics }) => plainText(tactics.join(', ')), grows: 2 },
      { head: 'needs', of: (rule) => plainText(needsOf(rule)), grows: 2 },
    ],
    rules,
    style,
  );
  const reasons = Map.groupBy(rules, ({ notRun }) => notRun);
  const parts = [
    ...(rules.length === 0 ? [] : [table]),
    ...[...reasons].flatMap(([reason, of]) =>
      reason === null ? [] : [safe`${of.length} not run: ${plainText(reason)}`],
    ),
    counted(rules.length, 'rule'),
  ];
  return safeJoin(parts, '\n');
}

function needsOf({ dataEvents, enrichment, notRun }: ListedRule): string {
  return [...(dataEvents ? ['data events'] : []), ...enrichment, ...(notRun === null ? [] : ['not run'])].join(', ');
}
