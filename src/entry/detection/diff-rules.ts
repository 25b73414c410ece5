import { openAddressDatabases } from '../../adapters/files/address-database.ts';
import { type AlertRow, alertRow, alertSubject } from '../../detection/alerts/alert-row.ts';
import { detectionEventOf } from '../../detection/detection-event.ts';
import { detectOffline, type OfflineAlert } from '../../detection/offline/offline.ts';
import { eventRefKey } from '../../model/trail-event.ts';
import { counted } from '../../model/counted.ts';
import { styleFor } from '../terminal/terminal-style.ts';
import { inputsOf, readEvents } from './input-events.ts';
import { loadRules } from './load-rules.ts';
import { readingReport } from './reading-report.ts';
import { plainText, safe, safeJoin, safePadded, type SafeText } from '../../model/safe-text.ts';
import { utcTime } from '../../model/utc-time.ts';

/** What a change would add and remove, and what it would leave as it is. */
export interface RulesDifference {
  readonly added: readonly AlertRow[];
  readonly removed: readonly AlertRow[];
  readonly unchanged: number;
  /** All that was to be read was read. */
  readonly isWhole: boolean;
  readonly errors: readonly string[];
  /** A line for each alert that is added or removed, in the order of time. */
  readonly lines: readonly SafeText[];
}

/**
 * Judges the same events by two sets of rules and exceptions, in one reading.
 *
 * @throws InputPathError where a path names nothing.
 */
export async function diffRules(
  before: string,
  after: string,
  paths: readonly string[],
  options: { readonly mmdb: readonly string[]; readonly tell: (line: SafeText) => void },
): Promise<RulesDifference> {
  const sides = [before, after].map((path) => loadRules({ rules: [path] }));
  const runs = sides.map(({ ruleSet }) => ({ ruleSet, detection: detectOffline(ruleSet, { keepsAbout: true }) }));
  const inputs = inputsOf(paths);
  const reading = readingReport(inputs, options.tell);
  let records = 0;
  await readEvents(inputs.sources, {
    ...(options.mmdb.length === 0 ? {} : { enrich: await openAddressDatabases(options.mmdb) }),
    onEvent: (document) => {
      records += 1;
      for (const { ruleSet, detection } of runs) detection.take(detectionEventOf(document, ruleSet.fieldsOf(document)));
    },
    onMalformed: (place, problem, eventId) => reading.note(place, problem, eventId),
    onOther: ({ path }, form) => reading.noteOther({ path, form, count: 1 }),
  });
  reading.finish();
  const [old = new Map(), fresh = new Map()] = runs.map(({ detection }) => byKey(detection.alerts()));
  const removed = [...old].filter(([key]) => !fresh.has(key)).map(([, alert]) => alert);
  const added = [...fresh].filter(([key]) => !old.has(key)).map(([, alert]) => alert);
  return {
    added: added.map(alertRow),
    removed: removed.map(alertRow),
    unchanged: fresh.size - added.length,
    isWhole: reading.isWhole(records),
    errors: sides.flatMap(({ errors }) => errors.map(({ message }) => message)),
    lines: [
      ...removed.map((alert) => ({ sign: '-', alert }) as const),
      ...added.map((alert) => ({ sign: '+', alert }) as const),
    ]
      .toSorted((a, b) => a.alert.eventTimeMs - b.alert.eventTimeMs)
      .map(({ sign, alert }) => lineOf(sign, alert)),
  };
}

/** An alert is the same where rule, group and events are. */
function byKey(alerts: readonly OfflineAlert[]): Map<string, OfflineAlert> {
  return new Map(
    alerts.map((alert) => [JSON.stringify([alert.rule.id, alert.group, alert.eventRefs.map(eventRefKey)]), alert]),
  );
}

function lineOf(sign: '+' | '-', alert: OfflineAlert): SafeText {
  const { rule, eventTimeMs, eventRefs } = alert;
  const time = utcTime(new Date(eventTimeMs).toISOString());
  const events = eventRefs.map(({ eventId }) => eventId).join(' ');
  const about = [plainText(rule.name), plainText(alertSubject(alert), 300), plainText(events, 200)];
  const severity = safePadded(plainText(rule.severity), 8);
  const mark = sign === '+' ? safe`+` : safe`-`;
  return safe`${mark} ${time}  ${severity}  ${safeJoin(
    about.filter((text) => text.length > 0),
    '; ',
  )}`;
}

export function renderDiff({ added, removed, unchanged, errors, lines }: RulesDifference): SafeText {
  const style = styleFor(process.stdout);
  const shown = [
    ...errors.map((message) => safe`${style.bad(safe`error`)} ${plainText(message, 1000)}`),
    ...lines.map((line) => (line.startsWith('+') ? style.good(line) : style.bad(line))),
    safe`${counted(added.length, 'alert')} added, ${removed.length} removed, ${unchanged} unchanged`,
  ];
  return safeJoin(shown, '\n');
}
