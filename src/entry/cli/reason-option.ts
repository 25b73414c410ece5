import { InvalidArgumentError } from 'commander';

/**
 * Two words at least: one, such as a copied `WHY`, `late` or `x`, tells an auditor nothing. In a writing that has no space between words,
 * four letters.
 */
const reason = /[\p{L}\p{N}][^]*\s[^]*[\p{L}\p{N}]|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]{4}/u;

/**
 * A reason as a person gives it: it stands in the audit trail for ever.
 *
 * @throws InvalidArgumentError for what is no two words, such as a copied `...` or `WHY`
 */
export function reasonOption(text: string): string {
  if (!reason.test(text))
    throw new InvalidArgumentError('Say why, in two words at least: it stays in the audit trail.');
  return text.trim();
}
