import { createFieldTable } from '../../detection/fields/document-fields.ts';
import type { FieldTable } from '../../detection/fields/event-fields.ts';
import type { RuleException } from '../../detection/exceptions/exception.ts';
import type { KqlNode } from '../../detection/kql/ast.ts';
import { compileKql } from '../../detection/kql/compile-kql.ts';
import { parseEql } from '../../detection/eql/parser.ts';
import { parseKql } from '../../detection/kql/parse-kql.ts';
import type { RuleFile } from '../../detection/rule-file/rule-file.ts';
import { RuleSyntaxError, type RuleWarning, type SourcePosition } from '../../detection/rule-file/rule-syntax-error.ts';
import { positionAtOffset } from '../../detection/rule-file/toml-places.ts';
import { ruleTypes } from '../../detection/rule-types.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { doubtAbout } from './known-fields.ts';
import { utcTime } from '../../model/utc-time.ts';

/**
 * What rules ask of fields that no CloudTrail event has, and rules that ask nothing of any; a rule that does not compile is told of
 * elsewhere.
 */
export function ruleWarnings(files: readonly RuleFile[]): readonly RuleWarning[] {
  return files.flatMap((file) => {
    const doubts = fieldsAskedBy((fields) => compiled(file, fields)).flatMap((path) => {
      const message = doubtAbout(path);
      return message === undefined ? [] : [{ path: file.path, position: placeOf(file, path), message }];
    });
    if (compiled(file, createFieldTable()) === undefined || !alertsAlways(file)) return doubts;
    const position = file.positionOf(['rule', 'query']);
    return [...doubts, { path: file.path, position, message: 'it matches every event: each is an alert' }];
  });
}

/** What a KQL query asks of such fields. @throws QuerySyntaxError */
export function queryFieldDoubts(text: string): readonly string[] {
  if (text.trim() === '') return [];
  return fieldsAskedBy((fields) => compileKql(parseKql(text), fields)).flatMap((path) => doubtAbout(path) ?? []);
}

export interface ExceptionsOfFile {
  readonly path: string;
  readonly source: string;
  readonly exceptions: readonly RuleException[];
}

/** All that is doubtful of loaded rules and exceptions, though it is no error: whoever runs them is told, not only who checks them. */
export function loadedWarnings({
  warnings,
  files,
  exceptionFiles,
}: {
  readonly warnings: readonly RuleWarning[];
  readonly files: readonly RuleFile[];
  readonly exceptionFiles: readonly ExceptionsOfFile[];
}): readonly RuleWarning[] {
  const ruleIds = new Set(files.map(({ rule }) => rule.id));
  return [...warnings, ...ruleWarnings(files), ...exceptionWarnings(exceptionFiles, ruleIds, new Date())];
}

/** A warning on one line, with its place. */
export function warningLine({ path, position, message }: RuleWarning): SafeText {
  return safe`${plainText(path, 400)}:${position.line}:${position.column}: warning: ${plainText(message, 1_000)}`;
}

/** What makes exceptions do nothing, or too much, though nothing is wrong with their files. */
export function exceptionWarnings(
  files: readonly ExceptionsOfFile[],
  ruleIds: ReadonlySet<string>,
  now: Date,
): readonly RuleWarning[] {
  return files.flatMap(({ path, source, exceptions }) =>
    exceptions.flatMap((exception) => {
      const position = positionAtOffset(source, Math.max(0, source.indexOf(`"${exception.id}"`)));
      return doubtsAbout(exception, ruleIds, now).map((message) => ({
        path,
        position,
        message: `exception ${exception.id}: ${message}`,
      }));
    }),
  );
}

function doubtsAbout(
  { ruleIds, condition, expiresMs }: RuleException,
  known: ReadonlySet<string>,
  now: Date,
): readonly string[] {
  const expired = expiresMs !== null && expiresMs <= now.getTime();
  return [
    // Where exceptions are looked at by themselves, their rules are elsewhere.
    ...(known.size === 0 ? [] : ruleIds.filter((id) => !known.has(id))).map(
      (id) => `no rule that was loaded has the ID ${id}`,
    ),
    ...(holdsAlways(parseKql(condition)) ? ['its condition matches every event: its rules never alert'] : []),
    ...(expired ? [`it expired on ${utcTime(new Date(expiresMs).toISOString())} UTC: take it out, or renew it`] : []),
    ...queryFieldDoubts(condition),
  ];
}

/** Fields that every event has. */
const always = new Set(
  '@timestamp event.action event.provider event.kind event.dataset event.type event.outcome cloud.provider data_stream.dataset ecs.version'.split(
    ' ',
  ),
);

const constants: ReadonlyMap<string, string> = new Map([
  ['event.kind', 'event'],
  ['event.dataset', 'aws.cloudtrail'],
  ['data_stream.dataset', 'aws.cloudtrail'],
  ['cloud.provider', 'aws'],
]);

function holdsAlways(node: KqlNode): boolean {
  switch (node.kind) {
    case 'match-all':
      return true;
    case 'and':
      return node.operands.every(holdsAlways);
    case 'or':
      return node.operands.some(holdsAlways);
    case 'is':
      if (node.value.kind === 'text')
        return node.field?.kind === 'name' && constants.get(node.field.name) === node.value.text;
      return node.value.kind === 'anything' && (node.field?.kind !== 'name' || always.has(node.field.name));
    default:
      return false;
  }
}

/** Whether each event is an alert of a rule that compiles; rules of other types judge by more than whether an event matches. */
function alertsAlways({ rule, language, query, filters }: RuleFile): boolean {
  if (query === null || filters.length > 0) return false;
  if (rule.type === 'query' && language === 'kuery') return holdsAlways(parseKql(query.text));
  if (rule.type !== 'eql') return false;
  const parsed = parseEql(query.text);
  if (parsed.kind !== 'event') return false;
  const { category, condition } = parsed.filter;
  return category === null && condition.kind === 'literal' && condition.value === true;
}

function compiled(file: RuleFile, fields: FieldTable): unknown {
  try {
    return ruleTypes.get(file.rule.type)?.compile(file, fields);
  } catch (error) {
    if (error instanceof RuleSyntaxError) return undefined;
    throw error;
  }
}

function fieldsAskedBy(compile: (fields: FieldTable) => unknown): readonly string[] {
  const asked = new Set<string>();
  const table = createFieldTable();
  compile({
    slotOf(path) {
      asked.add(path);
      return table.slotOf(path);
    },
    pathOf: (slot) => table.pathOf(slot),
  });
  asked.delete('');
  return [...asked];
}

function placeOf(file: RuleFile, path: string): SourcePosition {
  const offset = file.query?.text.indexOf(path) ?? -1;
  if (file.query !== null && offset >= 0) return file.query.positionAt(offset);
  const type = ruleTypes.get(file.rule.type);
  const own = [...(type?.groupFields(file.section) ?? []), ...(type?.countedFields(file.section) ?? [])];
  const [sectionKey = 'query'] = own.includes(path) ? Object.keys(type?.keys ?? {}) : [];
  return file.positionOf(['rule', sectionKey]);
}
