/** The things that are probed. */
export type Probe = 'temporal' | 'store' | 'accounts' | 'rules' | 'enrichment' | 'aws' | 'keys' | 'register' | 'clock';

/** What a probe found about one thing. */
export interface ProbeFinding {
  readonly probe: Probe;
  /** What it is about: an address, an account and role, a file. */
  readonly subject: string;
  readonly status: 'ok' | 'warning' | 'failed';
  readonly message: string;
  /** What to do; absent where all is well. */
  readonly remedy?: string;
}

/** Ways to write a finding of one probe. */
export function findingsOf(probe: Probe) {
  return {
    ok: (subject: string, message: string): ProbeFinding => ({ probe, subject, status: 'ok', message }),
    warning: (subject: string, message: string, remedy: string): ProbeFinding => ({
      probe,
      subject,
      status: 'warning',
      message,
      remedy,
    }),
    failed: (subject: string, message: string, remedy: string): ProbeFinding => ({
      probe,
      subject,
      status: 'failed',
      message,
      remedy,
    }),
  };
}

/** A finding made of whatever a probe threw: our errors bring their remedy. */
export function failureOf(probe: Probe, subject: string, error: unknown): ProbeFinding {
  const remedy =
    error instanceof Error && 'remedy' in error && typeof error.remedy === 'string' ? error.remedy : undefined;
  const message = error instanceof Error ? error.message || error.name : String(error);
  return { probe, subject, status: 'failed', message, ...(remedy === undefined ? {} : { remedy }) };
}
