import { expectedWords } from '../../validation/expected-words.ts';
import { TomlDate } from 'smol-toml';
import type { core } from 'zod';
import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { Digest } from '../../model/ids.ts';
import type { Rule, ThreatMapping } from '../../model/rule.ts';
import { ruleTypeFormats, ruleTypes } from '../rule-types.ts';
import { contradictions, isWithoutQuery } from './contradictions.ts';
import { kibanaDifferences } from './kibana-differences.ts';
import { ruleDurationMs, lookBackMs } from './rule-duration.ts';
import type { AlertSuppression, KeyPath, QuerySource, RuleFile } from './rule-file.ts';
import { ruleRequirements } from './rule-requirements.ts';
import { defaultInterval, defaultLookBack, ruleFileSchema, type RuleTable, type ThreatTable } from './rule-schema.ts';
import { RuleSyntaxError, type RuleWarning } from './rule-syntax-error.ts';
import { positionAtOffset, tomlPlaces, type TomlPlaces, keyPathOf } from './toml-places.ts';
import { tomlTextOffsets } from './toml-text-offsets.ts';
import { counted, forNumber } from '../../model/counted.ts';
import { readToml } from './toml-text.ts';

/** What reading a rule file gave: the file, or everything that is wrong with it. */
export interface RuleFileReading {
  readonly path: string;
  readonly source: string;
  /** `null` where there are errors. */
  readonly file: RuleFile | null;
  /**
   * What is right of a file that has errors of shape, with the rest made up: good for nothing but finding the errors of its
   * query as well, so that all are told at once.
   */
  readonly remains: RuleFile | null;
  readonly errors: readonly RuleSyntaxError[];
  readonly warnings: readonly RuleWarning[];
}

const wholeFile = ruleFileSchema(Object.assign({}, ...[...ruleTypeFormats.values()].map(({ keys }) => keys)));

/** The `max_signals` of a rule that has none. */
const defaultMaxSignals = 100;

/** The format's own tables nest five deep; `meta` and its like hold what others put there. */
const maxNesting = 100;

/** Longer texts are no rule: the longest public ones have a tenth of it. */
const maxRuleCharacters = 512 * 1024;
/** Of more keys that the format does not have, only the number is told. */
const maxUnknownKeys = 20;

/**
 * Reads the text of a rule file in TOML. All errors of shape are collected; an error of TOML's own syntax stops the reading of its
 * file, for nothing behind it can be trusted. Unknown keys warn.
 */
export function readRuleFile(path: string, text: string): RuleFileReading {
  const source = text.replace(/^\uFEFF/, '');
  function failed(error: RuleSyntaxError): RuleFileReading {
    return { ...emptyReading(path, source), errors: [error] };
  }
  if (source.length > maxRuleCharacters) return failed(tooLongError(path));
  const toml = readToml(source);
  if (toml.kind === 'broken') return failed(new RuleSyntaxError({ path, ...toml }));
  return readRuleTables(path, source, toml.tables, tomlPlaces(source));
}

/** The same for tables that are parsed already. @param places where their keys stand in the source. */
export function readRuleTables(path: string, source: string, tables: unknown, places: TomlPlaces): RuleFileReading {
  const reading = emptyReading(path, source);
  if (nestsDeeper(tables, maxNesting)) return { ...reading, errors: [nestingError(path)] };
  const asItIs = wholeFile.safeParse(tables, { error: expectedWords });
  const { unknown, issues } = sortIssues(asItIs.error?.issues ?? []);
  const unknownWarnings = unknownKeyWarnings(path, places, unknown);
  const shape = issues.map((issue) => shapeError(path, places, issue, tables));
  const checked = asItIs.success
    ? asItIs
    : wholeFile.safeParse(mended(without(tables, unknown), issues, path), { error: expectedWords });
  if (!checked.success) return { ...reading, errors: shape.toSorted(byPosition), warnings: unknownWarnings };
  const file = ruleFileOf(path, source, places, checked.data.rule, tables);
  const wrong = wrongKeys(issues);
  const errors = [...shape, ...contradictions(file, checked.data.rule, wrong)].toSorted(byPosition);
  if (errors.length > 0) {
    const remains = shape.length === errors.length && !wrong.has('query') ? file : null;
    return { ...reading, remains, errors, warnings: unknownWarnings };
  }
  const differences = kibanaDifferences(checked.data.rule).map(({ key, message }) => ({
    path,
    position: places.positionOf(key),
    message,
  }));
  return { ...reading, file, errors, warnings: [...unknownWarnings, ...differences] };
}

function emptyReading(path: string, source: string): RuleFileReading {
  return { path, source, file: null, remains: null, errors: [], warnings: [] };
}

