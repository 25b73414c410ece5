import type { Rule, ThreatMapping } from '../../model/rule.ts';
import { QuerySyntaxError, RuleSyntaxError, type SourcePosition } from './rule-syntax-error.ts';

/** A path of keys and list positions within the rule file, such as `['rule', 'threshold', 'field', 0]`. */
export type KeyPath = readonly (string | number)[];

/** A query as a rule file holds it, with the way back from a place in it to a place in the file. */
export interface QuerySource {
  readonly text: string;
  /** @param offset UTF-16 code units from the start of `text`. */
  positionAt(offset: number): SourcePosition;
}

/**
 * `[rule.alert_suppression]`: further alerts with the same values are marked as suppressed where files are judged. Live, every
 * alert is recorded, and those of one actor are one case.
 */
export interface AlertSuppression {
  readonly groupBy: readonly string[];
  /** `null`: within one execution of the rule. */
  readonly durationMs: number | null;
  readonly missingFields: 'suppress' | 'doNotSuppress';
}

/** A reference of the rule to an exception list that is kept elsewhere. */
export interface ExceptionListReference {
  readonly listId: string;
  /** Kibana's `namespace_type`: `single`, within a space, or `agnostic`. */
  readonly namespace: string;
}

/** What the rule maps to in another version of ATT&CK than the one that `[[rule.threat]]` is written in. */
export interface ThreatMappingVersion {
  readonly framework: string;
  readonly version: string;
  readonly threat: readonly ThreatMapping[];
}

/** A rule file that was read without errors: what all rule types share, and what is its type's own. */
export interface RuleFile<Section = unknown> {
  /** As it was given, for messages. */
  readonly path: string;
  /** False where whoever keeps the rule has switched it off (`enabled`, which Kibana's exports say of every rule): it is read, and not run. */
  readonly enabled: boolean;
  /** The file's whole text, so that messages can show the line. */
  readonly source: string;
  readonly rule: Rule;
  /** `kuery`, `eql`, `esql`, `lucene`; `null` for types without a query. */
  readonly language: string | null;
  /** `null` for types without a query, such as `machine_learning`. */
  readonly query: QuerySource | null;
  /** What the rule's type has of its own; read by that type alone. */
  readonly section: Section;
  readonly alertSuppression: AlertSuppression | null;
  readonly timestampOverride: string | null;
  readonly exceptionsList: readonly ExceptionListReference[];
  /** Elasticsearch filters, by which the rule narrows its events as well; as the file has them. */
  readonly filters: readonly unknown[];
  readonly index: readonly string[];
  readonly author: readonly string[];
  readonly license: string;
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
  readonly setup: string;
  readonly threatMappings: readonly ThreatMappingVersion[];
  /** Where a key's value stands; a key that the file does not have is answered with its nearest parent's place. */
  positionOf(path: KeyPath): SourcePosition;
}

/** An error at a key of a rule file. */
export function errorAtKey(file: RuleFile, path: KeyPath, problem: string, remedy: string): RuleSyntaxError {
  return new RuleSyntaxError({ path: file.path, position: file.positionOf(path), problem, remedy });
}

/** Turns a parser's error, which knows only the query, into one that names the place in the file. */
export function inFile(error: unknown, file: RuleFile): unknown {
  if (!(error instanceof QuerySyntaxError) || file.query === null) return error;
  const { offset, problem, remedy } = error;
  return new RuleSyntaxError({ path: file.path, position: file.query.positionAt(offset), problem, remedy });
}
