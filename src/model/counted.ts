import { plainText, safe, type SafeText } from './safe-text.ts';
/** `1 rule`, `2 rules`, `1,204 rules`. */
export function counted(number: number, noun: string): SafeText {
  return safe`${plainText(number.toLocaleString('en'))} ${plainText(noun)}${number === 1 ? safe`` : safe`s`}`;
}
