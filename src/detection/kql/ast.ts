import type { WildcardPiece } from '../eql/wildcard.ts';

/** A stretch of the query's text, in UTF-16 code units. */
export interface KqlSpan {
  readonly start: number;
  readonly end: number;
}

/** `*` in a name stands for any run of characters, dots included. */
export type KqlField =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'pattern'; readonly pieces: readonly WildcardPiece[] };

export type KqlValue =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  /** Has a value at all: a lone `*`. */
  | { readonly kind: 'anything' }
  | { readonly kind: 'wildcard'; readonly pieces: readonly WildcardPiece[] }
  /** Unquoted `null`: has no value. */
  | { readonly kind: 'null' };

export type KqlRangeOperator = '<' | '<=' | '>' | '>=';

/** A KQL query. Value lists are already spread: `a: (b or c)` is an `or` of two comparisons. */
export type KqlNode =
  | { readonly kind: 'match-all'; readonly span: KqlSpan }
  | { readonly kind: 'and'; readonly operands: readonly KqlNode[]; readonly span: KqlSpan }
  | { readonly kind: 'or'; readonly operands: readonly KqlNode[]; readonly span: KqlSpan }
  | { readonly kind: 'not'; readonly operand: KqlNode; readonly span: KqlSpan }
  /** Without a field: free text, in any field. */
  | { readonly kind: 'is'; readonly field: KqlField | null; readonly value: KqlValue; readonly span: KqlSpan }
  | {
      readonly kind: 'range';
      readonly field: KqlField;
      readonly operator: KqlRangeOperator;
      readonly value: string;
      readonly span: KqlSpan;
    }
  /** All conditions on one and the same object of a list. */
  | { readonly kind: 'nested'; readonly field: string; readonly operand: KqlNode; readonly span: KqlSpan };
