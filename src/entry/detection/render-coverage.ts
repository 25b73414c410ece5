import type { CoveredTactic } from '../../detection/attack-coverage.ts';
import { plainText } from '../../investigation/plain-text.ts';
import { counted } from '../counted.ts';
import { styleFor } from '../terminal-style.ts';
import { terminalTable } from '../terminal-table.ts';

/** The matrix as a table: a row for each tactic, its techniques with the number of rules that see them. */
export function renderCoverage(coverage: readonly CoveredTactic[]): string {
  const table = terminalTable(
    [
      { head: 'tactic', of: ({ id, name }) => plainText(`${id} ${name}`) },
      { head: 'rules', of: ({ ruleCount }) => String(ruleCount) },
      { head: 'techniques (rules)', of: techniquesText, grows: 1 },
    ],
    coverage,
    styleFor(process.stdout),
  );
  const techniques = new Set(coverage.flatMap((tactic) => tactic.techniques.map(({ id }) => id)));
  const covered = coverage.filter(({ ruleCount }) => ruleCount > 0).length;
  return `${table}\n${covered} of ${coverage.length} tactics, ${counted(techniques.size, 'technique')}`;
}

function techniquesText({ techniques }: CoveredTactic): string {
  const listed = techniques.map(({ id, name, rules }) => `${id} ${name} (${rules.length})`);
  return plainText(listed.join(', ') || '-', 4000);
}
