import { QuerySyntaxError } from '../rule-file/rule-syntax-error.ts';
import { offsetWithin, type Expression, type Literal } from './ast.ts';
import { compileLuceneRegex, LuceneRegexError, type TextTest } from './lucene-regex.ts';
import { textOf } from '../fields/field-value.ts';
import {
  compileWildcard,
  compileWildcards,
  likePieces,
  lucenePieces,
  maxWildcardLength,
  wildcardLength,
  type WildcardPiece,
} from './wildcard.ts';

/**
 * What `endsWith` or `stringContains` of a field and a constant text looks for. The stars are put to the text before it is
 * read: a backslash at its end takes the meaning of the star behind it.
 */
export function partPieces(name: string, text: string): readonly WildcardPiece[] {
  return lucenePieces(name === 'stringContains' ? `*${text}*` : `*${text}`);
}

type PatternSource = { readonly patterns: readonly Literal[]; readonly ignoreCase: boolean };

/** Compiles patterns of `like` and `:`, or of `regex`, to a test of whether a text matches one of them. @throws QuerySyntaxError */
export function patternTest(kind: 'like' | 'regex', { patterns, ignoreCase }: PatternSource): TextTest {
  const written = patterns.filter((pattern) => pattern.value !== null);
  if (kind === 'like') return likeTest(written, ignoreCase);
  const tests = written.map((pattern) => regexTest(pattern, ignoreCase));
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (text) => tests.some((test) => test(text));
}

function likeTest(patterns: readonly Literal[], ignoreCase: boolean): TextTest {
  const written = patterns.map((pattern) => ({ offset: pattern.offset, pieces: likePieces(literalText(pattern)) }));
  const long = written.find(({ pieces }) => wildcardLength(pieces) > maxWildcardLength);
  if (long !== undefined) {
    throw new QuerySyntaxError(
      long.offset,
      `a wildcard pattern may have ${maxWildcardLength} characters`,
      'shorten it',
    );
  }
  return compileWildcards(
    written.map(({ pieces }) => pieces),
    ignoreCase,
  );
}

/** Compiles one wildcard pattern. @throws QuerySyntaxError at that offset where it is too long. */
export function wildcardTest(pieces: readonly WildcardPiece[], ignoreCase: boolean, offset: number): TextTest {
  try {
    return compileWildcard(pieces, ignoreCase);
  } catch (error) {
    if (error instanceof RangeError) throw new QuerySyntaxError(offset, error.message, 'shorten it');
    throw error;
  }
}

function regexTest(pattern: Literal, ignoreCase: boolean): TextTest {
  try {
    return compileLuceneRegex(literalText(pattern), ignoreCase);
  } catch (error) {
    if (!(error instanceof LuceneRegexError)) throw error;
    const place = offsetWithin(pattern, error.offset);
    throw new QuerySyntaxError(place, `in this regular expression: ${error.problem}`, error.remedy);
  }
}

/** A literal's text; empty for null and for what is no literal. */
export function literalText(expression: Expression): string {
  return expression.kind === 'literal' && expression.value !== null ? textOf(expression.value) : '';
}
