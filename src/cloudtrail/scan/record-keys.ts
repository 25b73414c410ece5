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
  'userIdentity.sessionContext',
  'userIdentity.sessionContext.sessionIssuer',
  'userIdentity.sessionContext.sessionIssuer.arn',
  'userIdentity.sessionContext.sessionIssuer.userName',
] as const;

export type RecordPath = (typeof recordPaths)[number];

/** An object with one of these keys at its top is something else than a record as CloudTrail writes it. */
const otherKeys = ['ecs', 'event', 'ecs.version', 'event.dataset', 'CloudTrailEvent', 'eventId'];
/** Lists of records: CloudTrail's own files, and the output of LookupEvents. */
const listKeys = ['Records', 'Events'];

/** What a key means that is no path of a record. */
export const noKey = -1;
export const otherKey = -2;
export const listKey = -3;

interface Entry {
  readonly name: Uint8Array;
  readonly meaning: number;
}

const tableSize = 512;

/** The keys of one object that mean something, found by their bytes. */
export class KeyTable {
  readonly #slots: (Entry | undefined)[] = Array.from({ length: tableSize });

  /** @throws RangeError where two keys fall on one place: then {@link slotOf} has to be changed. */
  put(name: string, meaning: number): void {
    const bytes = new TextEncoder().encode(name);
    const slot = slotOf(bytes, 0, bytes.length);
    if (this.#slots[slot] !== undefined) throw new RangeError(`the key ${name} shares its place with another`);
    this.#slots[slot] = { name: bytes, meaning };
  }

  /** What the key between two quotes means: an index into {@link recordPaths}, or one of the constants above. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const entry = this.#slots[slotOf(bytes, start, end)];
    if (entry === undefined) return noKey;
    const { name, meaning } = entry;
    if (name.length !== end - start) return noKey;
    for (let index = 0; index < name.length; index += 1) if (name[index] !== bytes[start + index]) return noKey;
    return meaning;
  }
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const first = bytes[start] ?? 0;
  const inner = bytes[start + ((length * 5) >>> 3)] ?? 0;
  const last = bytes[end - 1] ?? 0;
  return (length * 37 + first * 5 + inner * 11 + last * 83) % tableSize;
}

/** The keys at a record's top, with those that make it something else. */
export const topKeys = keysUnder('');
for (const name of otherKeys) topKeys.put(name, otherKey);
for (const name of listKeys) topKeys.put(name, listKey);

/** For each path, the keys inside it; `undefined` where its inside is not looked at. */
export const innerKeys: readonly (KeyTable | undefined)[] = recordPaths.map((path) => {
  const prefix = `${path}.`;
  return recordPaths.some((other) => other.startsWith(prefix)) ? keysUnder(prefix) : undefined;
});

/** For each path, the paths inside it, which a repetition of its key takes back. */
export const innerPaths: readonly (readonly number[])[] = recordPaths.map((path) =>
  recordPaths.flatMap((other, index) => (other.startsWith(`${path}.`) ? [index] : [])),
);

function keysUnder(prefix: string): KeyTable {
  const table = new KeyTable();
  for (const [index, path] of recordPaths.entries()) {
    const name = path.startsWith(prefix) ? path.slice(prefix.length) : '';
    if (name !== '' && !name.includes('.')) table.put(name, index);
  }
  return table;
}
