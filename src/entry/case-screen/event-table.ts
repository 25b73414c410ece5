import { caseEvent } from '../../views/case-events.ts';
import type { FoundEvent } from '../../investigation/seen-event.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { counted } from '../../model/counted.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { terminalTable } from '../terminal/terminal-table.ts';
import { proseLines } from '../terminal/wrapped-text.ts';
import { utcTime } from '../../model/utc-time.ts';

/** The events of a case for people. */
export function caseEventTable(events: readonly FoundEvent[], style: Style): SafeText {
  if (events.length === 0) return safe`No event of this case is in the store.`;
  const table = terminalTable(
    [
      { head: 'time (UTC)', of: ({ at }) => utcTime(at) },
      { head: 'account', of: ({ account }) => plainText(account), optional: true },
      { head: 'who', of: ({ who }) => plainText(who ?? ''), grows: 1, least: 10 },
      {
        head: 'action',
        of: ({ action, outcome, errorCode }) =>
          outcome === 'success'
            ? plainText(action ?? '')
            : safe`${plainText(action ?? '')} ${style.warning(safe`refused: ${plainText(errorCode ?? outcome ?? 'an error')}`)}`,
        grows: 1,
        least: 19,
      },
      { head: 'on', of: ({ target }) => plainText(target ?? ''), grows: 1, least: 16 },
      { head: 'from', of: ({ source }) => plainText(source ?? ''), optional: true },
      { head: 'event', of: ({ eventId }) => plainText(eventId), optional: true },
    ],
    events.map(caseEvent),
    style,
  );
  const count = safe`${counted(events.length, 'event')}. With their IDs: --json, or where output is piped; as the log has them: --raw`;
  return safeJoin([table, safe``, ...proseLines(count, style.width)], '\n');
}
