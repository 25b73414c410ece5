import { randomInt } from 'node:crypto';
import type { CaseId } from '../../../model/ids.ts';

/** Crockford's base 32 without its vowels, so that no ID reads as a word. */
const caseIdAlphabet = '0123456789BCDFGHJKMNPQRSTVWXYZ';

/** Opaque and random: an ID says nothing about its actor. */
export function newCaseId(): CaseId {
  const letters = Array.from({ length: 6 }, () => caseIdAlphabet[randomInt(caseIdAlphabet.length)]);
  return `TH-${letters.join('')}` as CaseId;
}
