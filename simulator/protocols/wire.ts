import type { IncomingHttpHeaders } from 'node:http';

/** An HTTP request whose body has arrived. */
export interface WireRequest {
  readonly headers: IncomingHttpHeaders;
  /** `X-Amz-Target`, or nothing. */
  readonly target: string;
  readonly body: Buffer;
}

/** An HTTP answer, not sent yet. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
