import type { Probe, ProbeFinding } from '../../views/examination.ts';

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

/** An account by its ID, and by its name where it was given one. */
export function accountNamed({ id, name }: { readonly id: string; readonly name: string }): string {
  return name === id ? `account ${id}` : `account ${id} (${name})`;
}
