import { createHmac, timingSafeEqual } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { JournalRow } from './action-journal.ts';

/** Marks journal rows as the responder's own: who owns the store cannot write one. */
export interface JournalSeal {
  /** A MAC over all of the row, in base64url. */
  of(row: JournalRow): string;
  holds(row: JournalRow, mac: string | null): boolean;
}

/** HMAC-SHA-256 (RFC 2104) over the row in canonical JSON (RFC 8785), by a key that the responder alone has. */
export function journalSeal(key: Uint8Array): JournalSeal {
  const macOf = ({ intentId, step, mark, attempt, at, awsRequestIds, data }: JournalRow): Buffer => {
    // The store writes instants in its own way.
    const instant = new Date(at).toISOString();
    const text = canonicalize(['journal-row', intentId, step, mark, attempt, instant, awsRequestIds, data]) ?? '';
    return createHmac('sha256', key).update(text).digest();
  };
  return {
    of: (row) => macOf(row).toString('base64url'),
    holds: (row, mac) => {
      const given = Buffer.from(mac ?? '', 'base64url');
      const made = macOf(row);
      return given.length === made.length && timingSafeEqual(given, made);
    },
  };
}
