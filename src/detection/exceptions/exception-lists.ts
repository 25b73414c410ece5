import { listUnder } from '../../model/list-under.ts';
import { z } from 'zod';
import { recordTimeMs } from '../../cloudtrail/record-time.ts';
import type { FieldTable } from '../fields/event-fields.ts';
import type { ExceptionListPart } from '../rule-file/kibana-export.ts';
import type { RuleFile } from '../rule-file/rule-file.ts';
import { QuerySyntaxError, type RuleWarning } from '../rule-file/rule-syntax-error.ts';
import { conditionOfEntries, UnsayableEntryError } from './entry-condition.ts';
import { compileException, type RuleException } from './exception.ts';
import type { ExceptionsReading } from './read-exceptions.ts';

const listSchema = z.object({ list_id: z.string(), namespace_type: z.string().default('single') });
const itemSchema = listSchema.extend({
  item_id: z.string().min(1),
  name: z.string().default(''),
  description: z.string().default(''),
  created_by: z.string().default('Kibana'),
  entries: z.array(z.unknown()),
  os_types: z.array(z.string()).default([]),
  expire_time: z.string().nullish(),
});
type Item = z.infer<typeof itemSchema>;

/** What Kibana's exception lists come to. */
export interface ReadExceptionLists {
  /** By the files that hold the items. */
  readonly readings: readonly ExceptionsReading[];
  /** Items that are not applied, lists that no rule names, and lists that rules name and that are not there. */
  readonly warnings: readonly RuleWarning[];
}

/**
 * Makes exceptions of Kibana's exception lists, for the rules that name the lists. What an exception of ours cannot say is not applied,
 * and told: such a rule alerts more often than in Kibana, never less.
 *
 * @param fields the table of the rule set that the exceptions are for.
 */
export function readExceptionLists(
  parts: readonly ExceptionListPart[],
  files: readonly RuleFile[],
  fields: FieldTable,
): ReadExceptionLists {
  const byPath = new Map<string, { readonly source: string; readonly exceptions: RuleException[] }>();
  const warnings: RuleWarning[] = [];
  const rulesOf = ruleIdsByList(files);
  for (const part of parts) {
    const made = exceptionOf(part, rulesOf, fields);
    if (made === null) continue;
    if (typeof made === 'string') warnings.push({ path: part.path, position: part.position, message: made });
    else {
      const reading = byPath.get(part.path) ?? { source: part.source, exceptions: [] };
      reading.exceptions.push(made);
      byPath.set(part.path, reading);
    }
  }
  return {
    readings: [...byPath].map(([path, { source, exceptions }]) => ({ path, source, exceptions, errors: [] })),
    warnings: [...warnings, ...missingLists(parts, files)],
  };
}

/** @returns why it is not applied, as a sentence; `null` where it is of no use here: a list, or of a list that no rule names. */
function exceptionOf(
  { kind, value }: ExceptionListPart,
  rulesOf: ReadonlyMap<string, readonly string[]>,
  fields: FieldTable,
): RuleException | string | null {
  const list = listSchema.safeParse(value);
  const ruleIds = (list.success ? rulesOf.get(listKey(list.data)) : undefined) ?? [];
  if (kind === 'list')
    return ruleIds.length === 0 ? `no rule that was loaded names the exception list ${nameOf(value.list_id)}` : null;
  if (ruleIds.length === 0) return null;
  const item = itemSchema.safeParse(value);
  if (!item.success) return `exception ${nameOf(value.item_id)} is not applied: it is not whole`;
  try {
    return compileException({ ruleIds, ...statementOf(item.data) }, fields);
  } catch (error) {
    if (!(error instanceof UnsayableEntryError) && !(error instanceof QuerySyntaxError)) throw error;
    const why = error instanceof QuerySyntaxError ? error.problem : error.message;
    return `exception ${item.data.item_id} is not applied: ${why}`;
  }
}

function nameOf(id: unknown): string {
  return typeof id === 'string' ? id : 'without an ID';
}

function statementOf(item: Item) {
  return {
    id: item.item_id,
    condition: conditionOfEntries(item.entries, item.os_types),
    owner: item.created_by,
    reason: [item.name, item.description].filter((text) => text !== '').join(': '),
    expiresMs: typeof item.expire_time === 'string' ? (recordTimeMs(item.expire_time) ?? null) : null,
  };
}

function listKey({ list_id: listId, namespace_type: namespace }: z.infer<typeof listSchema>): string {
  return `${namespace} ${listId}`;
}

function ruleIdsByList(files: readonly RuleFile[]): ReadonlyMap<string, readonly string[]> {
  const ruleIds = new Map<string, string[]>();
  for (const { rule, exceptionsList } of files)
    for (const { listId, namespace } of exceptionsList)
      listUnder(ruleIds, listKey({ list_id: listId, namespace_type: namespace }), rule.id);
  return ruleIds;
}

function missingLists(parts: readonly ExceptionListPart[], files: readonly RuleFile[]): readonly RuleWarning[] {
  const there = new Set(parts.flatMap(({ value }) => listSchema.safeParse(value).data ?? []).map(listKey));
  return files.flatMap((file) =>
    file.exceptionsList.flatMap(({ listId, namespace }, index) =>
      there.has(listKey({ list_id: listId, namespace_type: namespace }))
        ? []
        : [
            {
              path: file.path,
              position: file.positionOf(['rule', 'exceptions_list', index]),
              message: `the exception list ${listId} is not among the files that were read: nothing of it applies here, and Kibana refuses a rule whose list it does not have`,
            },
          ],
    ),
  );
}
