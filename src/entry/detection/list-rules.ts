import type { RuleFile } from '../../detection/rule-file/rule-file.ts';
import { plainText } from '../../investigation/plain-text.ts';
import { counted } from '../counted.ts';
import { severityPainted } from '../severity-painted.ts';
import { styleFor } from '../terminal-style.ts';
import { textTable } from '../text-table.ts';
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

/** Where a terminal has less, IDs are cut: their beginning names a rule as well. */
const widthForIds = 140;
const idBeginning = 8;

export function renderRuleList(rules: readonly ListedRule[]): string {
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  const shownId = ({ id }: ListedRule): string =>
    width !== undefined && width < widthForIds ? id.slice(0, idBeginning) : id;
  const style = styleFor(process.stdout);
  const table = textTable(
    [
      { head: 'ID' },
      { head: 'severity', paint: (text) => severityPainted(text, style) },
      { head: 'type' },
      { head: 'rule', grows: 3 },
      { head: 'tactics', grows: 2 },
      { head: 'needs', grows: 2 },
    ],
    rules.map((rule) =>
      [shownId(rule), rule.severity, rule.type, rule.name, rule.tactics.join(', '), needsOf(rule)].map((cell) =>
        plainText(cell),
      ),
    ),
    width,
    style,
  );
  const reasons = Map.groupBy(rules, ({ notRun }) => notRun);
  return [
    ...(rules.length === 0 ? [] : [table]),
    ...[...reasons].flatMap(([reason, of]) => (reason === null ? [] : [`${of.length} not run: ${plainText(reason)}`])),
    counted(rules.length, 'rule'),
  ].join('\n');
}

function needsOf({ dataEvents, enrichment, notRun }: ListedRule): string {
  return [...(dataEvents ? ['data events'] : []), ...enrichment, ...(notRun === null ? [] : ['not run'])].join(', ');
}
