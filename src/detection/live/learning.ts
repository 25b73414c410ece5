import type { AccountId, Instant } from '../../model/ids.ts';
import { dayMs } from '../../model/duration.ts';
import type { JudgedDraft } from './excepted-drafts.ts';
import type { DetectionSession, LiveRule } from './live-ports.ts';

/**
 * What a rule that learns calls new counts only where its whole window of history was read, and not where it is long past. Of
 * an account that nobody watches, recordings were imported: they are all there is to learn from, and what is new in them counts.
 */
export async function isLearning(
  session: DetectionSession,
  live: LiveRule,
  draft: Pick<JudgedDraft, 'anchor' | 'eventTimeMs'>,
): Promise<boolean> {
  if (!needsHistory(live)) return false;
  const learnt = await learntFrom(session, live, draft.anchor.accountId);
  if (learnt === null) return false;
  const ready = learnt.fromMs <= draft.eventTimeMs;
  await session.noteReadiness(live.rule.id, draft.anchor.accountId, learnt.historyFrom, ready);
  return !ready;
}

/**
 * A new account's history is there to learn from: of what happened before it was watched, only the last day is still news.
 * An attack of that day deserves a case; the first sights of the weeks before it are everybody's daily work.
 */
const stillNewsMs = dayMs;

/** From which event time on a rule's matches in an account count; null where nobody watches the account. */
export async function learntFrom(
  session: DetectionSession,
  { matcher }: LiveRule,
  accountId: AccountId,
): Promise<{ readonly fromMs: number; readonly historyFrom: Instant } | null> {
  const historyFrom = await session.historyFrom(accountId);
  const watchedSince = await session.watchedSince(accountId);
  if (historyFrom === null || watchedSince === null) return null;
  const fromMs = Math.max(Date.parse(historyFrom) + matcher.horizonMs, Date.parse(watchedSince) - stillNewsMs);
  return { fromMs, historyFrom };
}

/** Whether a rule knows nothing before an account's history is read. */
export function needsHistory({ matcher }: LiveRule): boolean {
  return matcher.learns === true;
}
