import { counted } from '../../model/counted.ts';
import { codeFrame } from '../../detection/rule-file/code-frame.ts';
import { QuerySyntaxError } from '../../detection/rule-file/rule-syntax-error.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import type { Config } from '../config/config.ts';
import { events, type EventsPorts, type EventsQuestion, type StoredEvent } from '../../views/events.ts';
import { eventRow } from '../../views/event-row.ts';
import { eventPorts } from '../compose/event-ports.ts';
import { overStore } from '../compose/over-installation.ts';
import { utcTime } from '../../model/utc-time.ts';
import { safeCsv } from '../terminal/safe-csv.ts';
import { answerLines, clearProgress, printPart, tellLine, tellProgress } from '../terminal/terminal-output.ts';
import { styleFor } from '../terminal/terminal-style.ts';
import { queryFieldDoubts } from '../detection/field-warnings.ts';
import { eventTable } from './event-table.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';

export interface SearchRequest {
  readonly pivots: readonly string[];
  readonly account?: AccountId;
  readonly from?: Instant;
  readonly to?: Instant;
  /** Infinite for all. */
  readonly limit: number;
  readonly output: 'table' | 'ndjson' | 'csv';
  readonly includeOwn?: boolean;
  readonly oldestFirst?: boolean;
}

/** Prints the events that match, as they are found; what there is to say about them goes to stderr. */
export async function printSearch(config: Config, text: string, request: SearchRequest): Promise<void> {
  try {
    for (const doubt of queryFieldDoubts(text)) tellLine(safe`warning: ${plainText(doubt, 400)}`);
    await overStore(config, (store) => printFound(eventPorts(store), text, request), { maxConnections: 2 });
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    tellLine(queryComplaint(text, error));
    process.exitCode = 2;
  }
}

async function printFound(ports: EventsPorts, text: string, request: SearchRequest): Promise<void> {
  const progress = searchProgress();
  try {
    const print = printerOf(request.output);
    const found = events(ports, questionOf(text, request), (looked, upTo) => progress.note(looked, upTo));
    let each = await found.next();
    for (; each.done !== true; each = await found.next()) {
      progress.clear();
      await print(each.value);
    }
    progress.clear();
    const { count, more } = each.value;
    const first = request.oldestFirst === true ? safe`oldest` : safe`newest`;
    if (count === 0) tellLine(await emptyState(ports, text, request));
    else if (more)
      tellLine(safe`${counted(count, 'event')}, ${first} first, and there are more: --limit all, or a narrower query`);
    else tellLine(safe`${counted(count, 'event')}${ownClause(request)}`);
  } finally {
    progress.clear();
  }
}

function questionOf(
  text: string,
  { pivots, account: accountId, from, to, includeOwn, oldestFirst, limit }: SearchRequest,
): EventsQuestion {
  const order = oldestFirst === true ? 'oldest-first' : 'newest-first';
  return { text, pivots, accountId, from, to, includeOwn: includeOwn === true, order, limit };
}

/** What is wrong with a query, with its line and a caret under the place. */
export function queryComplaint(text: string, { offset, problem, remedy }: QuerySyntaxError): SafeText {
  const before = text.slice(0, offset).split('\n');
  const position = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
  const lines = [
    safe`trailhound: the query is wrong at line ${position.line}, column ${position.column}: ${plainText(problem, 400)}`,
    codeFrame(text, position),
    safe`  remedy: ${plainText(remedy, 400)}`,
  ];
  return safeJoin(lines, '\n');
}

function printerOf(output: SearchRequest['output']): (event: StoredEvent) => Promise<void> {
  let printed = 0;
  function isFirst(): boolean {
    return (printed += 1) === 1;
  }
  switch (output) {
    case 'ndjson': {
      const lines = answerLines('events search');
      return ({ ecs }) => lines.print([ecs]);
    }
    case 'csv':
      return (event) => printPart(csvLine(event, isFirst()));
    case 'table': {
      const table = eventTable(styleFor(process.stdout));
      return (event) => printPart(safe`${isFirst() ? safe`${table.head}\n` : safe``}${table.line(eventRow(event))}\n`);
    }
  }
}

const csvHead = [
  'timestamp',
  'account',
  'region',
  'provider',
  'action',
  'outcome',
  'user',
  'target',
  'access_key_id',
  'source_address',
  'user_agent',
  'event_id',
  'revision',
];

/** Cells that a spreadsheet would take for formulas are defused. */
export function csvLine(event: StoredEvent, first: boolean): SafeText {
  const row = eventRow(event);
  const cells = [
    ...[
      row.time,
      row.account,
      row.region,
      row.provider,
      row.action,
      row.outcome,
      row.user,
      row.target,
      row.accessKey,
      row.address,
      row.userAgent,
    ].map((text) => plainText(text, 2000)),
    plainText(row.eventId, 2000),
    safe`${row.revision}`,
  ];
  return safeCsv([...(first ? [csvHead.map((name) => plainText(name))] : []), cells]);
}

async function emptyState(ports: EventsPorts, text: string, request: SearchRequest): Promise<SafeText> {
  const stored = await ports.storedSpan(request.account);
  const whose = request.account === undefined ? safe`all accounts` : safe`account ${plainText(request.account)}`;
  if (stored === null) {
    return request.account === undefined
      ? safe`The store holds no events yet: \`trailhound coverage\` shows what was read, and \`trailhound import\` takes recordings.`
      : safe`The store holds no events of account ${plainText(request.account)}.`;
  }
  const asked = [text.trim(), ...request.pivots].filter((part) => part !== '').join(' and ');
  const from = request.from === undefined ? safe`the oldest` : utcTime(request.from);
  const to = request.to === undefined ? safe`the newest` : utcTime(request.to);
  const lines = [
    safe`No event matches ${asked === '' ? safe`that` : plainText(asked, 300)}.`,
    safe`Searched ${whose}, from ${from} to ${to} (UTC); the store holds events from ${utcTime(stored.oldest)} to ${utcTime(stored.newest)}${ownClause(request)}.`,
  ];
  return safeJoin(lines, '\n');
}

function ownClause({ includeOwn }: SearchRequest): SafeText {
  return includeOwn === true ? safe`` : safe`; records of Trailhound's own calls left out (--include-own)`;
}

/** Says on a terminal how far a long search has come. */
function searchProgress() {
  const started = Date.now();
  let events = 0;
  let shown = false;
  return {
    note(more: number, upTo: Instant): void {
      events += more;
      if (!process.stderr.isTTY || Date.now() - started < 1000) return;
      tellProgress(safe`looked at ${counted(events, 'event')}, as far as ${utcTime(upTo)}`);
      shown = true;
    },
    clear(): void {
      if (shown) clearProgress();
      shown = false;
    },
  };
}
