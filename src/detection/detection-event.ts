import { sha256Hex } from '../digest/canonical-digest.ts';
import { textAt } from '../cloudtrail/ecs-path.ts';
import { accountOfEvent } from '../cloudtrail/identities.ts';
import type { Instant } from '../model/ids.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import type { EventFields } from './fields/event-fields.ts';
import type { DetectionEvent } from './rule-type.ts';

/**
 * An ECS document as rules take it, first revision. Its account is the one whose trail has it, else the caller's; an event that names
 * neither belongs to the account "". An event without an ID is named by its content, so that a copy of it is recognised.
 */
export function detectionEventOf(document: EcsDocument, fields: EventFields): DetectionEvent {
  const receiving = textAt(document, 'aws.cloudtrail.recipient_account_id');
  const accountId = accountOfEvent(textAt(document, 'cloud.account.id'), receiving);
  const eventTime = textAt(document, '@timestamp') ?? '';
  return {
    ref: { accountId, eventId: textAt(document, 'event.id') ?? contentId(document), revision: 0 },
    eventTime: eventTime as Instant,
    eventTimeMs: Date.parse(eventTime),
    fields,
  };
}

function contentId(document: EcsDocument): string {
  return sha256Hex(JSON.stringify(document));
}
