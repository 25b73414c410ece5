import type { CaseDocument, DocumentEntry } from './case-document.ts';
import { earliestFirst } from '../../model/instant.ts';

/** A line of a case's timeline: a call of the intruder, or what we and the approvers did. */
export type TimeLineItem =
  | { readonly kind: 'call'; readonly at: string; readonly entry: DocumentEntry }
  | { readonly kind: 'ours'; readonly at: string; readonly who: string; readonly what: string };

/** Calls and our own acts on one line, oldest first. */
export function timeLine({ timeline, ours }: Pick<CaseDocument, 'timeline' | 'ours'>): readonly TimeLineItem[] {
  const calls = timeline.map((entry): TimeLineItem => ({ kind: 'call', at: entry.at, entry }));
  const acts = ours.map((act): TimeLineItem => ({ kind: 'ours', ...act }));
  return [...calls, ...acts].toSorted(earliestFirst);
}
