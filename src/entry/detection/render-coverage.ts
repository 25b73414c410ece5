import type { CoveredTactic } from '../../detection/attack-coverage.ts';
import { counted } from '../../model/counted.ts';
import { styleFor } from '../terminal/terminal-style.ts';
import { terminalTable } from '../terminal/terminal-table.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';

/** The matrix as a table: a row for each tactic, its techniques with the number of rules that see them. */
export function renderAttackCoverage(coverage: readonly CoveredTactic[]): SafeText {
  const table = terminalTable(
    [
      { head: 'tactic', of: ({ id, name }) => plainText(`${id} ${name}`) },
      { head: 'rules', of: ({ ruleCount }) => safe`${ruleCount}` },
      { head: 'techniques (rules)', of: techniquesText, grows: 1 },
    ],
    coverage,
    styleFor(process.stdout),
  );
  const techniques = new Set(coverage.flatMap((tactic) => tactic.techniques.map(({ id }) => id)));
  const covered = coverage.filter(({ ruleCount }) => ruleCount > 0).length;
  return safe`${table}\n${covered} of ${coverage.length} tactics, ${counted(techniques.size, 'technique')}`;
}

function techniquesText({ techniques }: CoveredTactic): SafeText {
  const listed = techniques.map(({ id, name, rules }) => `${id} ${name} (${rules.length})`);
  return plainText(listed.join(', ') || '-', 4000);
}
