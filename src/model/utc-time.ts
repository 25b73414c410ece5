import { plainText, type SafeText } from './safe-text.ts';

/** `2026-11-24 12:31:05`: an instant as people read it, to the second, always UTC. */
export function utcTime(instant: string): SafeText {
  return plainText(instant.slice(0, 19).replace('T', ' '));
}

/** The same without the day where it is the day of another instant. */
export function utcTimeAfter(instant: string, other: string): SafeText {
  return instant.slice(0, 10) === other.slice(0, 10) ? plainText(instant.slice(11, 19)) : utcTime(instant);
}
