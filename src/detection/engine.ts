import type { Rule } from '../model/rule.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { createFieldTable, eventFields } from './fields/document-fields.ts';
import type { EventFields, FieldTable } from './fields/event-fields.ts';
import { compileKql } from './kql/compile-kql.ts';
import { parseKql } from './kql/parse-kql.ts';
import { createRuleIndex } from './index/rule-index.ts';
import { errorAtKey, type RuleFile } from './rule-file/rule-file.ts';
import { kqlOfFilters, UnsupportedFilterError } from './rule-file/rule-filters.ts';
import { RuleSyntaxError } from './rule-file/rule-syntax-error.ts';
import { noCandidates, type Candidate, type DetectionEvent, type RuleMatcher } from './rule-type.ts';
import { ruleTypes } from './rule-types.ts';

export interface CompiledRule {
  readonly rule: Rule;
  readonly matcher: RuleMatcher;
  readonly file: RuleFile;
}

/** A rule that is fine as it is, and does not run. */
export interface RuleNotRun {
  readonly file: RuleFile;
  /** Not supported: Trailhound cannot run it yet. */
  readonly kind: 'switched-off' | 'not-supported';
  /** A sentence: what is not supported, or that it is switched off. */
  readonly reason: string;
}

/** An event's candidates for one rule. */
export interface RuleCandidates {
  /** The rule's position in `rules`. */
  readonly ruleIndex: number;
  readonly candidates: readonly Candidate[];
}

/** Rules compiled together: one field table, one index by what they require. */
export interface RuleSet {
  readonly rules: readonly CompiledRule[];
  readonly notRun: readonly RuleNotRun[];
  /** Rules that did not compile, and why; the others run all the same. */
  readonly errors: readonly RuleSyntaxError[];
  /** Rules that have another's ID: they run under one of their own. */
  readonly repeated: readonly RuleSyntaxError[];
  readonly fields: FieldTable;
  fieldsOf(document: EcsDocument): EventFields;
  /** The rules that keep something of the event; rules that cannot match are not even asked. */
  candidatesOf(event: DetectionEvent): readonly RuleCandidates[];
}

/** Compiles rule files into one rule set; what does not compile or is not supported is reported, and holds nothing up. */
export function compileRuleSet(files: readonly RuleFile[]): RuleSet {
  const fields = createFieldTable();
  const rules: CompiledRule[] = [];
  const notRun: RuleNotRun[] = [];
  const errors: RuleSyntaxError[] = [];
  const { distinct, repeated } = byRuleId(files);
  for (const file of distinct) {
    const why = whyNotRun(file);
    if (why !== null) {
      notRun.push({ file, ...why });
      continue;
    }
    try {
      const type = ruleTypes.get(file.rule.type);
      if (type !== undefined)
        rules.push({ rule: file.rule, file, matcher: filtered(type.compile(file, fields), file, fields) });
    } catch (error) {
      errors.push(error instanceof RuleSyntaxError ? error : compileFailure(file, error));
    }
  }
  const index = createRuleIndex(
    rules.map(({ matcher }) => matcher),
    fields,
  );
  return {
    rules,
    notRun,
    errors,
    repeated,
    fields,
    fieldsOf: (document) => eventFields(document, fields),
    candidatesOf: (event) => candidatesOf(rules, index.rulesFor(event.fields), event),
  };
}

/** What most events come to: made once. */
const nothing: readonly RuleCandidates[] = [];

function candidatesOf(
  rules: readonly CompiledRule[],
  asked: readonly number[],
  event: DetectionEvent,
): readonly RuleCandidates[] {
  let found: RuleCandidates[] | undefined;
  for (const ruleIndex of asked) {
    const candidates = rules[ruleIndex]?.matcher.candidates(event);
    if (candidates === undefined || candidates.length === 0) continue;
    found ??= [];
    found.push({ ruleIndex, candidates });
  }
  return found ?? nothing;
}

/** A rule that no place in it explains; it stops no other. */
function compileFailure(file: RuleFile, error: unknown): RuleSyntaxError {
  const reason = error instanceof Error ? error.message : String(error);
  return errorAtKey(file, ['rule'], `this rule could not be compiled: ${reason}`, 'make its query simpler');
}

/** The matcher that looks only at events which the rule's filters let through. */
function filtered(matcher: RuleMatcher, { filters }: RuleFile, fields: FieldTable): RuleMatcher {
  const condition = kqlOfFilters(filters);
  if (condition === null) return matcher;
  const passes = compileKql(parseKql(condition), fields);
  return {
    ...matcher,
    candidates: (event) => (passes(event.fields) ? matcher.candidates(event) : noCandidates),
  };
}

function whyNotRun(file: RuleFile): Omit<RuleNotRun, 'file'> | null {
  if (!file.enabled) return { kind: 'switched-off', reason: 'it is switched off (enabled is false)' };
  const reason = unsupportedReason(file);
  return reason === undefined ? null : { kind: 'not-supported', reason };
}

function unsupportedReason({ rule, language, query, filters }: RuleFile): string | undefined {
  const type = ruleTypes.get(rule.type);
  if (type === undefined) return `rules of type ${rule.type} are not supported yet`;
  if (query === null && !type.needsQuery) return `a ${rule.type} rule whose query is not in its file cannot be run`;
  if (language !== null && !type.reads.includes(language)) return `queries in ${language} are not supported yet`;
  try {
    kqlOfFilters(filters);
  } catch (error) {
    if (error instanceof UnsupportedFilterError) return error.message;
    throw error;
  }
  return undefined;
}

/**
 * The same rule twice is one rule. Of two rules under one ID, whose alerts could not be told apart, the later one runs under an ID of
 * its own: whoever writes a rule cannot have another not run by taking its ID.
 */
function byRuleId(files: readonly RuleFile[]): {
  readonly distinct: readonly RuleFile[];
  readonly repeated: readonly RuleSyntaxError[];
} {
  const distinct = new Map<string, RuleFile>();
  const repeated: RuleSyntaxError[] = [];
  function take(file: RuleFile): void {
    const other = distinct.get(file.rule.id);
    if (other === undefined || isSwitchedOn(file, other)) distinct.set(file.rule.id, file);
    else if (other.rule.contentDigest !== file.rule.contentDigest) {
      const own = underOwnId(file);
      repeated.push(isTaken(other.path, file, own.rule.id));
      take(own);
    }
  }
  for (const file of files) take(file);
  return { distinct: [...distinct.values()], repeated };
}

/** The same rule, of which another copy is switched off. */
function isSwitchedOn(file: RuleFile, other: RuleFile): boolean {
  return file.enabled && !other.enabled && file.rule.contentDigest === other.rule.contentDigest;
}

function underOwnId(file: RuleFile): RuleFile {
  const id = `${file.rule.id}+${file.rule.contentDigest.slice(-12)}`;
  return { ...file, rule: { ...file.rule, id } };
}

function isTaken(path: string, file: RuleFile, ownId: string): RuleSyntaxError {
  return errorAtKey(
    file,
    ['rule', 'rule_id'],
    `${path} has a rule of the same rule_id: this one runs as ${ownId}, without exceptions to that ID`,
    'give each rule an ID of its own',
  );
}
