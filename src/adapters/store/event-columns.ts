import type { NormalizedRecord } from '../../collection/ports.ts';
import type { JsonValue } from '../../model/json.ts';
import type { EcsDocument } from '../../model/trail-event.ts';
import { plainText } from './json-text.ts';

/** The longest text that a pivot column keeps; PostgreSQL's indexes refuse entries over some 2,700 bytes. */
const longestPivot = 500;

/** The usual pivots, taken out of the document so that indexes can find them. */
export function pivotColumns(record: NormalizedRecord) {
  const at = (path: string) => pivotAt(record.ecs, path);
  return {
    request_id: record.requestId === null ? null : bounded(record.requestId),
    action: at('event.action'),
    provider: at('event.provider'),
    region: at('cloud.region'),
    outcome: at('event.outcome'),
    user_name: at('user.name'),
    user_arn: at('aws.cloudtrail.user_identity.arn'),
    principal_id: at('user.id'),
    access_key_id: at('aws.cloudtrail.user_identity.access_key_id'),
    source_ip: at('source.address'),
    user_agent: at('user_agent.original'),
  };
}

function pivotAt(ecs: EcsDocument, path: string): string | null {
  let value: JsonValue | undefined = ecs;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    value = (value as EcsDocument)[key];
  }
  return typeof value === 'string' ? bounded(value) : null;
}

function bounded(text: string): string {
  return plainText(text.length <= longestPivot ? text : text.slice(0, longestPivot));
}
