import type { JsonValue } from '../model/json.ts';
import { isJsonObject } from './record-fields.ts';

/**
 * The entries of a list, however CloudTrail writes it: a list, one entry by itself, nothing, or EC2's `{items: [...]}`, `{item: ...}`,
 * `{}`, and `{tag: 1, content: entry}` for an entry.
 *
 * Sources of the forms: recorded calls of EC2 (AuthorizeSecurityGroupIngress, ModifySecurityGroupRules, DeleteLaunchTemplateVersions,
 * ModifyVpcEndpointServicePermissions).
 */
export function writtenList(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(writtenList);
  if (!isJsonObject(value)) return [value];
  const inside = value['items'] ?? value['item'] ?? (Object.hasOwn(value, 'tag') ? value['content'] : undefined);
  if (inside !== undefined) return writtenList(inside);
  return Object.keys(value).length === 0 ? [] : [value];
}
