import type { JournalRow } from './action-journal.ts';
import type { KeyMaking, Responder } from './ports.ts';
import { minuteMs } from '../model/duration.ts';

/** How far CloudTrail's time of a call may lie from ours of the attempt. */
const attemptWindowMs = minuteMs;

/**
 * Says whether the trail proves that a key was made by an attempt of ours: by our principal, and in an attempt of this intent.
 *
 * The principal comes from AWS, never from the store. It alone is not enough, for others may act as the same principal:
 * its session is named after this intent, or the request is one whose answer an attempt recorded, or it was signed with the key
 * that an attempt recorded, at the time of that attempt.
 *
 * @param attempts the rows that the attempts wrote before and after they called.
 */
export function madeByUs(
  making: KeyMaking,
  responder: Responder,
  sessionName: string,
  attempts: readonly JournalRow[],
): boolean {
  if (making.madeBy !== responder.arn) return false;
  return (
    making.madeBy.endsWith(`/${sessionName}`) ||
    attempts.some((row) => making.awsRequestId !== null && row.awsRequestIds.includes(making.awsRequestId)) ||
    attempts.some((row) => signedInAttempt(making, row))
  );
}

function signedInAttempt(making: KeyMaking, attempt: JournalRow): boolean {
  const apartMs = Math.abs(Date.parse(making.at) - Date.parse(attempt.at));
  return making.signedBy !== null && attempt.data['signedBy'] === making.signedBy && apartMs <= attemptWindowMs;
}
