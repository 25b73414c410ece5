import cliProgress from 'cli-progress';
import { openAddressDatabases } from '../../adapters/files/address-database.ts';
import { detectionEventOf } from '../../detection/detection-event.ts';
import { type OfflineAlert, detectOffline } from '../../detection/offline.ts';
import { neededEnrichment } from '../../detection/possible-without.ts';
import type { DetectionTotals } from './detect-report.ts';
import { readEvents, sourcesOf } from './input-events.ts';
import type { LoadedRules } from './load-rules.ts';
import { malformedReport } from './malformed-report.ts';

export interface DetectionRun {
  readonly alerts: readonly OfflineAlert[];
  readonly totals: DetectionTotals;
}

/** Inputs below this size are read before a progress bar could be looked at. */
const progressFromBytes = 32 * 1024 * 1024;

/**
 * Judges all records of the inputs by the rules.
 *
 * @param tell receives one line for each thing that a person should know; it goes to stderr.
 * @throws InputPathError where a path names nothing.
 */
export async function runDetection(
  rules: LoadedRules,
  paths: readonly string[],
  options: { readonly mmdb: readonly string[]; readonly tell: (line: string) => void },
): Promise<DetectionRun> {
  const sources = sourcesOf(paths);
  const { ruleSet } = rules;
  const detection = detectOffline(ruleSet);
  const malformed = malformedReport(options.tell);
  const bytes = sources.reduce((sum, source) => sum + (source.kind === 'file' ? source.bytes : 0), 0);
  const bar = progressBar(bytes);
  let records = 0;
  await readEvents(sources, {
    ...(options.mmdb.length === 0 ? {} : { enrich: await openAddressDatabases(options.mmdb) }),
    onEvent: (document) => {
      records += 1;
      detection.take(detectionEventOf(document, ruleSet.fieldsOf(document)));
    },
    onMalformed: (place, problem) => malformed.note(place, problem),
    onBytes: (read) => bar?.increment(read),
  });
  bar?.stop();
  malformed.finish();
  return {
    alerts: detection.alerts().toSorted((a, b) => a.eventTimeMs - b.eventTimeMs),
    totals: {
      records,
      malformed: malformed.count,
      inputs: sources.length,
      rules: ruleSet.rules.length,
      notRun: notRun(rules),
      unable: options.mmdb.length > 0 ? [] : unable(rules),
      heldCandidates: detection.held,
    },
  };
}

function progressBar(bytes: number): cliProgress.SingleBar | undefined {
  if (bytes < progressFromBytes || !process.stderr.isTTY) return undefined;
  const bar = new cliProgress.SingleBar({
    format: 'reading {bar} {percentage}% | {eta_formatted} left',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(bytes, 0);
  return bar;
}

/** Why rules did not run, with how many. */
export function notRun({ ruleSet, errors }: LoadedRules): readonly string[] {
  const counts = new Map<string, number>();
  for (const { file } of ruleSet.unsupported) counts.set(file.rule.type, (counts.get(file.rule.type) ?? 0) + 1);
  const broken = new Set(errors.map(({ path }) => path)).size;
  return [
    ...[...counts].map(([type, count]) => `${count} of type ${type}, which is not supported yet`),
    ...(broken > 0 ? [`${broken} with errors`] : []),
  ];
}

function unable({ ruleSet }: LoadedRules): DetectionTotals['unable'] {
  return ruleSet.rules.flatMap(({ rule, file }) => {
    const lacks = neededEnrichment(file);
    return lacks.length === 0 ? [] : [{ name: rule.name, lacks }];
  });
}