/** The tables with what every rule needs made up where it is wrong, and other wrong keys of the rule left out. */
function mended(tables: unknown, issues: readonly core.$ZodIssue[], path: string): unknown {
  if (issues.length === 0) return tables;
  const wrong = wrongKeys(issues);
  const rule = valueAt(tables, ['rule']);
  if (typeof rule !== 'object' || rule === null) return tables;
  const right = Object.fromEntries(Object.entries(rule).filter(([key]) => !wrong.has(key)));
  const needed = { name: path, description: path, rule_id: path, risk_score: 0, severity: 'low' };
  return { rule: { ...needed, ...right } };
}

/** The keys of `[rule]` that have errors of shape. */
function wrongKeys(issues: readonly core.$ZodIssue[]): ReadonlySet<string> {
  return new Set(issues.map(({ path: [table, key] }) => (table === 'rule' ? String(key) : '')));
}

function tooLongError(path: string): RuleSyntaxError {
  return new RuleSyntaxError({
    path,
    position: { line: 1, column: 1 },
    problem: `this text is longer than ${maxRuleCharacters / 1024} KiB`,
    remedy: 'take out what is no part of a rule',
  });
}

/** Looked at level by level, so that nothing is too deep to be looked at. */
function nestsDeeper(tables: unknown, levels: number): boolean {
  let level: readonly object[] = [tables].filter(isContainer);
  for (let depth = 0; depth < levels; depth += 1) {
    if (level.length === 0) return false;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return level.length > 0;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof TomlDate);
}

function nestingError(path: string): RuleSyntaxError {
  return new RuleSyntaxError({
    path,
    position: { line: 1, column: 1 },
    problem: `tables and lists are nested deeper than ${maxNesting} levels`,
    remedy: 'take out what is no key of a rule',
  });
}

interface SortedIssues {
  /** Full paths of keys that the format does not have. */
  readonly unknown: readonly KeyPath[];
  readonly issues: readonly core.$ZodIssue[];
}

function sortIssues(found: readonly core.$ZodIssue[]): SortedIssues {
  const all = found.flatMap(flattenUnion);
  const unknown = all.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...keyPathOf(issue.path), key]) : [],
  );
  return { unknown, issues: all.filter((issue) => issue.code !== 'unrecognized_keys') };
}

/** A union's issue hides an unknown key within its one plausible branch. */
function flattenUnion(issue: core.$ZodIssue): readonly core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const deeper = issue.errors.find((branch) =>
    branch.every((inner) => inner.code === 'unrecognized_keys' || inner.path.length > 0),
  );
  if (deeper === undefined) return [issue];
  return deeper.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function unknownKeyWarnings(path: string, places: TomlPlaces, unknown: readonly KeyPath[]): readonly RuleWarning[] {
  const told = unknown.slice(0, maxUnknownKeys).map((keyPath) => ({
    path,
    position: places.keyPositionOf(keyPath),
    message: `${keyName(keyPath)} is no key of the rule format; it is ignored`,
  }));
  const more = unknown.length - told.length;
  const last = told.at(-1);
  return last === undefined || more === 0
    ? told
    : [
        ...told,
        {
          ...last,
          message: `${counted(more, 'more key')} ${forNumber(more, 'is none of the rule format; it is', 'are none of the rule format; they are')} ignored`,
        },
      ];
}

function shapeError(path: string, places: TomlPlaces, issue: core.$ZodIssue, tables: unknown): RuleSyntaxError {
  const keyPath = keyPathOf(issue.path);
  const missing = valueAt(tables, keyPath) === undefined;
  return new RuleSyntaxError({
    path,
    position: places.positionOf(keyPath),
    problem: missing
      ? `${keyName(keyPath)} is missing`
      : `${keyName(keyPath)} has a value that the format does not allow`,
    remedy: missing ? `add ${keyName(keyPath)}` : issue.message.replace(/^Invalid input: /, ''),
  });
}

