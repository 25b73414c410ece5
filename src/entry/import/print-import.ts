import { basename, resolve } from 'node:path';
import cliProgress from 'cli-progress';
import { findInputs, InputPathError, type InputSource } from '../../adapters/files/input-paths.ts';
import { importRecordings, type ImportOutcome } from '../../commands/import-recordings.ts';
import type { SourceId } from '../../model/ids.ts';
import { commandLineCaller } from '../compose/account-commands.ts';
import { openEnrichment } from '../compose/enrichment.ts';
import type { Config } from '../config/config.ts';
import { counted, forNumber } from '../../model/counted.ts';
import { importPorts } from '../compose/import-ports.ts';
import { overConnections } from '../compose/over-installation.ts';
import { readingReport } from '../detection/reading-report.ts';
import { interrupted, notReadWhole } from '../cli/exit-codes.ts';
import { clearProgress, printAnswer, printProse, tellLine, tellProgress } from '../terminal/terminal-output.ts';
import { recordings } from './recordings.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { currentInstant } from '../../model/instant.ts';

export interface ImportRequest {
  readonly label?: string;
  readonly json?: boolean;
}

/** A label that cannot name a log source. */
export class LabelError extends TrailhoundError {
  override readonly name = 'LabelError';
  override readonly code = 'label';
  override readonly remedy = 'give --label a name of letters, digits, dots, dashes and underscores, 80 at most';
  readonly exitCode = 2;

  constructor(label: string) {
    super(`"${plainText(label)}" cannot name a log source`);
  }
}

/**
 * Puts recordings into the store, rings detection, and prints what came of it.
 *
 * @throws InputPathError, LabelError, NotRunningError
 */
export async function printImport(config: Config, paths: readonly string[], request: ImportRequest): Promise<void> {
  const inputs = findInputs(paths);
  const { sources } = inputs;
  if (sources.length === 0) {
    throw new InputPathError('there are no files below what is named', 'name files, or a folder that holds some');
  }
  const label = request.label ?? defaultLabel(paths);
  if (!/^[\w.-]{1,80}$/.test(label)) throw new LabelError(label);
  const source = `import/${label}` as SourceId;
  const enrich = await openEnrichment(config);
  await overConnections(config, async (connections) => {
    const stop = stopOnInterrupt();
    const bar = importBar(sources);
    const reading = readingReport(inputs, (line) => bar.tell(line));
    const read = recordings(sources, {
      now: currentInstant(),
      enrich,
      onMalformed: (place, problem, eventId) => reading.note(place, problem, eventId),
      onOther: ({ path }, form) => reading.noteOther({ path, form, count: 1 }),
      onBytes: (bytes) => bar.read(bytes),
    });
    try {
      const outcome = await importRecordings(
        importPorts(connections, (error) => bar.tell(ringLost(error))),
        commandLineCaller(),
        { source, paths: paths.map(wholePath), inputs: sources.map(listed) },
        read,
        { signal: stop.signal, onPublished: (events) => bar.published(events) },
      );
      bar.end();
      reading.finish();
      if (request.json === true) await printAnswer('import', { source, ...outcome });
      else printProse(outcomeText(source, outcome));
      if (outcome.stopped) process.exitCode = interrupted;
      else if (!reading.isWhole(outcome.records)) process.exitCode = notReadWhole;
    } finally {
      bar.end();
      stop.end();
    }
  });
}

function wholePath(path: string): string {
  return path === '-' ? path : resolve(path);
}

function listed(source: InputSource) {
  return source.kind === 'stdin' ? { name: '-', bytes: null } : { name: resolve(source.path), bytes: source.bytes };
}

/** The name of what is imported, as far as it can be one. */
function defaultLabel(paths: readonly string[]): string {
  const [first = ''] = paths;
  const name = first === '-' ? 'stdin' : basename(resolve(first));
  return name.replaceAll(/[^\w.-]+/g, '-').slice(0, 80);
}

/** What came of an import, and where to look now. */
export function outcomeText(source: SourceId, outcome: ImportOutcome): SafeText {
  const { inputs, records, newRecords, malformed, published, stopped } = outcome;
  const known = records - newRecords;
  const kept = malformed === 0 ? safe`` : safe`; ${malformed} malformed, kept as they came`;
  const what = safe`${counted(records, 'record')} in ${counted(inputs, 'input')} as log source ${plainText(source)}`;
  const next = stopped
    ? safe`Stopped. The same command again goes on; what was not judged yet waits for it.`
    : safe`${counted(published, 'event')} ${forNumber(published, 'goes', 'go')} to detection; \`trailhound investigations list\` shows what comes of them.`;
  return safe`${what}: ${newRecords} new, ${known} known already${kept}\n${next}`;
}

function ringLost(error: unknown): SafeText {
  const reason = error instanceof Error ? error.message : String(error);
  return safe`detection could not be rung and will begin when it is rung again, within minutes: ${plainText(reason, 300)}`;
}

/** The first Ctrl-C ends in order, a second one at once. */
function stopOnInterrupt() {
  const controller = new AbortController();
  function onInterrupt(): void {
    controller.abort();
  }
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  return {
    signal: controller.signal,
    end: () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onInterrupt);
    },
  };
}

/** Progress on a terminal: bytes read, then events published. */
function importBar(sources: readonly InputSource[]) {
  const bytes = sources.reduce((sum, source) => sum + (source.kind === 'file' ? source.bytes : 0), 0);
  const { stderr } = process;
  const bar =
    stderr.isTTY && bytes > 0
      ? new cliProgress.SingleBar({
          format: 'storing {bar} {percentage}% | {eta_formatted} left',
          stream: stderr,
          clearOnComplete: true,
          hideCursor: true,
        })
      : undefined;
  bar?.start(bytes, 0);
  let isReading = bar !== undefined;
  function stopBar(): void {
    if (isReading) bar?.stop();
    isReading = false;
  }
  let hasLine = false;
  function clearLine(): void {
    if (hasLine) clearProgress();
    hasLine = false;
  }
  return {
    read: (more: number): void => bar?.increment(more),
    published(events: number): void {
      stopBar();
      if (!stderr.isTTY) return;
      tellProgress(safe`${counted(events, 'event')} handed to detection`);
      hasLine = true;
    },
    /** A line of its own, above whatever moves. */
    tell(line: SafeText): void {
      if (stderr.isTTY) clearProgress();
      tellLine(line);
    },
    end(): void {
      stopBar();
      clearLine();
    },
  };
}
