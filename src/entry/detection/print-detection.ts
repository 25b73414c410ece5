import { once } from 'node:events';
import { styleFor } from '../terminal-style.ts';
import { csvReport, ndjsonReport, summaryReport, tableReport, unableLine } from './detect-report.ts';
import type { DetectionOutput } from './detection-output.ts';
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
  switch (output) {
    case 'table':
      await write(tableReport(alerts, styleFor(process.stdout)));
      process.stderr.write(summaryReport(await run.counts(), totals, styleFor(process.stderr)));
      return;
    case 'ndjson':
      await write(ndjsonReport(alerts));
      break;
    case 'csv':
      await write(csvReport(alerts));
      break;
  }
  for (const reason of totals.notRun) tell(`not run: ${reason}`);
  for (const rule of totals.unable) tell(`cannot fire on records without enrichment: ${unableLine(rule)}`);
  if (totals.malformed > 0) tell(`${totals.malformed} of ${totals.records + totals.malformed} records were malformed`);
}

async function write(parts: Iterable<string>): Promise<void> {
  for (const part of parts) if (!process.stdout.write(part)) await once(process.stdout, 'drain');
}
