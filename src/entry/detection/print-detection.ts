import type { AlertCounts, OfflineAlert } from '../../detection/offline/offline.ts';
import { counted, forNumber } from '../../model/counted.ts';
import type { Rule } from '../../model/rule.ts';
import { answerLinesAsBytes, printPart, printParts, tellLine, tellPart } from '../terminal/terminal-output.ts';
import { styleFor } from '../terminal/terminal-style.ts';
import type { DetectionOutput } from './detection-output.ts';
import { summaryReport, unableLine } from './detect-summary.ts';
import type { DetectionRun } from './run-detection.ts';
import { safe } from '../../model/safe-text.ts';

/**
 * Prints alerts to stdout, and to stderr what a reader of them should know beside. What draws a form is loaded when it is asked
 * for: most runs want one, and some none.
 */
export async function printDetection(run: DetectionRun, output: DetectionOutput): Promise<void> {
  const { totals } = run;
  switch (output) {
    case 'summary':
      await printPart(summaryReport(await run.counts(), totals, styleFor(process.stdout)));
      return;
    case 'table': {
      const { tableReport } = await import('./alert-table.ts');
      const alerts = inTimeOrder(run.alerts());
      await printParts(tableReport(alerts, styleFor(process.stdout)));
      tellPart(summaryReport(countsOf(alerts), totals, styleFor(process.stderr)));
      return;
    }
    case 'csv': {
      const { csvReport } = await import('./alert-csv.ts');
      await printParts(csvReport(inTimeOrder(run.alerts())));
      break;
    }
    case 'ndjson':
      await answerLinesAsBytes('detect', run.lines());
      break;
  }
  for (const sentence of totals.notRun) tellLine(sentence);
  for (const rule of totals.unable) tellLine(safe`cannot fire on records without enrichment: ${unableLine(rule)}`);
  if (totals.unreadable > 0)
    tellLine(safe`${totals.unreadable} of ${counted(totals.inputs, 'input')} could not be read to the end`);
  if (totals.malformed > 0)
    tellLine(
      safe`${totals.malformed} of ${counted(totals.records + totals.malformed, 'record')} ${forNumber(totals.malformed, 'was', 'were')} malformed`,
    );
}

function inTimeOrder(alerts: readonly OfflineAlert[]): readonly OfflineAlert[] {
  return alerts.toSorted((a, b) => a.eventTimeMs - b.eventTimeMs);
}

function countsOf(alerts: readonly OfflineAlert[]): AlertCounts {
  const counts = new Map<Rule, number>();
  for (const { rule } of alerts) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}
