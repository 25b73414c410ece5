import { pathIndex, type ScannedRecord } from '../../cloudtrail/scan/scanned-record.ts';
import type { WantedEvents } from './gathered-events.ts';
import { anyCaller, KnownCallers, type KnownCaller } from './known-callers.ts';

const accessKeyId = pathIndex('userIdentity.accessKeyId');
const sourceAddress = pathIndex('sourceIPAddress');

/** A record's row: where it begins and ends in its content, and its caller, key and address as numbers. */
const columns = 5;
const rowsOfBlock = 8192;
/** What does not fit into a row. */
const furthest = 2 ** 32 - 1;

/** Records of one content of a source, which stand in it one after the other. */
interface IndexedContent {
  readonly source: number;
  /** Which of the contents of the source: archives have several. */
  readonly content: number;
  readonly from: number;
  until: number;
}

/** Which places of a source are to be read once more. */
export interface WantedPlaces {
  readonly source: number;
  /** By content: begin and end of each wanted record, in order; null where the source has to be read whole. */
  readonly places: ReadonlyMap<number, Uint32Array> | null;
}

/**
 * Where records stand, and as much of each as tells that no case is about it: so that when cases are known, only what they are about is
 * read again. It grows with the records, by 20 bytes each.
 */
export class RecordIndex {
  readonly callers = new KnownCallers();
  readonly #blocks: Uint32Array[] = [];
  #rows = 0;
  readonly #contents: IndexedContent[] = [];
  /** In the order in which they were read. */
  readonly #sources: number[] = [];
  readonly #readWhole = new Set<number>();
  #content = -1;

  /** A source is read from now on. */
  source(source: number): void {
    this.#sources.push(source);
    this.#content = -1;
  }

  /** Another content of the source is read from now on. */
  content(): void {
    const source = this.#sources.at(-1) ?? 0;
    this.#content += 1;
    this.#contents.push({ source, content: this.#content, from: this.#rows, until: this.#rows });
  }

  /** The present source holds what is in no row. */
  beyond(): void {
    this.#readWhole.add(this.#sources.at(-1) ?? 0);
  }

  /** @param isWanted it is to be read once more, whoever made the call. */
  record(record: ScannedRecord, caller: number, isWanted: boolean): void {
    const content = this.#contents.at(-1);
    const start = record.origin + record.start;
    const end = record.origin + record.end;
    if (content === undefined || end > furthest) {
      this.beyond();
      return;
    }
    const at = (this.#rows % rowsOfBlock) * columns;
    if (at === 0) this.#blocks.push(new Uint32Array(rowsOfBlock * columns));
    const block = this.#blocks[this.#blocks.length - 1] as Uint32Array; // one was just made, if there was none
    const isTold = !isWanted && record.coded[accessKeyId] !== 1 && record.coded[sourceAddress] !== 1;
    block[at] = start;
    block[at + 1] = end;
    block[at + 2] = isTold ? caller : anyCaller;
    block[at + 3] = digestAt(record, accessKeyId);
    block[at + 4] = digestAt(record, sourceAddress);
    this.#rows += 1;
    content.until = this.#rows;
  }

  /** What has to be read once more, source by source in the order in which they were read first: all that is wanted, and a little else. */
  *wantedPlaces(wanted: WantedEvents): Generator<WantedPlaces> {
    const wants = new WantedRows(wanted, this.callers.callers);
    const bySource = Map.groupBy(this.#contents, ({ source }) => source);
    for (const source of this.#sources) {
      if (this.#readWhole.has(source)) yield { source, places: null };
      else {
        const contents = bySource.get(source) ?? [];
        const places = contents.map((each) => [each.content, this.#placesIn(each, wants)] as const);
        const any = places.filter(([, { length }]) => length > 0);
        if (any.length > 0) yield { source, places: new Map(any) };
      }
    }
  }

  #placesIn({ from, until }: IndexedContent, wants: WantedRows): Uint32Array {
    const places: number[] = [];
    for (let row = from; row < until; row += 1) {
      const block = this.#blocks[Math.floor(row / rowsOfBlock)] ?? new Uint32Array(0);
      const at = (row % rowsOfBlock) * columns;
      if (wants.has(block[at + 2] ?? 0, block[at + 3] ?? 0, block[at + 4] ?? 0))
        places.push(block[at] ?? 0, block[at + 1] ?? 0);
    }
    return Uint32Array.from(places);
  }
}

/** Tells by a row's numbers whether the record may be wanted. */
class WantedRows {
  readonly #callers: Uint8Array;
  readonly #keys: ReadonlySet<number>;
  readonly #addresses: ReadonlySet<number>;

  constructor({ members, roles, addresses }: WantedEvents, callers: readonly KnownCaller[]) {
    this.#callers = Uint8Array.from(callers, ({ nodes, role }, number) =>
      Number(number === anyCaller || roles.has(role) || nodes.some((id) => members.has(id))),
    );
    this.#keys = new Set([...members.keys()].filter((id) => id.startsWith(keyPrefix)).map(digestOfKey));
    this.#addresses = new Set([...addresses.keys()].map(digestOf));
  }

  has(caller: number, key: number, address: number): boolean {
    return this.#callers[caller] === 1 || this.#keys.has(key) || this.#addresses.has(address);
  }
}

const keyPrefix = 'access-key/';

function digestOfKey(id: string): number {
  return digestOf(id.slice(keyPrefix.length));
}

/** FNV-1a. What shares a digest with something wanted is read in vain, and then told apart. */
function digestAt({ bytes, starts, ends }: ScannedRecord, index: number): number {
  const start = starts[index] ?? -1;
  let digest = fnvBasis;
  if (start >= 0) {
    const end = (ends[index] ?? start) - 1;
    for (let at = start + 1; at < end; at += 1) digest = Math.imul(digest ^ (bytes[at] ?? 0), fnvPrime);
  }
  return digest >>> 0;
}

/** The same of a text; one beyond ASCII is written in a way that is read anyhow. */
function digestOf(text: string): number {
  let digest = fnvBasis;
  for (let at = 0; at < text.length; at += 1) digest = Math.imul(digest ^ text.charCodeAt(at), fnvPrime);
  return digest >>> 0;
}

const fnvBasis = 0x811c9dc5;
const fnvPrime = 0x01000193;
