import { accountOfEvent } from '../../cloudtrail/identities.ts';
import { textAt } from '../../cloudtrail/ecs-path.ts';
import type { FoundEvent } from '../../investigation/seen-event.ts';
import type { Instant } from '../../model/ids.ts';
import type { EcsDocument } from '../../model/trail-event.ts';

/** An event of files as cases hold it. */
export function foundEvent(ecs: EcsDocument): FoundEvent {
  const receiving = textAt(ecs, 'aws.cloudtrail.recipient_account_id');
  const accountId = accountOfEvent(textAt(ecs, 'cloud.account.id'), receiving);
  return {
    ref: { accountId, eventId: textAt(ecs, 'event.id') ?? '', revision: 0 },
    at: (textAt(ecs, '@timestamp') ?? '') as Instant,
    own: false,
    ecs,
  };
}
