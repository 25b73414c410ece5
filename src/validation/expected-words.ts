import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

const types: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a table of settings',
  record: 'a table of settings',
  date: 'a date',
};

/**
 * Says in a sentence what is expected where a value is not as it should be, for schemas that do not say it themselves: to be given
 * to a parse as its `error`.
 */
export function expectedWords(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${types[issue.expected] ?? 'a value of another kind'} is expected`;
    case 'unrecognized_keys':
      return `${issue.keys.map((key) => JSON.stringify(key)).join(', ')} is not known here: correct its name, or remove it`;
    case 'too_small':
      return `${amountWords(issue.origin, Number(issue.minimum), 'or more')} expected`;
    case 'too_big':
      return `${amountWords(issue.origin, Number(issue.maximum), 'at most')} expected`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')} is expected`;
    case 'invalid_format':
      return 'a text of another form is expected';
    default:
      return 'a value of another form is expected';
  }
}

function amountWords(origin: string, limit: number, bound: 'or more' | 'at most'): string {
  if (origin === 'string' && bound === 'or more' && limit === 1) return 'a text that is not empty is';
  if (origin === 'string') return `${limit} characters ${bound} are`;
  if (origin === 'array' || origin === 'set') return `a list of ${limit} ${bound} is`;
  return `${limit} ${bound} is`;
}
