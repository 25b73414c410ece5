import { appendFileSync } from 'node:fs';

/** One answered call; written before the answer leaves. */
export interface RequestLogEntry {
  readonly seq: number;
  readonly at: string;
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly accountId: string | null;
  readonly region: string;
  readonly callerArn: string | null;
  readonly accessKeyId: string | null;
  readonly input: unknown;
  /** `ok`, or the error code. */
  readonly outcome: string;
  /** The fault that hit the call, if one did: `cut-after` says that the work was done and the answer never left. */
  readonly fault: string | null;
  /** LookupEvents: the event IDs on the page, whether it was the last one, and the token that asks for the next. */
  readonly eventIds?: readonly string[];
  readonly lastPage?: boolean;
  readonly nextToken?: string | null;
}

export interface RequestLog {
  write(entry: Omit<RequestLogEntry, 'seq'>): void;
  after(seq: number): readonly RequestLogEntry[];
}

/** A log in memory, and as NDJSON where a file is named. It holds no secret: values of secrets are left out of `input`. */
export function createRequestLog(file?: string): RequestLog {
  const entries: RequestLogEntry[] = [];
  return {
    write(fields) {
      const entry = { seq: entries.length + 1, ...fields };
      // Synchronous on purpose: what an answer says must be in the file before the answer leaves.
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`);
      entries.push(entry);
    },
    after: (seq) => entries.slice(Math.max(0, seq)),
  };
}
