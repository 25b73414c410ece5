import { InvalidArgumentError } from 'commander';

/** What examples have in the place of a reason, in any writing. */
const placeholder = /^\W*(why|reason|text|todo|tbd|xxx)?\W*$/i;

/**
 * A reason as a person gives it: it stands in the audit trail for ever.
 *
 * @throws InvalidArgumentError for what says nothing, such as a copied `...` or `WHY`
 */
export function reasonOption(text: string): string {
  if (placeholder.test(text)) throw new InvalidArgumentError('Say why, in your words: it stays in the audit trail.');
  return text.trim();
}
