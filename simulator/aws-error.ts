import type { JsonObject } from './json.ts';

/** Who is at fault, as the query protocol's `Type` element has it. */
export type FaultSide = 'Sender' | 'Receiver';

/**
 * An answer that AWS gives instead of a result.
 *
 * `code` is the code on the wire, `trailCode` the one that CloudTrail writes (`null`: AWS leaves no record of this
 * refusal, as with a bad signature).
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly side: FaultSide;
  readonly trailCode: string | null;
  /** What the answer has besides code and message; of JSON services alone. */
  readonly members: JsonObject;

  constructor(
    code: string,
    message: string,
    options: {
      readonly status?: number;
      readonly side?: FaultSide;
      readonly trailCode?: string | null;
      readonly members?: JsonObject;
    } = {},
  ) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = options.status ?? 400;
    this.side = options.side ?? (this.status >= 500 ? 'Receiver' : 'Sender');
    this.members = options.members ?? {};
    this.trailCode = options.trailCode === undefined ? code : options.trailCode;
  }
}

/** IAM's 404; CloudTrail writes its codes with the suffix `Exception`. */
export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', message, { status: 404, trailCode: 'NoSuchEntityException' });
}

/** IAM's and STS's answer to a parameter that its constraints forbid. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', `1 validation error detected: ${message}`, {
    trailCode: 'ValidationException',
  });
}
