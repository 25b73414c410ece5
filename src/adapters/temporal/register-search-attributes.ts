import type { Connection } from '@temporalio/client';
import { SearchAttributeType } from '@temporalio/common';
import proto from '@temporalio/proto';
import { searchAttributes } from '../../messages/search-attributes.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;

const indexedTypes = {
  [SearchAttributeType.TEXT]: IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
  [SearchAttributeType.KEYWORD]: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  [SearchAttributeType.INT]: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  [SearchAttributeType.DOUBLE]: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
  [SearchAttributeType.BOOL]: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
  [SearchAttributeType.DATETIME]: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  [SearchAttributeType.KEYWORD_LIST]: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
} as const;

/** A search attribute of ours exists on the server with another type; the server says "success" and changes nothing. */
export class SearchAttributeTypeError extends TrailhoundError {
  override readonly name = 'SearchAttributeTypeError';
  override readonly code = 'search-attribute-type';
  override readonly remedy =
    'use another namespace, or remove the attribute there (`temporal operator search-attribute remove`)';
  constructor(namespace: string, names: readonly string[]) {
    super(`namespace ${namespace} has search attributes of another type than ours: ${names.join(', ')}`);
  }
}

const wanted = Object.values(searchAttributes).map(({ name, type }) => [name, indexedTypes[type]] as const);

/**
 * Which of our search attributes a namespace lacks; changes nothing.
 * @throws SearchAttributeTypeError
 */
export async function examineSearchAttributes(connection: Connection, namespace: string): Promise<readonly string[]> {
  const present = (await connection.operatorService.listSearchAttributes({ namespace })).customAttributes;
  const wrong = wanted.filter(([name, type]) => name in present && present[name] !== type).map(([name]) => name);
  if (wrong.length > 0) throw new SearchAttributeTypeError(namespace, wrong);
  return wanted.map(([name]) => name).filter((name) => !(name in present));
}

/**
 * Registers our search attributes in a namespace and then compares what the server has; doing it again changes nothing.
 * @throws SearchAttributeTypeError
 */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(wanted) });
  const present = (await connection.operatorService.listSearchAttributes({ namespace })).customAttributes;
  const wrong = wanted.filter(([name, type]) => present[name] !== type).map(([name]) => name);
  if (wrong.length > 0) throw new SearchAttributeTypeError(namespace, wrong);
}
