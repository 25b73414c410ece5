import type { PreventedAlert } from '../../detection/live/held-back.ts';
import type { ListedException } from '../../views/exceptions.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { terminalTable } from '../terminal/terminal-table.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { utcTime } from '../../model/utc-time.ts';

export function renderExceptions(listed: readonly ListedException[], style: Style): SafeText {
  if (listed.length === 0)
    return safe`there are no exceptions; an [[exception]] in a TOML file beside the rules makes one`;
  return terminalTable(
    [
      { head: 'exception', of: ({ id }) => plainText(id) },
      { head: 'rule', of: ({ rules }) => safeJoin(rules.map(ruleText), ', '), grows: 2 },
      { head: 'owner', of: ({ owner }) => plainText(owner ?? '-') },
      { head: 'reason', of: ({ reason }) => plainText(reason ?? '-', 200), grows: 2 },
      { head: 'expires (UTC)', of: ({ expires }) => (expires === null ? safe`-` : utcTime(expires)) },
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
      { head: 'time (UTC)', of: ({ eventTime }) => utcTime(eventTime) },
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
