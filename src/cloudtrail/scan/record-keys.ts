import { isFlattenedKey } from '../other-form.ts';

/**
 * The values of a record that are looked for while it is scanned, by their paths. What stands before a dot is an object
 * whose inside is looked at too.
 */
export const recordPaths = [
  'eventTime',
  'eventName',
  'eventID',
  'eventSource',
  'awsRegion',
  'sourceIPAddress',
  'userAgent',
  'requestParameters',
  'responseElements',
  'additionalEventData',
  'serviceEventDetails',
  'errorCode',
  'errorMessage',
  'recipientAccountId',
  'accountId',
  'resources',
  'addendum',
  'sessionCredentialFromConsole',
  'tlsDetails',
  'tlsDetails.clientProvidedHostHeader',
  'userIdentity',
  'userIdentity.type',
  'userIdentity.arn',
  'userIdentity.accountId',
  'userIdentity.accessKeyId',
  'userIdentity.invokedBy',
  'userIdentity.principalId',
  'userIdentity.userName',
  'userIdentity.onBehalfOf',
  'userIdentity.sessionContext',
  'userIdentity.sessionContext.sessionIssuer',
  'userIdentity.sessionContext.sessionIssuer.arn',
  'userIdentity.sessionContext.sessionIssuer.userName',
] as const;

export type RecordPath = (typeof recordPaths)[number];

/** Under these, exports have the record as it was written, beside columns that were taken from it. */
export const rawTextKeys: readonly string[] = [
  '_raw', // Splunk, Sumo Logic
  'raw',
  'raw_data', // OCSF
  '@message', // CloudWatch Logs Insights
  'message', // Logstash
  'eventJson', // CloudTrail Lake
  'event_json',
  'eventjson',
];

/** An object with one of these keys at its top is something else than a record as CloudTrail writes it. */
const otherKeys = ['ecs', 'event', 'ecs.version', 'event.dataset', 'CloudTrailEvent', 'eventId', ...rawTextKeys];
/** Lists of records or of envelopes that may be larger than memory: trail files, LookupEvents, CloudWatch Logs, SQS. */
export const streamedListKeys: readonly string[] = ['Records', 'Events', 'events', 'logEvents', 'Messages'];

/** What a key means that is no path of a record. */
export const noKey = -1;
const otherKey = -2;
export const listKey = -3;

/** A key that was seen in an object, by its bytes. */
export interface SeenKey {
  /** The key's bytes with the quote behind it. */
  readonly name: Uint8Array;
  /** The same as little-endian words; the last overlaps the one before it. Empty where the name is shorter than a word. */
  readonly words: Int32Array;
  /** An index into {@link recordPaths}, or one of the constants above. */
  readonly meaning: number;
  /** The key that came next the last time: most records have the same keys in the same order. */
  next: SeenKey | undefined;
}

const tableSize = 512;

/** The keys of one object: those that mean something, and whatever others occur. */
export class KeyTable {
  readonly #meanings = new Map<string, number>();
  /** Keys by a digest of their bytes; one that falls on another's place replaces it. */
  readonly #seen: (SeenKey | undefined)[] = Array.from({ length: tableSize });
  /** Stands before the first key. */
  readonly start: SeenKey = seenKey(new Uint8Array(0), noKey);
  readonly #isOther: (name: string) => boolean;

  /** @param isOther of a key that was not put: whether it makes the object something else. */
  constructor(isOther: (name: string) => boolean = () => false) {
    this.#isOther = isOther;
  }

  put(name: string, meaning: number): void {
    this.#meanings.set(name, meaning);
  }

  /** The key whose plain bytes stand between two quotes. */
  find(bytes: Buffer, start: number, end: number): SeenKey {
    const slot = slotOf(bytes, start, end);
    const seen = this.#seen[slot];
    if (seen !== undefined && seen.name.length === end - start + 1 && isKeyAt(seen, bytes, start)) return seen;
    const name = bytes.toString('latin1', start, end);
    const meaning = this.#meanings.get(name) ?? (this.#isOther(name) ? otherKey : noKey);
    const found = seenKey(Uint8Array.from(bytes.subarray(start, end + 1)), meaning);
    this.#seen[slot] = found;
    return found;
  }
}

function seenKey(name: Uint8Array, meaning: number): SeenKey {
  const view = new DataView(name.buffer);
  const places = Array.from({ length: Math.floor(name.length / 4) }, (_, index) => 4 * index);
  if (places.length > 0 && name.length % 4 > 0) places.push(name.length - 4);
  return { name, words: Int32Array.from(places, (at) => view.getInt32(at, true)), meaning, next: undefined };
}

/** The key's bytes, with the quote behind them, stand there, before the input's end; looked at by words, for most keys of a record come this way. */
export function isKeyInView({ name, words }: SeenKey, view: DataView, start: number, end: number): boolean {
  const { length } = name;
  if (length < 4 || start + length > end) return false;
  const last = words.length - 1;
  for (let index = 0; index < last; index += 1)
    if (view.getInt32(start + 4 * index, true) !== words[index]) return false;
  return view.getInt32(start + length - 4, true) === words[last];
}

/** The same by bytes. */
function isKeyAt({ name }: SeenKey, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < name.length; index += 1) if (name[index] !== bytes[start + index]) return false;
  return true;
}

/** What an escaped key says is not looked at: whoever parses it will see. */
export const codedKey: SeenKey = seenKey(new Uint8Array(0), otherKey);

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const first = bytes[start] ?? 0;
  const inner = bytes[start + ((length * 5) >>> 3)] ?? 0;
  const last = bytes[end - 1] ?? 0;
  return (length * 37 + first * 5 + inner * 11 + last * 83) % tableSize;
}

/** The keys at a record's top, with those that make it something else. */
export const topKeys = keysUnder('', isFlattenedKey);
for (const name of otherKeys) topKeys.put(name, otherKey);
for (const name of streamedListKeys) topKeys.put(name, listKey);

/** For each path, the keys inside it; `undefined` where its inside is not looked at. */
export const innerKeys: readonly (KeyTable | undefined)[] = recordPaths.map((path) => {
  const prefix = `${path}.`;
  return recordPaths.some((other) => other.startsWith(prefix)) ? keysUnder(prefix) : undefined;
});

/** For each path, the paths inside it, which a repetition of its key takes back. */
export const innerPaths: readonly (readonly number[])[] = recordPaths.map((path) =>
  recordPaths.flatMap((other, index) => (other.startsWith(`${path}.`) ? [index] : [])),
);

function keysUnder(prefix: string, isOther?: (name: string) => boolean): KeyTable {
  const table = new KeyTable(isOther);
  for (const [index, path] of recordPaths.entries()) {
    const name = path.startsWith(prefix) ? path.slice(prefix.length) : '';
    if (name !== '' && !name.includes('.')) table.put(name, index);
  }
  return table;
}
