/** How a function of EQL may be called. */
export interface FunctionSignature {
  /** As the documentation spells it. */
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** The arguments in words, for error messages. */
  readonly takes: string;
  /** Has a form with `~`. */
  readonly foldsCase: boolean;
  readonly returns: 'boolean' | 'value';
}

type Signature = Omit<FunctionSignature, 'name'>;

function value(least: number, most: number, takes: string, foldsCase = false): Signature {
  return { least, most, takes, foldsCase, returns: 'value' };
}

function test(least: number, most: number, takes: string, foldsCase = true): Signature {
  return { least, most, takes, foldsCase, returns: 'boolean' };
}

const many = Number.POSITIVE_INFINITY;
/** Each argument multiplies the choices that a function has to try where fields hold lists. */
const maxConcatenated = 100;

/**
 * The functions of Elasticsearch's EQL, and `wildcard` and `match` of its first versions, which mean `like` and `regex`.
 * https://www.elastic.co/docs/reference/query-languages/eql/eql-function-ref
 */
const signatures: Readonly<Record<string, Signature>> = {
  add: value(2, 2, 'two numbers'),
  between: value(3, 4, 'a text, what stands left and right, and perhaps whether to match greedily', true),
  cidrMatch: test(2, many, 'an address and one CIDR block or more', false),
  concat: value(1, maxConcatenated, `one value to ${maxConcatenated}`),
  divide: value(2, 2, 'two numbers'),
  endsWith: test(2, 2, 'a text and its end'),
  indexOf: value(2, 3, 'a text, what to look for, and perhaps a position to start from', true),
  length: value(1, 1, 'a text'),
  match: test(2, many, 'a text and one regular expression or more'),
  modulo: value(2, 2, 'two numbers'),
  multiply: value(2, 2, 'two numbers'),
  number: value(1, 2, 'a text and perhaps its base'),
  startsWith: test(2, 2, 'a text and its start'),
  string: value(1, 1, 'a value'),
  stringContains: test(2, 2, 'a text and what it contains'),
  substring: value(2, 3, 'a text, a start and perhaps an end'),
  subtract: value(2, 2, 'two numbers'),
  wildcard: test(2, many, 'a text and one wildcard pattern or more'),
};

const byLowerCase: ReadonlyMap<string, FunctionSignature> = new Map(
  Object.entries(signatures).map(([name, signature]) => [name.toLowerCase(), { name, ...signature }]),
);

/**
 * How the function of that name is called; undefined where EQL has none. Case does not count, as in Elasticsearch: many of the
 * rule repository's rules write `cidrmatch`.
 */
export function functionSignature(name: string): FunctionSignature | undefined {
  return byLowerCase.get(name.toLowerCase());
}
