import type { CaseDocument } from '../../investigation/report/case-document.ts';
import { sourcesOf, suspectsInWords } from '../../investigation/report/case-words.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { counted } from '../../model/counted.ts';
import { asTypedHere } from '../invocation.ts';
import { commandLines } from '../terminal/wrapped-text.ts';
import { severityPainted } from '../terminal/severity-painted.ts';
import type { Style } from '../terminal/terminal-style.ts';
import type { ScreenChoice } from './case-screens.ts';
import { terminalTable } from '../terminal/terminal-table.ts';
import { utcTime } from '../../model/utc-time.ts';

/** The worst first: what was found, and the stages in which anything was done. */
function doneInBrief({ done, findings }: CaseDocument): SafeText {
  const stages = safeJoin(
    done.map(({ stage }) => plainText(stage)),
    ', ',
  );
  const [worst] = findings.filter(({ direction }) => direction === 'suspicious');
  if (worst === undefined) return stages;
  const found = plainText(worst.kind.replaceAll('-', ' '));
  return stages.length === 0 ? found : safe`${found}; ${stages}`;
}

/**
 * Cases as a table, where there are more than a screen can show in full.
 *
 * @param command finds the same cases again: `trailhound investigate logs/`
 * @param choice screens that were asked for: they are shown of few cases only, so that the command has them
 */
export function caseList(
  cases: readonly CaseDocument[],
  command: SafeText,
  style: Style,
  choice: ScreenChoice = {},
): SafeText {
  const table = terminalTable(
    [
      { head: 'case', of: ({ id }) => style.strong(plainText(id)) },
      { head: 'severity', of: ({ severity }) => severityPainted(plainText(severity), style), optional: 'last' },
      { head: 'since (UTC)', of: ({ from }) => utcTime(from), optional: 'last' },
      { head: 'alerts', of: ({ alerts }) => safe`${alerts.length}`, optional: true },
      { head: 'who', of: (document) => suspectsInWords(document), grows: 2, least: 20 },
      { head: 'what was done', of: doneInBrief, grows: 3, least: 24 },
      { head: 'from', of: ({ timeline }) => plainText(sourcesOf(timeline)[0]?.source ?? ''), optional: true },
      { head: 'accounts', of: ({ accounts }) => plainText(accounts.join(' ')), grows: 1, optional: true },
    ],
    cases,
    style,
  );
  const [first] = cases;
  const whole = asTypedHere(safe`${command} --case ${plainText(first?.id ?? 'ID')}${screenOptions(choice)}`);
  const lines = commandLines(safe`  ${whole}`, style.width, safe`    `);
  return safe`${table}\n\n${counted(cases.length, 'case')}. One of them in full:\n${safeJoin(lines, '\n')}`;
}

function screenOptions({ timeline, evidence, identity }: ScreenChoice): SafeText {
  const asked = [
    timeline === true ? safe` --timeline` : safe``,
    evidence === true ? safe` --evidence` : safe``,
    identity === true ? safe` --identity` : safe``,
  ];
  return safeJoin(asked, '');
}
