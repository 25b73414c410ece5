import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject } from './record-fields.ts';

/** Longer policies are not read: a CloudTrail record has 256 KiB at most, so that no call of AWS carries one. */
export const maxPolicyCharacters = 262_144;
/** So many statements are read; a policy of {@link maxPolicyCharacters} with more has statements that say nothing. */
const maxStatements = 4096;
/** A text may be the JSON of a text, URL-encoded or not, and so on: so many layers are taken off. */
const maxLayers = 4;

/** Whom a statement names. */
export interface PolicyPrincipal {
  /** In lower case: `aws`, `service`, `federated`, `canonicaluser`. A bare `*` is an `aws` principal. */
  readonly type: string;
  readonly value: string;
}

/** One key of a statement's `Condition`; all of a statement's hold together, and one of each one's values. */
export interface PolicyCondition {
  /** In lower case, with its prefix and ending: `foranyvalue:stringlike`, `stringequalsifexists`. */
  readonly operator: string;
  /** In lower case. */
  readonly key: string;
  readonly values: readonly string[];
}

/** A statement of a policy with every element as a list; where the policy gives no such element, the list is empty. */
export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly principals: readonly PolicyPrincipal[];
  readonly notPrincipals: readonly PolicyPrincipal[];
  /** In lower case, for case does not count in them. */
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly conditions: readonly PolicyCondition[];
}

/** Whom a statement names: who is not one of some is everybody else. */
export function principalsNamed({ principals, notPrincipals }: PolicyStatement): readonly PolicyPrincipal[] {
  return notPrincipals.length > 0 ? [{ type: 'aws', value: '*' }] : principals;
}

export type ReadPolicy =
  | { readonly kind: 'policy'; readonly statements: readonly PolicyStatement[] }
  /** It stands where a policy stands and is none that can be read. */
  | { readonly kind: 'unreadable'; readonly because: 'too long' | 'no JSON' | 'no statements' | 'too many statements' };

/**
 * Reads an IAM policy of any kind (trust, identity, resource) as AWS's calls carry it: an object, its JSON, or its JSON
 * URL-encoded. Escapes, white space, the order and the case of element names make no difference.
 * Source of the grammar: "Grammar of the IAM JSON policy language" in the IAM User Guide.
 */
export function readPolicy(value: JsonValue): ReadPolicy {
  if (typeof value !== 'string') return policyOf(value);
  if (value.length > maxPolicyCharacters) return { kind: 'unreadable', because: 'too long' };
  const parsed = parsedText(value);
  return parsed === undefined ? { kind: 'unreadable', because: 'no JSON' } : policyOf(parsed);
}

/** Elements that a request keeps policies in, by the end of their names: `policyDocument`, `bucketPolicy`, `accessPolicies`. */
const policyElement = /polic(?:y|ies)(?:document|text|string)?$/i;
/** Deeper than this no request of AWS carries a policy. */
const maxRequestDepth = 6;

/**
 * The policies in a call's `requestParameters`, in order: whatever has the form of one, wherever it stands, and what stands in
 * an element named like one and cannot be read.
 */
export function policiesIn(parameters: JsonObject): readonly ReadPolicy[] {
  const found: ReadPolicy[] = [];
  gather(parameters, '', 0, found);
  return found;
}

function gather(value: JsonValue, name: string, depth: number, found: ReadPolicy[]): void {
  if (depth > maxRequestDepth) return;
  if (typeof value === 'string') {
    const isNamed = policyElement.test(name);
    if (!maybeObjectText.test(value)) return;
    const read = readPolicy(value);
    if (read.kind === 'policy' || isNamed) found.push(read);
  } else if (Array.isArray(value)) {
    for (const element of value as readonly JsonValue[]) gather(element, name, depth + 1, found);
  } else if (isJsonObject(value)) {
    const read = policyOf(value);
    if (read.kind === 'policy') found.push(read);
    else for (const [key, child] of Object.entries(value)) gather(child, key, depth + 1, found);
  }
}

