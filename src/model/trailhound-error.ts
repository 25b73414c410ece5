/** What an error carries beside its message. */
export interface ErrorFacts extends ErrorOptions {
  /** What to do about it, for whoever reads the message. */
  readonly remedy?: string;
}

/**
 * The base of every error class of this project. The message says what went wrong, and where (a file and its line, an address, an ID).
 * Nothing in a message or a remedy is a secret; both may quote what others wrote, and are made safe where they are shown.
 */
export abstract class TrailhoundError extends Error {
  /** Tells this kind of error from all others, in lower case with dashes: it stays as it is, whatever the message and the class become. */
  abstract readonly code: string;
  /** What to do; null where the message says it already. */
  readonly remedy: string | null;

  constructor(message: string, { remedy, ...options }: ErrorFacts = {}) {
    super(message, options);
    this.remedy = remedy ?? null;
  }
}
