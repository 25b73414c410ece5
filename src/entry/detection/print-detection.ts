import { once } from 'node:events';
import type { AlertCounts, OfflineAlert } from '../../detection/offline.ts';
import type { Rule } from '../../model/rule.ts';
import { styleFor } from '../terminal-style.ts';
import type { DetectionOutput } from './detection-output.ts';
import { summaryReport, unableLine } from './detect-summary.ts';
import type { DetectionRun } from './run-detection.ts';

/** Prints alerts to stdout, and to stderr what a reader of them should know beside. */
export async function printDetection(
  run: DetectionRun,
  output: DetectionOutput,
  tell: (line: string) => void,
): Promise<void> {
  const { totals } = run;
  if (output === 'summary') {
    process.stdout.write(summaryReport(await run.counts(), totals, styleFor(process.stdout)));
    return;
  }
  const alerts = run.alerts().toSorted((a, b) => a.eventTimeMs - b.eventTimeMs);
  await write(await alertReport(alerts, output));
  if (output === 'table') {
    process.stderr.write(summaryReport(countsOf(alerts), totals, styleFor(process.stderr)));
    return;
  }
  for (const reason of totals.notRun) tell(`not run: ${reason}`);
  for (const rule of totals.unable) tell(`cannot fire on records without enrichment: ${unableLine(rule)}`);
  if (totals.malformed > 0) tell(`${totals.malformed} of ${totals.records + totals.malformed} records were malformed`);
}

/** Each form is loaded when it is asked for: most runs want one, and some none. */
async function alertReport(
  alerts: readonly OfflineAlert[],
  output: Exclude<DetectionOutput, 'summary'>,
): Promise<Iterable<string>> {
  switch (output) {
    case 'table': {
      const { tableReport } = await import('./alert-table.ts');
      return tableReport(alerts, styleFor(process.stdout));
    }
    case 'ndjson': {
      const { ndjsonReport } = await import('./alert-ndjson.ts');
      return ndjsonReport(alerts);
    }
    case 'csv': {
      const { csvReport } = await import('./alert-csv.ts');
      return csvReport(alerts);
    }
  }
}

function countsOf(alerts: readonly OfflineAlert[]): AlertCounts {
  const counts = new Map<Rule, number>();
  for (const { rule } of alerts) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

async function write(parts: Iterable<string>): Promise<void> {
  for (const part of parts) if (!process.stdout.write(part)) await once(process.stdout, 'drain');
}
