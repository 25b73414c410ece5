import type { JsonObject } from '../model/json.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { MalformedRecordError } from './malformed-record-error.ts';
import { normalizeRecord, type NormalizeOptions } from './normalize.ts';
import { compact, objectAt, textAt } from './record-fields.ts';
import type { FoundRecord } from './record-forms.ts';
import { ecsTime } from './record-time.ts';

const dataset = 'aws.cloudtrail';

/**
 * The ECS document of a found record. A document that is ECS already is taken as it is, enrichment and all; only what rules
 * rely on and exporters leave out is added: both names of the data set.
 *
 * @throws MalformedRecordError where it has no time.
 */
export function ecsEventOf(found: FoundRecord, options: NormalizeOptions = {}): EcsDocument {
  return found.kind === 'cloudtrail' ? normalizeRecord(found.record, options) : checkedEcs(found.document);
}

function checkedEcs(document: EcsDocument): EcsDocument {
  const event = objectAt(document, 'event');
  const time = textAt(document, '@timestamp');
  const normal = time === undefined ? undefined : ecsTime(time);
  if (normal === undefined) throw new MalformedRecordError('@timestamp is missing or no time');
  return { ...document, '@timestamp': normal, ...datasets(document, event) };
}

function datasets(document: EcsDocument, event: JsonObject): JsonObject {
  const stream = objectAt(document, 'data_stream');
  const isCloudTrail = Object.hasOwn(objectAt(document, 'aws'), 'cloudtrail');
  const name = textAt(event, 'dataset') ?? textAt(stream, 'dataset') ?? (isCloudTrail ? dataset : undefined);
  return (
    compact({
      event: compact({ ...event, dataset: textAt(event, 'dataset') ?? name }),
      data_stream: compact({ ...stream, dataset: textAt(stream, 'dataset') ?? name }),
    }) ?? {}
  );
}
