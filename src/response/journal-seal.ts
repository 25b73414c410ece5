import { createHmac, timingSafeEqual } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ActionResult } from '../model/action-result.ts';
import type { Instant } from '../model/ids.ts';
import { instantOfMs } from '../model/instant.ts';
import type { JournalRow } from './action-journal.ts';

/** How an action ended, as the journal has it. */
export interface JournalledEnd {
  /** Names the plan and the action: it is made of them. */
  readonly intentId: string;
  readonly at: Instant;
  readonly result: ActionResult;
}

/** Marks what the journal says as the responder's own: who owns the store cannot write it. */
export interface JournalSeal {
  /** A MAC over all of the row, in base64url. */
  of(row: JournalRow): string;
  holds(row: JournalRow, mac: string | null): boolean;
  /** The same over an action's end. */
  ofEnd(end: JournalledEnd): string;
  endHolds(end: JournalledEnd, mac: string | null): boolean;
}

/** HMAC-SHA-256 (RFC 2104) over what is said in canonical JSON (RFC 8785), by a key that the responder alone has. */
export function journalSeal(key: Uint8Array): JournalSeal {
  function macOf(said: readonly unknown[]): Buffer {
    return createHmac('sha256', key)
      .update(canonicalize(said) ?? '')
      .digest();
  }
  function holds(said: readonly unknown[], mac: string | null): boolean {
    const given = Buffer.from(mac ?? '', 'base64url');
    const made = macOf(said);
    return given.length === made.length && timingSafeEqual(given, made);
  }
  return {
    of: (row) => macOf(saidByRow(row)).toString('base64url'),
    holds: (row, mac) => holds(saidByRow(row), mac),
    ofEnd: (end) => macOf(saidByEnd(end)).toString('base64url'),
    endHolds: (end, mac) => holds(saidByEnd(end), mac),
  };
}

function saidByRow({ intentId, step, mark, attempt, at, awsRequestIds, data }: JournalRow): readonly unknown[] {
  return ['journal-row', intentId, step, mark, attempt, asWritten(at), awsRequestIds, data];
}

function saidByEnd({ intentId, at, result }: JournalledEnd): readonly unknown[] {
  return ['journal-end', intentId, asWritten(at), result];
}

/** The store writes instants in its own way. */
function asWritten(at: Instant): string {
  return instantOfMs(Date.parse(at));
}
