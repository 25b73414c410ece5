import { plainText, safe, type SafeText } from './safe-text.ts';

/** A number with what it counts: `1 rule`, `2 rules`, `1,204 rules`. @param plural where it is not made with an `s` */
export function counted(number: number, noun: string, plural = `${noun}s`): SafeText {
  return safe`${plainText(number.toLocaleString('en'))} ${plainText(forNumber(number, noun, plural))}`;
}

/** The word that agrees with a number: `forNumber(left, 'is', 'are')`. */
export function forNumber(number: number, one: string, several: string): SafeText {
  return plainText(number === 1 ? one : several);
}
