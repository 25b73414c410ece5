import { TrailhoundError } from '../../model/trailhound-error.ts';

/** A place in a rule file; both count from 1, columns in UTF-16 code units. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a rule file: what, where, and what to do about it. */
export class RuleSyntaxError extends TrailhoundError {
  override readonly name = 'RuleSyntaxError';
  override readonly code = 'rule-syntax';
  readonly path: string;
  readonly position: SourcePosition;
  readonly problem: string;
  override readonly remedy: string;

  constructor(options: {
    readonly path: string;
    readonly position: SourcePosition;
    readonly problem: string;
    readonly remedy: string;
  }) {
    const { path, position, problem, remedy } = options;
    super(`${path}:${position.line}:${position.column}: ${problem}; ${remedy}`);
    this.path = path;
    this.position = position;
    this.problem = problem;
    this.remedy = remedy;
  }
}

/** Something in a rule file that hinders nothing: an unknown key, a value that is ignored. */
export interface RuleWarning {
  readonly path: string;
  readonly position: SourcePosition;
  readonly message: string;
}

/**
 * What a query's parser throws: the place is an offset in the query's own text, for a parser does not know which file
 * the text stands in.
 */
export class QuerySyntaxError extends TrailhoundError {
  override readonly name = 'QuerySyntaxError';
  override readonly code = 'query-syntax';
  /** UTF-16 code units from the start of the query. */
  readonly offset: number;
  readonly problem: string;
  override readonly remedy: string;

  constructor(offset: number, problem: string, remedy: string) {
    super(`at ${offset}: ${problem}; ${remedy}`);
    this.offset = offset;
    this.problem = problem;
    this.remedy = remedy;
  }
}
