import type { ListedRule } from '../../views/rules.ts';
import { counted } from '../../model/counted.ts';
import { notRunSentences } from './rules-not-run.ts';
import { severityPainted } from '../terminal/severity-painted.ts';
import { styleFor } from '../terminal/terminal-style.ts';
import { terminalTable } from '../terminal/terminal-table.ts';
import { plainText, safeJoin, type SafeText } from '../../model/safe-text.ts';

/** Where a terminal has less, IDs are cut: their beginning names a rule as well. */
const widthForIds = 140;
const idBeginning = 8;

export function renderRuleList(rules: readonly ListedRule[]): SafeText {
  const style = styleFor(process.stdout);
  function shownId({ id }: ListedRule): string {
    return style.width !== undefined && style.width < widthForIds ? id.slice(0, idBeginning) : id;
  }
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
  const parts = [
    ...(rules.length === 0 ? [] : [table]),
    ...notRunSentences(rules.flatMap((rule) => (rule.notRun === null ? [] : [{ ...rule, reason: rule.notRun }]))),
    counted(rules.length, 'rule'),
  ];
  return safeJoin(parts, '\n');
}

function needsOf({ dataEvents, enrichment, notRun }: ListedRule): string {
  return [...(dataEvents ? ['data events'] : []), ...enrichment, ...(notRun === null ? [] : ['not run'])].join(', ');
}
