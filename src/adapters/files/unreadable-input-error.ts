import { TrailhoundError } from '../../model/trailhound-error.ts';

/** An input that cannot be read to its end, or not at all; the message says why and what to do. */
export class UnreadableInputError extends TrailhoundError {
  override readonly name = 'UnreadableInputError';
  override readonly code = 'unreadable-input';
}
