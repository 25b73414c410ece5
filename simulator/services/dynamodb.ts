import { AwsError } from '../aws-error.ts';
import { isObject, type JsonObject, textOf } from '../json.ts';
import type { CallContext, Operation, OperationResult, Output } from '../operation.ts';
import { objectList, optionalNumber, optionalText } from '../operation-input.ts';
import type { TableState } from '../world.ts';

/**
 * Tables with a text partition key and a text sort key: items put on a condition, read and queried. Reads and writes of items are data
 * events, which the event history does not have; the making of a table it has.
 */
export const dynamoDbOperations: readonly Operation[] = [
  {
    service: 'dynamodb',
    name: 'CreateTable',
    readOnly: false,
    needs: tableNeed('CreateTable'),
    run(input, { account, region }) {
      const name = required(input, 'TableName');
      if (findTable(input, { account, region }) !== undefined) {
        throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
      }
      const keys = objectList(input, 'KeySchema');
      function keyNamed(type: string) {
        return keys.find(({ KeyType }) => KeyType === type)?.['AttributeName'];
      }
      const [partitionKey, sortKey] = [textOf(keyNamed('HASH')), textOf(keyNamed('RANGE'))];
      if (partitionKey === '' || sortKey === '') throw invalid('A table here has a partition key and a sort key.');
      const arn = `arn:${account.partition}:dynamodb:${region}:${account.id}:table/${name}`;
      const table: TableState = { name, arn, region, partitionKey, sortKey, items: [] };
      account.tables = [...(account.tables ?? []), table];
      return { output: { TableDescription: { TableName: name, TableArn: arn, TableStatus: 'ACTIVE' } } };
    },
  },

  itemCall('PutItem', false, (input, table) => {
    const item = input['Item'];
    if (!isObject(item)) throw invalid('Item must not be null');
    const standing = table.items.findIndex((each) => sameKey(table, each, item));
    refuseByCondition(input, table.items[standing]);
    if (standing === -1) table.items.push(item);
    else table.items[standing] = item;
    return {};
  }),

  itemCall('GetItem', true, (input, table) => {
    const key = input['Key'];
    if (!isObject(key)) throw invalid('Key must not be null');
    const item = table.items.find((each) => sameKey(table, each, key));
    return item === undefined ? {} : { Item: asOutput(item) };
  }),

  itemCall('Query', true, (input, table) => {
    const { partition, prefix } = keyCondition(input, table);
    const from = isObject(input['ExclusiveStartKey']) ? textAt(input['ExclusiveStartKey'], table.sortKey) : null;
    const found = table.items
      .filter((item) => textAt(item, table.partitionKey) === partition)
      .filter((item) => textAt(item, table.sortKey).startsWith(prefix))
      .filter((item) => from === null || textAt(item, table.sortKey) > from)
      .toSorted((a, b) => (textAt(a, table.sortKey) < textAt(b, table.sortKey) ? -1 : 1));
    const page = pageOf(found, optionalNumber(input, 'Limit') ?? found.length);
    const last = page.length < found.length ? page.at(-1) : undefined;
    const more = last === undefined ? {} : { LastEvaluatedKey: asOutput(keyIn(table, last)) };
    return { Items: page.map(asOutput), Count: page.length, ScannedCount: page.length, ...more };
  }),
];

function itemCall(name: string, readOnly: boolean, run: (input: JsonObject, table: TableState) => Output): Operation {
  return {
    service: 'dynamodb',
    name,
    readOnly,
    dataEvent: true,
    needs: tableNeed(name),
    run: (input, context): OperationResult => {
      const table = findTable(input, context);
      if (table === undefined) {
        throw new AwsError('ResourceNotFoundException', 'Requested resource not found', { trailCode: null });
      }
      return { output: run(input, table) };
    },
  };
}

function tableNeed(action: string): Operation['needs'] {
  return (input, { account, region }) => [
    {
      action: `dynamodb:${action}`,
      resource: `arn:${account.partition}:dynamodb:${region}:${account.id}:table/${required(input, 'TableName')}`,
    },
  ];
}

function findTable(input: JsonObject, { account, region }: Pick<CallContext, 'account' | 'region'>) {
  const name = required(input, 'TableName');
  return (account.tables ?? []).find((table) => table.name === name && table.region === region);
}

/** The one condition that is known here: that there is no item under the key. */
function refuseByCondition(input: JsonObject, standing: JsonObject | undefined): void {
  const condition = optionalText(input, 'ConditionExpression');
  if (condition === undefined) return;
  const name = /^attribute_not_exists\((#?\w+)\)$/.exec(condition)?.[1];
  if (name === undefined) throw invalid(`ConditionExpression is not known here: ${condition}`);
  if (standing?.[nameOf(input, name)] === undefined) return;
  const old = optionalText(input, 'ReturnValuesOnConditionCheckFailure') === 'ALL_OLD' ? { Item: standing } : {};
  throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', {
    trailCode: null,
    members: old,
  });
}

function keyCondition(input: JsonObject, table: TableState): { readonly partition: string; readonly prefix: string } {
  const expression = optionalText(input, 'KeyConditionExpression') ?? '';
  const parts = /^(#?\w+) = (:\w+) and begins_with\((#?\w+), (:\w+)\)$/i.exec(expression);
  if (parts === null) throw invalid(`KeyConditionExpression is not known here: ${expression}`);
  const [, partitionName = '', partitionValue = '', sortName = '', sortValue = ''] = parts;
  if (nameOf(input, partitionName) !== table.partitionKey || nameOf(input, sortName) !== table.sortKey) {
    throw invalid('Query condition missed key schema element');
  }
  const values = input['ExpressionAttributeValues'];
  if (!isObject(values)) throw invalid('ExpressionAttributeValues must not be null');
  return { partition: textAt(values, partitionValue), prefix: textAt(values, sortValue) };
}

function nameOf(input: JsonObject, name: string): string {
  const names = input['ExpressionAttributeNames'];
  return name.startsWith('#') ? textOf(isObject(names) ? names[name] : undefined) : name;
}

/** A page has 1 MB at most (DynamoDB developer guide, paginating results). */
const pageBytes = 1_048_576;

function pageOf(items: readonly JsonObject[], limit: number): readonly JsonObject[] {
  let bytes = 0;
  const end = items.slice(0, limit).findIndex((item) => (bytes += JSON.stringify(item).length) > pageBytes);
  return items.slice(0, end === -1 ? limit : Math.max(1, end));
}

function keyIn({ partitionKey, sortKey }: TableState, item: JsonObject): JsonObject {
  return { [partitionKey]: item[partitionKey], [sortKey]: item[sortKey] };
}

function sameKey({ partitionKey, sortKey }: TableState, a: JsonObject, b: JsonObject): boolean {
  return [partitionKey, sortKey].every((name) => textAt(a, name) === textAt(b, name));
}

/** A text attribute, `{"S": "..."}`. */
function textAt(item: JsonObject, name: string): string {
  const value = item[name];
  const text = isObject(value) ? value['S'] : undefined;
  if (typeof text !== 'string') throw invalid(`One or more parameter values are not valid: ${name} is no text`);
  return text;
}

/** Attributes are objects of texts, which answers may hold as they are. */
function asOutput(item: JsonObject): Output {
  return item as Output;
}

function required(input: JsonObject, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === '') throw invalid(`${name} must not be null`);
  return value;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message, { trailCode: null });
}
