/**
 * The nodes of a parsed EQL query. Every node carries the offset of its first character in the query's text, so that
 * whatever is found wrong later can be shown in its place.
 */

export type LiteralValue = string | number | boolean | null;

/** Where the characters of a string stand in the query, so that an error inside it can be shown in its place. */
export interface TextPlaces {
  /** The offset of the first character behind the opening quotes. */
  readonly start: number;
  /** By how much the query is longer than the text from that index of the text on; one entry for each escape. */
  readonly escapes: readonly { readonly index: number; readonly extra: number }[];
}

export interface Literal {
  readonly kind: 'literal';
  readonly value: LiteralValue;
  /** Written with a decimal point or an exponent; a quotient of integers is cut to an integer, one with a float is not. */
  readonly float: boolean;
  /** Strings have them. */
  readonly places?: TextPlaces;
  readonly offset: number;
}

/** The offset in the query of the character at an index of a string's text. */
export function offsetWithin({ places, offset }: Literal, index: number): number {
  if (places === undefined) return offset;
  const extra = places.escapes.reduce((sum, escape) => sum + (escape.index <= index ? escape.extra : 0), 0);
  return places.start + index + extra;
}

export interface Field {
  readonly kind: 'field';
  readonly path: string;
  /** Written `?field`. As a join key, an optional field may be absent; elsewhere it makes no difference here. */
  readonly optional: boolean;
  readonly offset: number;
}

export interface FunctionCall {
  readonly kind: 'call';
  readonly name: string;
  /** Written `name~(...)`. */
  readonly ignoreCase: boolean;
  readonly args: readonly Expression[];
  readonly offset: number;
}

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

export type Expression =
  | Literal
  | Field
  | FunctionCall
  | { readonly kind: 'not'; readonly operand: Expression; readonly offset: number }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[]; readonly offset: number }
  | {
      readonly kind: 'comparison';
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly offset: number;
    }
  | {
      readonly kind: 'in';
      readonly operand: Expression;
      readonly list: readonly Expression[];
      readonly ignoreCase: boolean;
      readonly offset: number;
    }
  | {
      /** `:` and `like~` ignore case, `like` does not. */
      readonly kind: 'like' | 'regex';
      readonly operand: Expression;
      readonly patterns: readonly Literal[];
      readonly ignoreCase: boolean;
      readonly offset: number;
    }
  | {
      readonly kind: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly offset: number;
    }
  | { readonly kind: 'negative'; readonly operand: Expression; readonly offset: number };

/** `category where condition`; the category is null for `any`. */
export interface EventFilter {
  readonly category: string | null;
  readonly condition: Expression;
  readonly offset: number;
}

export interface SequenceStep {
  readonly filter: EventFilter;
  /** The keys of `sequence by`, then those of the step's own `by`. */
  readonly joinKeys: readonly Field[];
  /** Written `![...]`: no such event may be there. */
  readonly missing: boolean;
}

export interface EventQuery {
  readonly kind: 'event';
  readonly filter: EventFilter;
}

export interface SequenceQuery {
  readonly kind: 'sequence';
  /** Two or more, `with runs=n` written out as n steps. */
  readonly steps: readonly SequenceStep[];
  readonly until: SequenceStep | null;
  readonly maxSpanMs: number | null;
}

export type EqlQuery = EventQuery | SequenceQuery;
