import type { InputSource } from '../../adapters/files/input-paths.ts';
import { ScanMemory } from '../../adapters/files/scan-records.ts';
import type { OtherFormName } from '../../cloudtrail/other-form.ts';
import type { HeldBack } from '../../detection/exceptions/with-exceptions.ts';
import { judgeSource, type SourceJudging } from './judge-source.ts';
import type { OtherValues } from './reading-report.ts';
import { takeNext, type JudgeTask, type MalformedInput, type ThreadReport } from './thread-messages.ts';

/** A report grows to about this many entries before it is handed on. */
const reportEntries = 2000;
const reportBytes = 16 * 1024 * 1024;

/** Gathers what judging gives until a report is worth handing on. */
export class ReportGatherer {
  readonly #hand: (report: ThreadReport) => void;
  #records = 0;
  #bytes = 0;
  #malformed: MalformedInput[] = [];
  readonly #others = new Map<string, OtherValues>();
  #heldBack: HeldBack[] = [];

  constructor(hand: (report: ThreadReport) => void) {
    this.#hand = hand;
  }

  judged(): void {
    this.#records += 1;
  }

  malformed(malformed: MalformedInput): void {
    this.#malformed.push(malformed);
    if (this.#malformed.length >= reportEntries) this.flush();
  }

  other(path: string, form: OtherFormName): void {
    const key = `${form} ${path}`;
    this.#others.set(key, { path, form, count: (this.#others.get(key)?.count ?? 0) + 1 });
    if (this.#others.size >= reportEntries) this.flush();
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
      others: [...this.#others.values()],
      heldBack: this.#heldBack,
    });
    this.#records = 0;
    this.#bytes = 0;
    this.#malformed = [];
    this.#others.clear();
    this.#heldBack = [];
  }
}

/** Takes one source after the other that no other thread has taken, and judges it. */
export async function judgeSources(
  sources: readonly InputSource[],
  next: JudgeTask['next'],
  judging: Pick<SourceJudging, 'ruleSet' | 'detection' | 'enrich' | 'facts'>,
  gatherer: ReportGatherer,
): Promise<void> {
  const memory = new ScanMemory();
  for (;;) {
    const position = takeNext(next);
    const source = sources[position];
    if (source === undefined) break;
    judging.facts?.index.source(position);
    await judgeSource(source, {
      ...judging,
      memory,
      onJudged: () => gatherer.judged(),
      onMalformed: (place, problem, eventId) => gatherer.malformed({ place, problem, eventId }),
      onOther: (path, form) => gatherer.other(path, form),
      onBytes: (bytes) => gatherer.read(bytes),
    });
  }
  gatherer.flush();
}