/** An object's JSON, as text of a text too, and URL-encoded or not. */
const maybeObjectText = /^[\s\uFEFF"]*(?:\{|%7b|%22|%09|%0a|%0d|%20|%ef%bb%bf|\\)/i;

function parsedText(text: string): JsonValue | undefined {
  let value: JsonValue | undefined = text;
  for (let layer = 0; layer < maxLayers && typeof value === 'string'; layer += 1) value = withoutLayer(value);
  return typeof value === 'string' ? undefined : value;
}

/** What a text is the JSON of; else the text that it is URL-encoded from, as in addresses or as in forms. */
function withoutLayer(text: string): JsonValue | undefined {
  const json = parsedJson(text);
  if (json !== undefined) return json;
  const plain = decoded(text);
  return plain === undefined || !plain.includes('+') || parsedJson(plain) !== undefined
    ? plain
    : (decoded(text.replaceAll('+', ' ')) ?? plain);
}

function parsedJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as JsonValue;
  } catch {
    return undefined;
  }
}

function decoded(text: string): string | undefined {
  if (!text.includes('%')) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function policyOf(value: JsonValue): ReadPolicy {
  const given = isJsonObject(value) ? element(value, 'statement') : undefined;
  // One that is written with none says nothing, and can be read.
  if (Array.isArray(given) && given.length === 0) return { kind: 'policy', statements: [] };
  const statements = listOf(given);
  if (statements.length === 0) return { kind: 'unreadable', because: 'no statements' };
  if (statements.length > maxStatements) return { kind: 'unreadable', because: 'too many statements' };
  const read = statements.map((statement) => (isJsonObject(statement) ? statementOf(statement) : undefined));
  const known = read.filter((statement) => statement !== undefined);
  return known.length === 0 ? { kind: 'unreadable', because: 'no statements' } : { kind: 'policy', statements: known };
}

function statementOf(statement: JsonObject): PolicyStatement | undefined {
  const effect = element(statement, 'effect');
  if (typeof effect !== 'string' || !/^(?:allow|deny)$/i.test(effect)) return undefined;
  return {
    effect: effect.toLowerCase() === 'allow' ? 'Allow' : 'Deny',
    principals: principalsOf(element(statement, 'principal')),
    notPrincipals: principalsOf(element(statement, 'notprincipal')),
    actions: lowerCase(textsOf(element(statement, 'action'))),
    notActions: lowerCase(textsOf(element(statement, 'notaction'))),
    resources: textsOf(element(statement, 'resource')),
    notResources: textsOf(element(statement, 'notresource')),
    conditions: conditionsOf(element(statement, 'condition')),
  };
}

function principalsOf(value: JsonValue | undefined): readonly PolicyPrincipal[] {
  if (!isJsonObject(value)) return textsOf(value).map((text) => ({ type: 'aws', value: text }));
  return Object.entries(value).flatMap(([type, named]) =>
    textsOf(named).map((text) => ({ type: type.toLowerCase(), value: text })),
  );
}

function conditionsOf(value: JsonValue | undefined): readonly PolicyCondition[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([operator, keys]) =>
    isJsonObject(keys)
      ? Object.entries(keys).map(([key, values]) => ({
          operator: operator.toLowerCase(),
          key: key.toLowerCase(),
          values: textsOf(values),
        }))
      : [],
  );
}

/** The element of that name, whatever its case. */
function element(object: JsonObject, name: string): JsonValue | undefined {
  for (const key of Object.keys(object)) if (key.toLowerCase() === name) return object[key];
  return undefined;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}

/** Numbers and booleans are written without quotes now and then: account IDs, `"aws:SecureTransport": false`. */
function textsOf(value: JsonValue | undefined): readonly string[] {
  return listOf(value)
    .filter((one) => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean')
    .map(String);
}

function lowerCase(texts: readonly string[]): readonly string[] {
  return texts.map((text) => text.toLowerCase());
}
