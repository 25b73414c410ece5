import { plainText, safe, type SafeText } from '../model/safe-text.ts';
import { utcTime } from '../model/utc-time.ts';
import type { CaseView } from './case.ts';

/**
 * What the case is doing with a plan that stands as presented, but is none to decide on: a decision on it has just been given, or what
 * it was made for has changed and the case is looking anew. Null where it can be decided on, or does not wait.
 */
export function planOnHold(
  view: Pick<CaseView, 'plan' | 'status' | 'decisions' | 'sinceUndone' | 'look'>,
): SafeText | null {
  if (view.plan?.standing !== 'presented') return null;
  if (view.status === 'gathering') return safe`nothing yet: evidence is being gathered anew`;
  if (view.status === 'responding') return safe`nothing more: a response is being carried out`;
  return decidedOn(view.plan, view) ?? undoneSince(view.plan, view);
}

type Plan = NonNullable<CaseView['plan']>;

/** The case writes a decision down before it acts on it. */
function decidedOn({ digest }: Plan, { decisions }: Pick<CaseView, 'decisions'>): SafeText | null {
  const given = decisions.findLast(
    ({ planDigest, outcome }) => planDigest === digest && outcome.kind === 'accepted' && outcome.approvalsMissing === 0,
  );
  if (given === undefined) return null;
  const by = plainText(given.approver ?? 'somebody');
  return given.verdict === 'approve'
    ? safe`nothing more: ${by} approved it at ${utcTime(given.at)} UTC, and the response is about to begin`
    : safe`nothing more: ${by} rejected it at ${utcTime(given.at)} UTC`;
}

/** An undoing opens what was closed: until the case has looked at it, its plan is that of before. */
function undoneSince({ presentedAt }: Plan, { sinceUndone, look }: Pick<CaseView, 'sinceUndone' | 'look'>) {
  if (sinceUndone === null || look === null) return null;
  const undoneMs = Date.parse(sinceUndone.at);
  const isOlder = Date.parse(presentedAt) < undoneMs;
  const isLookedAt = look.ended && Date.parse(look.at) >= undoneMs;
  return isOlder && !isLookedAt
    ? safe`nothing yet: since the undoing at ${utcTime(sinceUndone.at)} UTC the case is looked at anew, and a fresh plan comes of it within a minute or so`
    : null;
}
