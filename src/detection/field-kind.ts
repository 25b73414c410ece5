/** How the index of the peer's AWS integration holds a field, as far as comparing depends on it. */
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
