import type { MadeKey } from '../model/action-result.ts';
import type { JournalRow } from './action-journal.ts';

/**
 * Every key that an action ever made, as its journal knows them, with what became of each.
 *
 * @param live the key that was just seen to be active with its secret stored, if any.
 */
export function madeKeysIn(rows: readonly JournalRow[], live: MadeKey | null): readonly MadeKey[] {
  const keys = new Map<string, MadeKey>();
  for (const { mark, data } of rows) {
    const { accessKeyId, secretArn } = data;
    if (typeof accessKeyId !== 'string') continue;
    if (mark === 'removed') keys.set(accessKeyId, { accessKeyId, fate: 'removed', secretArn: null });
    else if (mark === 'answered' || mark === 'removing' || mark === 'called') {
      const arn = typeof secretArn === 'string' ? secretArn : null;
      const known = keys.get(accessKeyId);
      if (known?.fate !== 'removed') keys.set(accessKeyId, { accessKeyId, fate: 'may-be-live', secretArn: arn });
    }
  }
  if (live !== null) keys.set(live.accessKeyId, live);
  return [...keys.values()];
}

/** Says what became of the keys, a sentence each; nothing where none was made. */
export function madeKeysInWords(keys: readonly MadeKey[]): readonly string[] {
  return keys.map(({ accessKeyId, fate, secretArn }) => {
    if (fate === 'removed') return `Key ${accessKeyId} was made on the way and is removed again.`;
    if (fate === 'live') return `The new key is ${accessKeyId}, its secret is in ${secretArn ?? 'no secret'}.`;
    return `Key ${accessKeyId} was made and may be live; ${secretArn === null ? 'its secret is not stored' : `its secret is in ${secretArn}`}.`;
  });
}
