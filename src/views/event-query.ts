import { createFieldTable, eventFields } from '../detection/fields/document-fields.ts';
import type { KqlNode } from '../detection/kql/ast.ts';
import { compileKql } from '../detection/kql/compile-kql.ts';
import { parseKql } from '../detection/kql/parse-kql.ts';
import { compileCidr } from '../detection/eql/cidr.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { TrailhoundError } from '../model/trailhound-error.ts';

/** A question to the event store, ready to be asked. */
export interface SearchQuery {
  readonly node: KqlNode;
  readonly matches: (document: EcsDocument) => boolean;
}

/** A pivot that is none. */
export class PivotError extends TrailhoundError {
  override readonly name = 'PivotError';
  override readonly code = 'pivot';
  override readonly remedy = 'give key=ACCESS_KEY_ID, user=NAME or ARN, ip=ADDRESS or BLOCK, or action=NAME';
  readonly exitCode = 2;

  constructor(text: string) {
    super(`"${text}" is no pivot`);
  }
}

/**
 * The query and all pivots together; an empty query matches everything.
 *
 * @throws QuerySyntaxError, PivotError
 */
export function searchQuery(text: string, pivots: readonly string[]): SearchQuery {
  const parts = [...(text.trim() === '' ? [] : [parseKql(text)]), ...pivots.map(pivotNode)];
  const span = { start: 0, end: text.length };
  const [only] = parts;
  const node: KqlNode =
    parts.length === 1 && only !== undefined
      ? only
      : parts.length === 0
        ? { kind: 'match-all', span }
        : { kind: 'and', operands: parts, span };
  const fields = createFieldTable();
  const holds = compileKql(node, fields);
  return { node, matches: (document) => holds(eventFields(document, fields)) };
}

function pivotNode(text: string): KqlNode {
  const split = text.indexOf('=');
  const value = text.slice(split + 1).trim();
  const names = split < 0 || value === '' ? [] : pivotFields(text.slice(0, split).trim(), value);
  const span = { start: 0, end: 0 };
  const nodes = names.map((name): KqlNode => ({
    kind: 'is',
    field: { kind: 'name', name },
    value: { kind: 'text', text: value, quoted: true },
    span,
  }));
  const [only] = nodes;
  if (only === undefined) throw new PivotError(text);
  return nodes.length === 1 ? only : { kind: 'or', operands: nodes, span };
}

/** Fields of which one at least has the value. */
function pivotFields(kind: string, value: string): readonly string[] {
  switch (kind) {
    case 'key':
      return ['aws.cloudtrail.user_identity.access_key_id'];
    case 'user':
      return value.startsWith('arn:') ? userByArn : userByName;
    case 'ip':
      // AWS services call by their names, such as cloudformation.amazonaws.com.
      return [compileCidr(value) === null ? 'source.address' : 'source.ip'];
    case 'action':
      return ['event.action'];
    default:
      return [];
  }
}

/** Who called, and whom a call is about. */
const userByName = ['user.name', 'user.target.name', 'user.changes.name', 'related.user'];
const userByArn = [
  'aws.cloudtrail.user_identity.arn',
  'aws.cloudtrail.resources.arn',
  'aws.cloudtrail.flattened.request_parameters.userArn',
  'aws.cloudtrail.flattened.response_elements.user.arn',
];
