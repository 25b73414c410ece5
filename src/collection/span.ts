import type { Window } from '../model/coverage.ts';
import type { Instant } from '../model/ids.ts';
import { trailInstantOfMs } from '../model/instant.ts';

/** A span of event time in whole seconds since 1970, both ends inclusive, as LookupEvents has it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export function windowOf(span: Span): Window {
  return { from: instantOfSeconds(span.from), to: instantOfSeconds(span.to) };
}

/** Seconds since 1970 of an instant; fractions are cut off. */
export function secondsOf(instant: Instant): number {
  return Math.floor(Date.parse(instant) / 1000);
}

/** RFC 3339 without fractions: `2026-11-24T12:00:00Z`. */
export function instantOfSeconds(seconds: number): Instant {
  return trailInstantOfMs(seconds * 1000);
}

export function lengthOf(span: Span): number {
  return span.to - span.from + 1;
}

export function overlap(a: Span, b: Span): boolean {
  return a.from <= b.to && b.from <= a.to;
}

export function contains(outer: Span, inner: Span): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}

/** What of `whole` none of the parts holds; the parts are ascending and disjoint. */
export function missingFrom(whole: Span, parts: readonly Span[]): readonly Span[] {
  const missing: Span[] = [];
  let from = whole.from;
  for (const part of parts) {
    if (part.to < from) continue;
    if (part.from > whole.to) break;
    if (part.from > from) missing.push({ from, to: part.from - 1 });
    from = part.to + 1;
  }
  if (from <= whole.to) missing.push({ from, to: whole.to });
  return missing;
}
