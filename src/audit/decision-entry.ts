import { claimedStatement } from '../approval/claimed-decision.ts';
import { plainText } from '../model/safe-text.ts';
import type { StoryEntry } from './case-story.ts';
import type { HistoryEvent } from './history-event.ts';
import { fieldsOf, textIn } from './untrusted-fields.ts';

/**
 * Who decided what, and how it was answered. An accepted decision's approver was proved by its signature when it came; a refused
 * one's is only what it claims.
 */
export function decisionEntry(event: Extract<HistoryEvent, { kind: 'update-answered' }>): StoryEntry {
  const jws = fieldsOf(event.input[0])['jws'];
  const statement = claimedStatement({ jws: typeof jws === 'string' ? jws : '' });
  const about = {
    at: event.takenAt,
    kind: 'decided',
    subject: statement?.planDigest ?? null,
    awsRequestIds: [],
  } as const;
  const answer = textIn(event.outcome, 'kind');
  if (answer !== 'accepted' && answer !== 'duplicate') {
    const claimed = statement === null ? 'nobody that it names' : plainText(statement.approver);
    const code = textIn(event.outcome, 'code') || 'failed';
    const what = `A decision in the name of ${claimed} was refused: ${code}.`;
    return { ...about, who: 'unproved', what };
  }
  const who = plainText(statement?.approver ?? 'unknown');
  if (answer === 'duplicate') return { ...about, who, what: 'The same decision was given again.' };
  const reason = plainText(statement?.reason ?? '', 400);
  const actions = statement?.actions.map(({ id }) => plainText(id)).join(', ') ?? '';
  const what = statement?.verdict === 'approve' ? `Approved ${actions}: ${reason}` : `Rejected the plan: ${reason}`;
  return { ...about, who, what };
}
