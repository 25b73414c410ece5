import type { InputSource } from '../../adapters/files/input-paths.ts';
import type { RecordPlace } from '../../adapters/files/read-records.ts';
import { ScanMemory } from '../../adapters/files/scan-records.ts';
import type { HeldBack } from '../../detection/exceptions/with-exceptions.ts';
import { judgeSource, type SourceJudging } from './judge-source.ts';
import { takeNext, type JudgeTask, type ThreadReport } from './thread-messages.ts';

/** A report grows to about this many entries before it is handed on. */
const reportEntries = 2000;
const reportBytes = 16 * 1024 * 1024;

/** Gathers what judging gives until a report is worth handing on. */
export class ReportGatherer {
  readonly #hand: (report: ThreadReport) => void;
  #records = 0;
  #bytes = 0;
  #malformed: { readonly place: RecordPlace; readonly problem: string }[] = [];
  #heldBack: HeldBack[] = [];

  constructor(hand: (report: ThreadReport) => void) {
    this.#hand = hand;
  }

  judged(): void {
    this.#records += 1;
  }

  malformed(place: RecordPlace, problem: string): void {
    this.#malformed.push({ place, problem });
    if (this.#malformed.length >= reportEntries) this.flush();
  }

  heldBack(held: HeldBack): void {
    this.#heldBack.push(held);
  }

  read(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes >= reportBytes) this.flush();
  }

  flush(): void {
    this.#hand({
      records: this.#records,
      bytes: this.#bytes,
      malformed: this.#malformed,
      heldBack: this.#heldBack,
    });
    this.#records = 0;
    this.#bytes = 0;
    this.#malformed = [];
    this.#heldBack = [];
  }
}

/** Takes one source after the other that no other thread has taken, and judges it. */
export async function judgeSources(
  sources: readonly InputSource[],
  next: JudgeTask['next'],
  judging: Pick<SourceJudging, 'ruleSet' | 'detection' | 'enrich'>,
  gatherer: ReportGatherer,
): Promise<void> {
  const memory = new ScanMemory();
  for (;;) {
    const source = sources[takeNext(next)];
    if (source === undefined) break;
    await judgeSource(source, {
      ...judging,
      memory,
      onJudged: () => gatherer.judged(),
      onMalformed: (place, problem) => gatherer.malformed(place, problem),
      onBytes: (bytes) => gatherer.read(bytes),
    });
  }
  gatherer.flush();
}
