import { isIpAddress } from '../../../cloudtrail/ip-address.ts';
import type { NormalizedRecord } from '../../../collection/ports.ts';
import { valuesAtPath } from '../../../detection/fields/document-fields.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { EcsDocument } from '../../../model/trail-event.ts';
import { storableText } from '../json-text.ts';

/** The longest text that a pivot column keeps, in UTF-16 code units; PostgreSQL's indexes refuse entries over some 2,700 bytes. */
export const longestPivot = 500;

/** The fields that have a column of their own. */
export const pivotPaths = {
  action: 'event.action',
  provider: 'event.provider',
  region: 'cloud.region',
  outcome: 'event.outcome',
  user_name: 'user.name',
  user_arn: 'aws.cloudtrail.user_identity.arn',
  principal_id: 'user.id',
  access_key_id: 'aws.cloudtrail.user_identity.access_key_id',
  source_ip: 'source.address',
  user_agent: 'user_agent.original',
} as const;

export type PivotColumn = keyof typeof pivotPaths;

type PivotedRecord = Pick<NormalizedRecord, 'requestId' | 'ecs' | 'eventId' | 'eventTime'>;

/** The usual pivots, taken out of the document so that indexes can find them. */
export function pivotColumns(record: PivotedRecord) {
  function at(column: PivotColumn) {
    return pivotAt(record.ecs, pivotPaths[column]);
  }
  return {
    request_id: record.requestId === null ? null : pivotText(record.requestId),
    action: at('action'),
    provider: at('provider'),
    region: at('region'),
    outcome: at('outcome'),
    user_name: at('user_name'),
    user_arn: at('user_arn'),
    principal_id: at('principal_id'),
    access_key_id: at('access_key_id'),
    source_ip: at('source_ip'),
    user_agent: at('user_agent'),
    irregular: isIrregular(record),
  };
}

/**
 * Whether the columns do not tell all that the document has at their fields: a list, a number, a name with dots within an
 * object, an address in an unusual spelling. Such events are few (imports may be of any shape), and are never searched by column.
 */
function isIrregular({ ecs, eventId, eventTime }: PivotedRecord): boolean {
  const told = Object.values(pivotPaths).every((path) => has(ecs, path, pivotValue(ecs, path)));
  if (!told || !has(ecs, 'event.id', eventId)) return true;
  const address = pivotValue(ecs, pivotPaths.source_ip);
  const ip = address !== null && isIpAddress(address) ? address : null;
  if (!has(ecs, 'source.ip', ip) || (ip !== null && !isUsualSpelling(ip))) return true;
  const [time] = valuesAtPath(ecs, '@timestamp');
  return !(Math.abs(Date.parse(String(time)) - Date.parse(eventTime)) < 1000);
}

function has(ecs: EcsDocument, path: string, value: string | null): boolean {
  const values = valuesAtPath(ecs, path);
  return value === null ? values.length === 0 : values.length === 1 && values[0] === value;
}

/** IPv6 addresses that stand for IPv4 ones, or are not written as RFC 5952 has it, are unusual. */
function isUsualSpelling(ip: string): boolean {
  if (!ip.includes(':')) return isIpAddress(ip);
  return !/ffff:/i.test(ip) && usualIpv6(ip) === ip;
}

/** An IPv6 address as RFC 5952 writes it; undefined where the text is none. */
export function usualIpv6(ip: string): string | undefined {
  return URL.canParse(`http://[${ip}]/`) ? new URL(`http://[${ip}]/`).hostname.slice(1, -1) : undefined;
}

function pivotAt(ecs: EcsDocument, path: string): string | null {
  const value = pivotValue(ecs, path);
  return value === null ? null : pivotText(value);
}

function pivotValue(ecs: EcsDocument, path: string): string | null {
  let value: JsonValue | undefined = ecs;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    value = (value as EcsDocument)[key];
  }
  return typeof value === 'string' ? value : null;
}

/** A text as a pivot column holds it. */
export function pivotText(text: string): string {
  return storableText(text.length <= longestPivot ? text : text.slice(0, longestPivot));
}
