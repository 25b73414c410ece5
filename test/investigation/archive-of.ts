import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { textAt } from '../../src/cloudtrail/ecs-path.ts';
import { mintingActions } from '../../src/investigation/effects/credentials.ts';
import type { EventArchive, Pivot } from '../../src/investigation/evidence-ports.ts';
import type { FoundEvent } from '../../src/investigation/seen-event.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';

/** A record as the event store would give it. */
export function found(raw: JsonObject): FoundEvent {
  const ecs = normalizeRecord(raw);
  const accountId = (textAt(ecs, 'aws.cloudtrail.recipient_account_id') ?? 'unknown') as AccountId;
  const eventId = textAt(ecs, 'event.id') ?? 'unknown';
  return { ref: { accountId, eventId, revision: 0 }, at: raw['eventTime'] as Instant, own: false, ecs };
}

/** An event store in memory that reaches back to an instant; by default, further than anybody asks. */
export function archiveOf(
  events: readonly FoundEvent[],
  coveredFrom: Instant | null = '2000-01-01T00:00:00Z' as Instant,
): EventArchive {
  return {
    events: async (refs) => events.filter(({ ref }) => refs.some(({ eventId }) => eventId === ref.eventId)),
    find: async (pivot, span, limit, before) => {
      const matching = events
        .filter(({ at }) => Date.parse(at) >= Date.parse(span.from) && Date.parse(at) <= Date.parse(span.to))
        .filter((event) => matches(event, pivot))
        .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
      const from = before === undefined ? 0 : matching.indexOf(before) + 1;
      return { events: matching.slice(from, from + limit), more: matching.length > from + limit };
    },
    reach: async () => ({ coveredFrom, uncoveredWindows: 0 }),
  };
}

function matches({ ecs }: FoundEvent, pivot: Pivot): boolean {
  switch (pivot.kind) {
    case 'access-key':
      return textAt(ecs, 'aws.cloudtrail.user_identity.access_key_id') === pivot.accessKeyId;
    case 'user':
      return (
        textAt(ecs, 'user.name') === pivot.userName && textAt(ecs, 'aws.cloudtrail.user_identity.type') === 'IAMUser'
      );
    case 'session':
      return textAt(ecs, 'aws.cloudtrail.user_identity.arn') === pivot.sessionArn;
    case 'source-address':
      return textAt(ecs, 'source.address') === pivot.address;
    default:
      return mintingActions.some((action) => action === textAt(ecs, 'event.action'));
  }
}
