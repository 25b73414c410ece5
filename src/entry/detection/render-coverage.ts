import Table from 'cli-table3';
import type { CoveredTactic } from '../../detection/attack-coverage.ts';
import { plainText } from '../../investigation/plain-text.ts';

/** The matrix as a table: a row for each tactic, its techniques with the number of rules that see them. */
export function renderCoverage(coverage: readonly CoveredTactic[]): string {
  const table = new Table({
    head: ['tactic', 'rules', 'techniques (rules)'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [26, 7, 90],
  });
  for (const { id, name, ruleCount, techniques } of coverage) {
    const listed = techniques.map((technique) => `${technique.id} ${technique.name} (${technique.rules.length})`);
    table.push([plainText(`${name} ${id}`), String(ruleCount), plainText(listed.join(', ') || '-', 4000)]);
  }
  const techniques = new Set(coverage.flatMap((tactic) => tactic.techniques.map(({ id }) => id)));
  const covered = coverage.filter(({ ruleCount }) => ruleCount > 0).length;
  return `${table.toString()}\n${covered} of ${coverage.length} tactics, ${techniques.size} techniques`;
}
