import type { OfflineAlert } from '../../../src/detection/offline/offline.ts';
import { notReadWhole } from '../../../src/entry/cli/exit-codes.ts';
import { startThreads } from '../../../src/entry/detection/detection-threads.ts';
import { inputsOf } from '../../../src/entry/detection/input-events.ts';
import type { LoadedRules } from '../../../src/entry/detection/load-rules.ts';
import { readingReport } from '../../../src/entry/detection/reading-report.ts';
import { runDetection } from '../../../src/entry/detection/run-detection.ts';
import type { SafeText } from '../../../src/model/safe-text.ts';

/** What `trailhound detect` makes of an input. */
export interface DetectedInput {
  readonly records: number;
  readonly alerts: readonly OfflineAlert[];
  readonly exitCode: number;
  /** The sentences about what was not read. */
  readonly told: readonly string[];
}

/** Detects in one input, as the command does by itself on one thread. */
export async function detectedInput(path: string, rules: LoadedRules): Promise<DetectedInput> {
  const told: string[] = [];
  const inputs = inputsOf([path]);
  const reading = readingReport(inputs, (line: SafeText) => void told.push(line));
  const run = await runDetection(rules, {
    inputs: inputs.sources.length,
    sources: inputs.sources,
    mmdb: [],
    keepsAbout: true,
    threads: startThreads(0),
    reading,
    onHeldBack: () => {},
  });
  const { records } = run.totals;
  return { records, alerts: run.alerts(), exitCode: reading.isWhole(records) ? 0 : notReadWhole, told };
}