function valueAt(tables: unknown, path: KeyPath): unknown {
  let value = tables;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

function byPosition(a: RuleSyntaxError, b: RuleSyntaxError): number {
  return a.position.line - b.position.line || a.position.column - b.position.column;
}

function keyName(path: KeyPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}

/** A copy without the keys at those paths. */
function without(tables: unknown, paths: readonly KeyPath[]): unknown {
  if (paths.length === 0) return tables;
  const copy: unknown = structuredClone(tables);
  for (const path of paths) {
    let parent: unknown = copy;
    for (const part of path.slice(0, -1)) parent = (parent as Record<string | number, unknown>)[part];
    Reflect.deleteProperty(parent as object, path.at(-1) ?? '');
  }
  return copy;
}

function ruleFileOf(path: string, source: string, places: TomlPlaces, rule: RuleTable, whole: unknown): RuleFile {
  const format = ruleTypeFormats.get(rule.type);
  const section = format?.readSection(rule) ?? null;
  const query = isWithoutQuery(rule) ? null : querySource(source, places, rule.query ?? '');
  return {
    path,
    enabled: rule.enabled ?? true,
    source,
    rule: commonRule(rule, section, contentOf(whole)),
    language: rule.language ?? (query === null ? null : (format?.languages[0] ?? 'kuery')),
    query,
    section,
    alertSuppression: suppressionOf(rule, ruleTypes.get(rule.type)?.groupFields(section) ?? []),
    timestampOverride: rule.timestamp_override ?? null,
    exceptionsList: (rule.exceptions_list ?? []).map(({ list_id: listId, namespace_type: namespace }) => ({
      listId,
      namespace: namespace ?? 'single',
    })),
    filters: rule.filters ?? [],
    index: rule.index ?? [],
    author: rule.author ?? [],
    license: rule.license ?? '',
    references: rule.references ?? [],
    falsePositives: rule.false_positives ?? [],
    setup: rule.setup ?? '',
    threatMappings: (rule.threat_mappings ?? []).map(({ framework, version, threat }) => ({
      framework,
      version: String(version),
      threat: threat.map(threatMapping),
    })),
    positionOf: (keyPath) => places.positionOf(keyPath),
  };
}

function commonRule(rule: RuleTable, section: unknown, content: unknown): Rule {
  const type = ruleTypes.get(rule.type);
  return {
    id: rule.rule_id,
    name: rule.name,
    type: rule.type,
    contentDigest: canonicalDigest(content),
    meaningDigest: meaningDigestOf(rule, section),
    severity: rule.severity,
    riskScore: rule.risk_score,
    maxSignals: rule.max_signals ?? defaultMaxSignals,
    intervalMs: ruleDurationMs(rule.interval ?? defaultInterval) ?? 0,
    lookBackMs: lookBackMs(rule.from ?? defaultLookBack) ?? 0,
    description: rule.description.trim(),
    note: rule.note ?? '',
    tags: rule.tags ?? [],
    threat: (rule.threat ?? []).map(threatMapping),
    investigationFields: rule.investigation_fields?.field_names ?? [],
    buildingBlock: rule.building_block_type !== undefined,
    requires: ruleRequirements([
      rule.query ?? '',
      ...(type?.groupFields(section) ?? []),
      ...(type?.countedFields(section) ?? []),
    ]),
  };
}

/** Exceptions are not in it: each event is judged by those of its time, so that a new one makes no rule begin anew. */
function meaningDigestOf(rule: RuleTable, section: unknown): Digest {
  return canonicalDigest({
    type: rule.type,
    language: rule.language ?? null,
    query: rule.query ?? null,
    lookBack: rule.from ?? defaultLookBack,
    ...ruleTypes.get(rule.type)?.sectionAsJson(section),
    ...((rule.filters ?? []).length > 0 ? { filters: rule.filters } : {}),
  });
}

function threatMapping({ framework, tactic, technique }: ThreatTable): ThreatMapping {
  return {
    framework,
    tactic: { id: tactic.id, name: tactic.name },
    techniques: (technique ?? []).flatMap(({ id, name, subtechnique }) => [
      { id, name },
      ...(subtechnique ?? []).map((sub) => ({ id: sub.id, name: sub.name })),
    ]),
  };
}

/** @param ownGroup the fields by which the rule groups events: its suppression too, where that names none, as Kibana has it of thresholds. */
function suppressionOf(
  { alert_suppression: suppression }: RuleTable,
  ownGroup: readonly string[],
): AlertSuppression | null {
  if (suppression === undefined) return null;
  const { group_by: groupBy, duration, missing_fields_strategy: missingFields } = suppression;
  return {
    groupBy: groupBy ?? ownGroup,
    durationMs: duration === undefined ? null : (ruleDurationMs(`${duration.value}${duration.unit}`) ?? null),
    missingFields: missingFields ?? 'suppress',
  };
}

function querySource(source: string, places: TomlPlaces, text: string): QuerySource {
  let offsets: readonly number[] | undefined;
  return {
    text,
    positionAt(offset) {
      const range = places.textRangeOf(['rule', 'query']);
      if (range === undefined) return places.positionOf(['rule', 'query']);
      offsets ??= tomlTextOffsets(source, ...range);
      return positionAtOffset(source, offsets[Math.min(offset, offsets.length - 1)] ?? range[0]);
    },
  };
}

/** The rule as its file has it. Whether it is switched on is its keeper's choice, and makes no other rule of it. */
function contentOf(tables: unknown): unknown {
  const { enabled: _enabled, ...content } = (tables as { readonly rule: Readonly<Record<string, unknown>> }).rule;
  return jsonOf(content);
}

/** TOML's values as JSON has them: times, and numbers that JSON has no form for, as text. */
function jsonOf(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString();
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, jsonOf(child)]));
}
