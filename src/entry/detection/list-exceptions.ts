import type { HeldBackTotal, PreventedAlert } from '../../adapters/store/held-back-store.ts';
import type { RuleException } from '../../detection/exceptions/exception.ts';
import type { Instant } from '../../model/ids.ts';
import { shownTime } from '../investigations/render-case.ts';
import type { Style } from '../terminal-style.ts';
import { terminalTable } from '../terminal-table.ts';
import type { LoadedRules } from './load-rules.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';

/** What an exception held back live. */
export interface HeldBackLive {
  readonly events: number;
  /** Alerts that would have arisen without it. */
  readonly alerts: number;
  readonly lastEventTime: Instant | null;
}

/** An exception in a list. */
export interface ListedException {
  readonly id: string;
  /** The name is null where no rule of that ID was loaded. */
  readonly rules: readonly { readonly id: string; readonly name: string | null }[];
  readonly condition: string | null;
  readonly owner: string | null;
  readonly reason: string | null;
  readonly expires: Instant | null;
  /** `removed` where it stands in no file any more, and held something back when it did. */
  readonly state: 'active' | 'expired' | 'removed';
  /** Null where no installation can be asked. */
  readonly heldBack: HeldBackLive | null;
}

/**
 * @param totals of the installation's store; null where there is none.
 * @param now by which an exception is told to have expired.
 */
export function listExceptions(
  { exceptions, files }: Pick<LoadedRules, 'exceptions' | 'files'>,
  totals: readonly HeldBackTotal[] | null,
  now: Date,
): readonly ListedException[] {
  const names = new Map(files.map(({ rule }) => [rule.id, rule.name]));
  const rulesOf = (ids: readonly string[]) => ids.map((id) => ({ id, name: names.get(id) ?? null }));
  const known = new Set(exceptions.map(({ id }) => id));
  const gone = [...new Set(totals?.map(({ exceptionId }) => exceptionId))].filter((id) => !known.has(id));
  return [
    ...exceptions.map((exception) => ({
      id: exception.id,
      rules: rulesOf(exception.ruleIds),
      condition: exception.condition,
      owner: exception.owner,
      reason: exception.reason,
      expires: exception.expiresMs === null ? null : (new Date(exception.expiresMs).toISOString() as Instant),
      state: stateOf(exception, now),
      heldBack: totals === null ? null : heldBackBy(exception.id, totals),
    })),
    ...gone.map((id) => ({
      id,
      rules: rulesOf(totals?.filter((total) => total.exceptionId === id).map(({ ruleId }) => ruleId) ?? []),
      condition: null,
      owner: null,
      reason: null,
      expires: null,
      state: 'removed' as const,
      heldBack: totals === null ? null : heldBackBy(id, totals),
    })),
  ];
}

function stateOf({ expiresMs }: RuleException, now: Date): 'active' | 'expired' {
  return expiresMs !== null && expiresMs <= now.getTime() ? 'expired' : 'active';
}

function heldBackBy(id: string, totals: readonly HeldBackTotal[]): HeldBackLive {
  const own = totals.filter(({ exceptionId }) => exceptionId === id);
  const times = own.flatMap(({ lastEventTime }) => lastEventTime ?? []);
  return {
    events: own.reduce((sum, { events }) => sum + events, 0),
    alerts: own.reduce((sum, { alerts }) => sum + alerts, 0),
    lastEventTime: times.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null,
  };
}

export function renderExceptions(listed: readonly ListedException[], style: Style): SafeText {
  if (listed.length === 0)
    return safe`there are no exceptions; an [[exception]] in a TOML file beside the rules makes one`;
  return terminalTable(
    [
      { head: 'exception', of: ({ id }) => plainText(id) },
      { head: 'rule', of: ({ rules }) => safeJoin(rules.map(ruleText), ', '), grows: 2 },
      { head: 'owner', of: ({ owner }) => plainText(owner ?? '-') },
      { head: 'reason', of: ({ reason }) => plainText(reason ?? '-', 200), grows: 2 },
      { head: 'expires (UTC)', of: ({ expires }) => (expires === null ? safe`-` : shownTime(expires)) },
      {
        head: 'state',
        of: ({ state }) => (state === 'active' ? style.good(plainText(state)) : style.quiet(plainText(state))),
      },
      { head: 'events', of: ({ heldBack }) => (heldBack === null ? safe`-` : safe`${heldBack.events}`) },
      { head: 'alerts', of: ({ heldBack }) => (heldBack === null ? safe`-` : safe`${heldBack.alerts}`) },
    ],
    listed,
    style,
  );
}

function ruleText({ id, name }: ListedException['rules'][number]): SafeText {
  return plainText(name ?? `${id} (no such rule)`);
}

export function renderPrevented(alerts: readonly PreventedAlert[], style: Style): SafeText {
  if (alerts.length === 0) return safe`it prevented no alert`;
  return terminalTable(
    [
      { head: 'time (UTC)', of: ({ eventTime }) => shownTime(eventTime) },
      { head: 'rule', of: ({ ruleName }) => plainText(ruleName), grows: 2 },
      { head: 'what', of: ({ group }) => plainText(group.join(', '), 200), grows: 2 },
      { head: 'events', of: eventsText, grows: 1 },
    ],
    alerts,
    style,
  );
}

function eventsText({ eventRefs }: PreventedAlert): SafeText {
  const [first] = eventRefs;
  if (first === undefined) return safe`-`;
  const others = eventRefs.length > 1 ? safe` and ${eventRefs.length - 1} more` : safe``;
  return safe`${plainText(first.accountId)} ${plainText(first.eventId)}${others}`;
}
