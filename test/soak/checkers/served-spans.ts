import type { RequestLogEntry } from '../../../simulator/request-log.ts';

/** A span of event time that an account-region was asked for, and whose pages were all served, the last one too. */
export interface ServedSpan {
  /** `<account>/<region>` */
  readonly source: string;
  /** Whole seconds since 1970, both ends inclusive, as LookupEvents has it. */
  readonly fromS: number;
  readonly toS: number;
  /** When the first of its pages was served, in milliseconds since 1970. */
  readonly startedAtMs: number;
}

/** The caller cannot have read an answer that was cut off, cut short or replaced. */
const lostAnswers = new Set(['truncated', 'cut-before', 'cut-after', 'html-error']);

/** Follows every read in the simulator's request log from its first page, token by token, to its last. */
export function servedSpans(requests: readonly RequestLogEntry[]): readonly ServedSpan[] {
  const begun = new Map<string, number>();
  const spans: ServedSpan[] = [];
  for (const request of requests) {
    if (request.operation !== 'LookupEvents' || request.outcome !== 'ok') continue;
    if (request.fault !== null && lostAnswers.has(request.fault)) continue;
    const input = request.input as {
      readonly StartTime?: number;
      readonly EndTime?: number;
      readonly NextToken?: string;
      readonly LookupAttributes?: unknown;
    };
    // A filtered read has not read everything.
    if (input.LookupAttributes !== undefined || input.StartTime === undefined || input.EndTime === undefined) continue;
    const source = `${request.accountId}/${request.region}`;
    const read = `${source} ${input.StartTime} ${input.EndTime}`;
    const startedAtMs =
      input.NextToken === undefined ? Date.parse(request.at) : begun.get(`${read} ${input.NextToken}`);
    if (startedAtMs === undefined) continue; // the page before this one never arrived
    if (request.lastPage === true) {
      spans.push({ source, fromS: input.StartTime, toS: input.EndTime, startedAtMs });
    } else if (typeof request.nextToken === 'string') {
      begun.set(`${read} ${request.nextToken}`, startedAtMs);
    }
  }
  return spans;
}
