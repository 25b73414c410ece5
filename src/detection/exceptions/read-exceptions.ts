import { TomlDate } from 'smol-toml';
import { z } from 'zod';
import { recordTimeMs } from '../../cloudtrail/record-time.ts';
import type { FieldTable } from '../fields/event-fields.ts';
import type { KeyPath } from '../rule-file/rule-file.ts';
import { QuerySyntaxError, RuleSyntaxError } from '../rule-file/rule-syntax-error.ts';
import { positionAtOffset, tomlPlaces, type TomlPlaces, keyPathOf } from '../rule-file/toml-places.ts';
import { tomlTextOffsets } from '../rule-file/toml-text-offsets.ts';
import { compileException, type ExceptionStatement, type RuleException } from './exception.ts';
import { expectedWords } from '../../validation/expected-words.ts';
import { readToml } from '../rule-file/toml-text.ts';

/** What reading an exceptions file gave; exceptions that are right stand beside the errors of the others. */
export interface ExceptionsReading {
  readonly path: string;
  readonly source: string;
  readonly exceptions: readonly RuleException[];
  readonly errors: readonly RuleSyntaxError[];
}

const filledText = z.string('write a text in quotes').min(1, 'write a text that is not empty');

const schema = z.strictObject({
  exception: z.array(
    z.strictObject({
      id: filledText,
      rule_id: z.union([filledText, z.array(filledText).min(1)], 'write a rule_id or a list of them'),
      condition: filledText,
      owner: filledText,
      reason: filledText,
      expires: z
        .union([filledText, z.instanceof(Date)])
        .refine((value) => expiryMs(value) !== undefined, 'write a date, such as 2027-01-31')
        .optional(),
    }),
    'write [[exception]] tables',
  ),
});

/** Whether a TOML text is a file of exceptions, not a rule. */
export function isExceptionsFile(source: string): boolean {
  return /^\s*\[\[exception\]\]/m.test(source) && !/^\s*\[rule\]/m.test(source);
}

/** Reads a TOML file of `[[exception]]` tables: `id`, `rule_id`, `condition` (KQL), `owner`, `reason`, `expires`. */
export function readExceptions(path: string, text: string, fields: FieldTable): ExceptionsReading {
  const source = text.replace(/^\uFEFF/, '');
  function failed(errors: readonly RuleSyntaxError[]): ExceptionsReading {
    return { path, source, exceptions: [], errors };
  }
  const toml = readToml(source);
  if (toml.kind === 'broken') return failed([new RuleSyntaxError({ path, ...toml })]);
  const places = tomlPlaces(source);
  const checked = schema.safeParse(toml.tables, { error: expectedWords });
  if (!checked.success) {
    return failed(
      checked.error.issues.map((issue) => {
        const keyPath = keyPathOf(issue.path);
        const [unknown] = issue.code === 'unrecognized_keys' ? issue.keys : [];
        if (unknown !== undefined) {
          const at = [...keyPath, unknown];
          const known = 'an exception has id, rule_id, condition, owner, reason and expires';
          return errorAt(path, places, at, `there is no ${at.join('.')}`, known);
        }
        return errorAt(path, places, keyPath, `${keyPath.join('.')} is missing or not as it should be`, issue.message);
      }),
    );
  }
  return compiled(path, source, places, checked.data.exception, fields);
}

type ExceptionTable = z.infer<typeof schema>['exception'][number];

function compiled(
  path: string,
  source: string,
  places: TomlPlaces,
  tables: readonly ExceptionTable[],
  fields: FieldTable,
): ExceptionsReading {
  const exceptions: RuleException[] = [];
  const errors: RuleSyntaxError[] = [];
  for (const [index, table] of tables.entries()) {
    try {
      exceptions.push(compileException(statementOf(table), fields));
    } catch (error) {
      if (!(error instanceof QuerySyntaxError)) throw error;
      const keyPath = ['exception', index, 'condition'];
      const range = places.textRangeOf(keyPath);
      const offsets = range === undefined ? [] : tomlTextOffsets(source, ...range);
      const at = offsets[Math.min(error.offset, offsets.length - 1)];
      const position = at === undefined ? places.positionOf(keyPath) : positionAtOffset(source, at);
      errors.push(new RuleSyntaxError({ path, position, problem: error.problem, remedy: error.remedy }));
    }
  }
  return { path, source, exceptions, errors };
}

function statementOf(table: ExceptionTable): ExceptionStatement {
  const { id, rule_id: ruleIds, condition, owner, reason, expires } = table;
  return {
    id,
    ruleIds: typeof ruleIds === 'string' ? [ruleIds] : ruleIds,
    condition,
    owner,
    reason,
    expiresMs: expires === undefined ? null : (expiryMs(expires) ?? null),
  };
}

/** A day counts from its first instant in UTC. */
function expiryMs(value: string | Date): number | undefined {
  if (value instanceof TomlDate && value.isDate()) return Date.parse(`${value.toISOString()}T00:00:00Z`);
  if (value instanceof Date) return value.getTime();
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? recordTimeMs(`${value}T00:00:00Z`) : recordTimeMs(value);
}

function errorAt(path: string, places: TomlPlaces, keyPath: KeyPath, problem: string, remedy: string): RuleSyntaxError {
  return new RuleSyntaxError({ path, position: places.positionOf(keyPath), problem, remedy });
}
