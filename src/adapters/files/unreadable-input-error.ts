/** An input that cannot be read to its end, or not at all; the message says why and what to do. */
export class UnreadableInputError extends Error {
  override readonly name = 'UnreadableInputError';
}
