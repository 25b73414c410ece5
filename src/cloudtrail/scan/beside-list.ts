/** What is around a streamed list of an envelope: members before it, between two of them, or behind the last. */
export type BesideList = 'before' | 'between' | 'behind';

/**
 * What stands beside a streamed list, as an object by itself, for whoever looks for records in it; null where it cannot hold any, as what
 * LookupEvents and queues say of their answers.
 *
 * @param bytes before a list: from the brace of the envelope to the list's bracket. Else: from behind a list's bracket to the next list's,
 *   or to the envelope's end.
 */
export function objectBesideList(bytes: Buffer, place: BesideList): Buffer | null {
  if (!bytes.includes('eventName') || !bytes.includes('eventTime')) return null;
  const end = place === 'behind' ? '}' : 'null}';
  if (place === 'before') return Buffer.concat([bytes, Buffer.from(end)]);
  return Buffer.concat([Buffer.from('{'), bytes.subarray(firstMember(bytes)), Buffer.from(end)]);
}

/** Behind the comma that follows a list. */
function firstMember(bytes: Buffer): number {
  return Math.max(0, bytes.indexOf('"'));
}
