import { openAddressDatabases } from '../../adapters/files/address-database.ts';
import { explainRule, type RuleExplanation } from '../../detection/explain/explain.ts';
import type { ExplainedClause } from '../../detection/explain/explained-clause.ts';
import type { RuleFile } from '../../detection/rule-file/rule-file.ts';
import { textAt } from '../../cloudtrail/ecs-path.ts';
import { notReadWhole } from '../cli/exit-codes.ts';
import { counted } from '../../model/counted.ts';
import { styleFor, type Style } from '../terminal/terminal-style.ts';
import { inputsOf, readEvents } from './input-events.ts';
import { readingReport } from './reading-report.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

export interface EventExplanation extends RuleExplanation {
  readonly eventId: string;
}

/** No record of the input is the one that was asked for. */
export class EventNotFoundError extends TrailhoundError {
  override readonly name = 'EventNotFoundError';
  override readonly code = 'event-not-found';
  override readonly remedy = 'name a file that holds the record, and its event ID where there are several';
  readonly exitCode: number;

  constructor(problem: string, exitCode: number) {
    super(problem);
    this.exitCode = exitCode;
  }
}

export interface ExplainedInput {
  readonly explained: readonly EventExplanation[];
  /** All that was to be read was read. */
  readonly isWhole: boolean;
}

/**
 * Explains a rule on the records of an input, or on the one of that event ID.
 *
 * @throws EventNotFoundError where there is no such record.
 */
export async function explainEvents(
  file: RuleFile,
  path: string | undefined,
  options: {
    readonly eventId: string | undefined;
    readonly mmdb: readonly string[];
    readonly tell: (line: SafeText) => void;
  },
): Promise<ExplainedInput> {
  const explained: EventExplanation[] = [];
  const inputs = inputsOf(path === undefined ? [] : [path]);
  const reading = readingReport(inputs, options.tell);
  let records = 0;
  await readEvents(inputs.sources, {
    ...(options.mmdb.length === 0 ? {} : { enrich: await openAddressDatabases(options.mmdb) }),
    onEvent: (document) => {
      records += 1;
      const eventId = textAt(document, 'event.id') ?? '';
      if (options.eventId === undefined || options.eventId === eventId)
        explained.push({ eventId, ...explainRule(file, document) });
    },
    onMalformed: (place, problem, id) => reading.note(place, problem, id),
    onOther: ({ path: at }, form) => reading.noteOther({ path: at, form, count: 1 }),
  });
  reading.finish();
  const isWhole = reading.isWhole(records);
  if (explained.length === 0)
    throw new EventNotFoundError(
      options.eventId === undefined
        ? 'the input holds no record'
        : `the input holds no event ${plainText(options.eventId)}`,
      records > 0 && isWhole ? 1 : notReadWhole,
    );
  return { explained, isWhole };
}

/** So many events that do not match are explained where nobody has asked for one. */
const shownNear = 5;

/**
 * The explanations for people: of all events that match and, of those that do not, the ones that come nearest, which fail in
 * the fewest clauses.
 */
export function renderExplanations(file: RuleFile, explained: readonly EventExplanation[]): SafeText {
  const matching = explained.filter(({ matches }) => matches);
  const others = explained
    .filter(({ matches }) => !matches)
    .map((explanation) => ({ explanation, failing: failingOf(explanation.clauses) }))
    .toSorted((a, b) => a.failing - b.failing);
  const near = others.slice(0, shownNear).map(({ explanation }) => explanation);
  const left = others.length - near.length;
  const parts = [
    ...[...matching, ...near].map((explanation) => renderExplanation(file, explanation)),
    ...(left === 0 ? [] : [safe`${counted(left, 'more event')} fit less; --event explains one of them, --json all`]),
  ];
  return safeJoin(parts, '\n');
}

/** How many conditions do not hold; of those within one that holds, none counts. */
function failingOf(clauses: readonly ExplainedClause[]): number {
  return clauses
    .filter(({ holds }) => !holds)
    .reduce((sum, { clauses: inner }) => sum + (inner.length === 0 ? 1 : Math.max(1, failingOf(inner))), 0);
}

function renderExplanation(file: RuleFile, { eventId, matches, clauses, groups, notes }: EventExplanation): SafeText {
  const style = styleFor(process.stdout);
  const verdict = matches ? style.good(safe`matches`) : style.bad(safe`does not match`);
  const lines = [
    safe`${style.strong(plainText(file.rule.name))} ${verdict} event ${plainText(eventId)}`,
    ...clauses.flatMap((clause) => clauseLines(clause, style, safe`  `)),
    ...groups.filter((group) => group.length > 0).map((group) => safe`  group: ${plainText(group.join(', '), 500)}`),
    ...notes.map((note) => safe`  ${plainText(note, 1_000)}`),
  ];
  return safeJoin(lines, '\n');
}

function clauseLines(clause: ExplainedClause, style: Style, indent: SafeText): readonly SafeText[] {
  const mark = clause.holds ? style.good(safe`yes`) : style.bad(safe`no `);
  const seen = clause.values.map(
    ({ field, values }) =>
      `${field} ${
        values.length === 0
          ? 'is absent'
          : `= ${values
              .slice(0, 5)
              .map((value) => JSON.stringify(value))
              .join(', ')}`
      }`,
  );
  return [
    safe`${indent}${mark} ${plainText(clause.text, 300)}${seen.length === 0 ? safe`` : style.quiet(safe`   [${plainText(seen.join('; '), 300)}]`)}`,
    ...clause.clauses.flatMap((inner) => clauseLines(inner, style, safe`${indent}    `)),
  ];
}
