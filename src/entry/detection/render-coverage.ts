import type { CoveredTactic } from '../../detection/attack-coverage.ts';
import { plainText } from '../../investigation/plain-text.ts';
import { counted } from '../counted.ts';
import { styleFor } from '../terminal-style.ts';
import { textTable } from '../text-table.ts';

/** The matrix as a table: a row for each tactic, its techniques with the number of rules that see them. */
export function renderCoverage(coverage: readonly CoveredTactic[]): string {
  const table = textTable(
    [{ head: 'tactic' }, { head: 'rules' }, { head: 'techniques (rules)', grows: 1 }],
    coverage.map(({ id, name, ruleCount, techniques }) => {
      const listed = techniques.map((technique) => `${technique.id} ${technique.name} (${technique.rules.length})`);
      return [plainText(`${id} ${name}`), String(ruleCount), plainText(listed.join(', ') || '-', 4000)];
    }),
    process.stdout.isTTY ? process.stdout.columns : undefined,
    styleFor(process.stdout),
  );
  const techniques = new Set(coverage.flatMap((tactic) => tactic.techniques.map(({ id }) => id)));
  const covered = coverage.filter(({ ruleCount }) => ruleCount > 0).length;
  return `${table}\n${covered} of ${coverage.length} tactics, ${counted(techniques.size, 'technique')}`;
}
