import type { JsonObject, JsonValue } from '../model/json.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { MalformedRecordError } from './malformed-record-error.ts';
import { normalizeRecord, type NormalizeOptions } from './normalize.ts';
import { ownFieldsOf } from './own-fields.ts';
import { compact, objectAt } from './record-fields.ts';
import type { FoundRecord } from './record-forms.ts';
import { ecsTime } from './record-time.ts';

const dataset = 'aws.cloudtrail';

/**
 * The ECS document of a found record. A document that is ECS already is taken as it is, enrichment and all; only what rules
 * rely on and exporters leave out is added: both names of the data set, and our own fields as far as the document tells them.
 *
 * @throws MalformedRecordError where it has no time.
 */
export function ecsEventOf(found: FoundRecord, options: NormalizeOptions = {}): EcsDocument {
  return found.kind === 'cloudtrail' ? normalizeRecord(found.record, options) : checkedEcs(found.document);
}

function checkedEcs(document: EcsDocument): EcsDocument {
  const event = objectAt(document, 'event');
  const time = firstText(document['@timestamp']);
  const normal = time === undefined ? undefined : ecsTime(time);
  if (normal === undefined) throw new MalformedRecordError('@timestamp is missing or no time');
  return { ...document, '@timestamp': normal, ...datasets(document, event), ...withOwnFields(document) };
}

function withOwnFields(document: EcsDocument): JsonObject {
  const trail = objectAt(objectAt(document, 'aws'), 'cloudtrail');
  if (Object.hasOwn(document, 'trailhound') || Object.keys(trail).length === 0) return {};
  const parameters = objectAt(objectAt(trail, 'flattened'), 'request_parameters');
  const account =
    firstText(trail.recipient_account_id) ?? firstText(objectAt(objectAt(document, 'cloud'), 'account').id);
  const name = firstText(objectAt(document, 'user').name);
  return compact({ trailhound: ownFieldsOf(name, parameters, account ?? '') }) ?? {};
}

function datasets(document: EcsDocument, event: JsonObject): JsonObject {
  const stream = objectAt(document, 'data_stream');
  const isCloudTrail = Object.hasOwn(objectAt(document, 'aws'), 'cloudtrail');
  const name = firstText(event.dataset) ?? firstText(stream.dataset) ?? (isCloudTrail ? dataset : undefined);
  return (
    compact({
      event: compact({ ...event, dataset: event.dataset ?? name }),
      data_stream: compact({ ...stream, dataset: stream.dataset ?? name }),
    }) ?? {}
  );
}

/** Exporters write single values as lists of one. */
function firstText(value: JsonValue | undefined): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : undefined;
}
