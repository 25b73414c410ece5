import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { AlertKey } from '../../model/alert.ts';
import type { AlertId, Digest } from '../../model/ids.ts';
import { wellFormed } from '../../model/well-formed.ts';

/** An alert's ID: a digest over its key, so that whoever finds the alert again finds the same ID. */
export function alertIdOf({ ruleId, group, anchor }: AlertKey): AlertId {
  const { accountId, eventId, revision } = anchor;
  return digestOf([ruleId, [...group], accountId, eventId, revision]) as string as AlertId;
}

/** What a group's state is stored under: its values, which log authors choose, may be of any length. */
export function groupKeyOf(group: readonly string[]): Digest {
  return digestOf([...group]);
}

function digestOf(value: unknown): Digest {
  try {
    return canonicalDigest(value);
  } catch {
    // RFC 8785 has no form for lone surrogates; live, they have been replaced before, and offline the ID must be the same.
    return canonicalDigest(wellFormed(value));
  }
}
