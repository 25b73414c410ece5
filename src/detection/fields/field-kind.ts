/** How the index of Elastic's AWS integration holds a field, as far as comparing depends on it. */
export type FieldKind = 'keyword' | 'ip' | 'date' | 'number' | 'boolean';

const flattened = 'aws.cloudtrail.flattened.';

const dates = new Set(['@timestamp', 'event.created', 'event.ingested', 'event.start', 'event.end']);

/**
 * A field's kind, by its name (ECS 8.11 and the integration's field list). Whatever is flattened is a keyword, also where
 * the record has a number there; so is every other field without a kind of its own.
 */
export function fieldKind(path: string): FieldKind {
  if (isFlattened(path)) return 'keyword';
  if (dates.has(path) || path.endsWith('.creation_date')) return 'date';
  if (path === 'ip' || path.endsWith('.ip') || path.endsWith('.resolved_ip')) return 'ip';
  if (path.endsWith('.as.number') || path.endsWith('.port') || path.endsWith('.risk_score')) return 'number';
  return path.startsWith('aws.cloudtrail.console_login.') && /\.(?:mfa_used|mobile_version)$/.test(path)
    ? 'boolean'
    : 'keyword';
}

/** Whether a field lies within a flattened one, where numbers are texts too. */
export function isFlattened(path: string): boolean {
  return path.startsWith(flattened);
}

/** What holds other fields and no value of its own, in the integration's mapping of a CloudTrail event. */
const objects = new Set(
  [
    'aws aws.cloudtrail aws.cloudtrail.addendum aws.cloudtrail.console_login aws.cloudtrail.flattened aws.cloudtrail.resources',
    'aws.cloudtrail.console_login.additional_eventdata aws.cloudtrail.user_identity aws.cloudtrail.user_identity.in_scope_of',
    'aws.cloudtrail.user_identity.on_behalf_of aws.cloudtrail.user_identity.session_context',
    'aws.cloudtrail.user_identity.session_context.session_issuer cloud cloud.account cloud.service data_stream ecs event group',
    'related service source source.as source.as.organization source.geo tls tls.client user user.changes user.target',
    'user_agent user_agent.device user_agent.os',
  ].flatMap((line) => line.split(' ')),
);

/** Whether a field is an object: it exists where one of those within it does. */
export function isObjectField(path: string): boolean {
  return objects.has(path);
}
