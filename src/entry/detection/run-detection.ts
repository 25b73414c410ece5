import type { SingleBar } from 'cli-progress';
import type { InputSource } from '../../adapters/files/input-paths.ts';
import type { ExceptionStatement, RuleException } from '../../detection/exceptions/exception.ts';
import type { HeldBack } from '../../detection/exceptions/with-exceptions.ts';
import { type AlertCounts, detectOffline, type OfflineAlert } from '../../detection/offline/offline.ts';
import { neededEnrichment } from '../../detection/index/possible-without.ts';
import { safe, type SafeText } from '../../model/safe-text.ts';
import type { CaseFacts, GatheredFacts } from '../investigate/case-facts.ts';
import { allAlertLines } from './alert-lines.ts';
import { countOnThreads } from './alert-counting.ts';
import type { DetectionTotals } from './detect-summary.ts';
import type { DetectionThreads } from './detection-threads.ts';
import { judgeSources, ReportGatherer } from './judge-sources.ts';
import type { LoadedRules } from './load-rules.ts';
import { notRunSentences } from './rules-not-run.ts';
import { openNamedDatabases } from './open-enrichment.ts';
import type { ReadingReport } from './reading-report.ts';
import { sentRule } from './sent-rule.ts';
import { sharedCounter, type ThreadReport } from './thread-messages.ts';

export interface DetectionRun {
  /** All alerts. */
  alerts(): readonly OfflineAlert[];
  /** All alerts as lines of JSON, in the order of event time; on all threads. */
  lines(): AsyncIterable<Buffer>;
  /** How many alerts each rule has, for those who have no use for the alerts themselves; on all threads. */
  counts(): Promise<AlertCounts>;
  readonly totals: DetectionTotals;
  /** What an investigation needs, where one was asked for: by thread. */
  readonly facts: readonly GatheredFacts[];
}

/** Inputs below this size are read before a progress bar could be looked at. */
const progressFromBytes = 32 * 1024 * 1024;

export interface DetectionInput {
  /** How many there were before large files were read in parts. */
  readonly inputs: number;
  readonly sources: readonly InputSource[];
  readonly mmdb: readonly string[];
  /** Alerts are shown, and not counted only. */
  readonly keepsAbout?: boolean;
  /** Threads that judge beside this one. */
  readonly threads: DetectionThreads;
  /** Told what is not read as records. */
  readonly reading: ReadingReport;
  /** Gathers what an investigation needs as well; absent where nobody investigates. */
  readonly facts?: CaseFacts;
  /** Receives what exceptions held back in the threads. */
  readonly onHeldBack: (held: HeldBack) => void;
}

/** Judges all records of the inputs by the rules. */
export async function runDetection(rules: LoadedRules, input: DetectionInput): Promise<DetectionRun> {
  const { sources, threads, mmdb, reading, keepsAbout = false, facts } = input;
  const { ruleSet } = rules;
  const detection = detectOffline(ruleSet, { keepsAbout });
  const bytes = sources.reduce((sum, source) => sum + (source.kind === 'file' ? source.bytes : 0), 0);
  const bar = await progressBar(bytes);
  let records = 0;
  function take(report: ThreadReport): void {
    records += report.records;
    for (const { place, problem, eventId } of report.malformed) reading.note(place, problem, eventId);
    for (const values of report.others) reading.noteOther(values);
    for (const held of report.heldBack) input.onHeldBack(held);
    bar?.increment(report.bytes);
  }
  const enrich = await openNamedDatabases(mmdb);
  const next = sharedCounter();
  const sent = {
    rules: ruleSet.rules.map(({ file }) => sentRule(file)),
    exceptions: rules.exceptions.map(sentException),
  };
  const [kept] = await Promise.all([
    threads.judge({ ...sent, mmdb, keepsAbout, sources, next, investigates: facts !== undefined }, take),
    judgeSources(sources, next, { ruleSet, detection, enrich, facts }, new ReportGatherer(take)),
  ]);
  const others = kept.map(({ logged }) => logged);
  for (const logged of others) detection.keep(logged);
  const logs = [detection.logged(), ...others];
  bar?.stop();
  reading.finish();
  return {
    alerts: () => detection.alerts(),
    lines: () => allAlertLines(ruleSet, logs, threads),
    counts: () => countOnThreads(ruleSet, logs, threads),
    facts: [facts?.gathered(), ...kept.map((judged) => judged.facts)].filter((each) => each !== undefined),
    totals: {
      records,
      malformed: reading.malformed,
      unreadable: reading.unreadable,
      inputs: input.inputs,
      rules: ruleSet.rules.length,
      notRun: notRun(rules),
      unable: unable(rules, enrich?.gives ?? new Set()),
      heldCandidates: detection.held,
    },
  };
}

/** Without its compiled condition, which cannot be sent. */
function sentException({ id, ruleIds, condition, owner, reason, expiresMs }: RuleException): ExceptionStatement {
  return { id, ruleIds, condition, owner, reason, expiresMs };
}

async function progressBar(bytes: number): Promise<SingleBar | undefined> {
  if (bytes < progressFromBytes || !process.stderr.isTTY) return undefined;
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    format: 'reading {bar} {percentage}% | {eta_formatted} left',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(bytes, 0);
  return bar;
}

/** Which rules did not run, and why. */
function notRun({ ruleSet, errors }: LoadedRules): readonly SafeText[] {
  const runAllTheSame = new Set(ruleSet.repeated);
  const broken = new Set(errors.filter((error) => !runAllTheSame.has(error)).map(({ path }) => path)).size;
  return [
    ...notRunSentences(ruleSet.notRun.map(({ file: { path, rule }, reason }) => ({ path, name: rule.name, reason }))),
    ...(broken > 0 ? [safe`${broken} not run: with errors`] : []),
  ];
}

function unable({ ruleSet }: LoadedRules, given: ReadonlySet<string>): DetectionTotals['unable'] {
  return ruleSet.rules.flatMap(({ rule, file }) => {
    const lacks = neededEnrichment(file).filter((name) => !given.has(name));
    return lacks.length === 0 ? [] : [{ name: rule.name, lacks }];
  });
}
