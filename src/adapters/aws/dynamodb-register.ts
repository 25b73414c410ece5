import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import type { Instant } from '../../model/ids.ts';
import {
  begunKinds,
  type BegunEntry,
  isBegun,
  type Register,
  type RegisterEntry,
  registerEntrySchema,
  registerKeyOf,
} from '../../response/register.ts';
import { ResponderStopped } from '../../response/responder-stopped.ts';
import { classifyAwsError } from './aws-errors.ts';
import { required } from './readable-answers.ts';

/** What the register's role may do, on the table alone: nothing of it changes or takes away what is there. */
export const registerPermissions = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'] as const;

export interface DynamoDbRegisterOptions {
  /** With a partition key `installation` and a sort key `entry`, both text. */
  readonly table: string;
  /** Several installations may share a table. */
  readonly installation: string;
  readonly now: () => Instant;
}

const beginning = 'beginning';

/**
 * The {@link Register} of several machines: a DynamoDB table to which the responder's role alone may write. Entries are put on the
 * condition that there is none under their key, and read consistently; no call updates or deletes.
 */
export function dynamoDbRegister(client: DynamoDBClient, options: DynamoDbRegisterOptions): Register {
  const { table, installation, now } = options;
  function keyOf(entry: string) {
    return { installation: { S: installation }, entry: { S: entry } };
  }

  async function usable<T>(operation: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof ResponderStopped) throw error;
      const { kind, name } = classifyAwsError(error);
      const what =
        kind === 'access-denied'
          ? `dynamodb:${operation} on table ${table} was denied: allow it to the role that keeps the register.`
          : `the register in table ${table} did not answer ${operation} (${name}).`;
      throw new ResponderStopped('register-unusable', what, { cause: error });
    }
  }

  /** Puts content under a key where there is none; gives what stands there. A put whose answer was lost is known by its mark. */
  async function putOnce(key: string, content: string): Promise<{ readonly content: string; readonly fresh: boolean }> {
    const mark = randomUUID();
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: { ...keyOf(key), content: { S: content }, mark: { S: mark } },
          ConditionExpression: 'attribute_not_exists(#entry)',
          ExpressionAttributeNames: { '#entry': 'entry' },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { content, fresh: true };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const standing = required(error.Item, 'item');
      return { content: textOf(standing, 'content'), fresh: textOf(standing, 'mark') === mark };
    }
  }

  async function read(key: string): Promise<string | null> {
    const { Item: item } = await client.send(
      new GetItemCommand({ TableName: table, Key: keyOf(key), ConsistentRead: true }),
    );
    return item === undefined ? null : textOf(item, 'content');
  }

  async function list(kind: string): Promise<readonly RegisterEntry[]> {
    const found: RegisterEntry[] = [];
    let from: Record<string, AttributeValue> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: '#installation = :installation and begins_with(#entry, :kind)',
          ExpressionAttributeNames: { '#installation': 'installation', '#entry': 'entry' },
          ExpressionAttributeValues: { ':installation': { S: installation }, ':kind': { S: `${kind}/` } },
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      found.push(...required(page.Items, 'list of items').map((item) => entryIn(textOf(item, 'content'))));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return found;
  }

  return {
    since: async () => {
      const known = await usable('GetItem', () => read(beginning));
      const content = known ?? (await usable('PutItem', () => putOnce(beginning, now()))).content;
      return content as Instant; // nobody else writes under this key
    },
    spend: (entry) =>
      usable('PutItem', async () => {
        const { content, fresh } = await putOnce(registerKeyOf(entry), JSON.stringify(entry));
        return { entry: entryIn(content), fresh };
      }),
    find: (key) =>
      usable('GetItem', async () => {
        const content = await read(key);
        return content === null ? null : entryIn(content);
      }),
    begun: () =>
      usable('Query', async () => {
        const found: BegunEntry[] = [];
        for (const kind of begunKinds) found.push(...(await list(kind)).filter(isBegun));
        return found;
      }),
  };
}

function entryIn(content: string): RegisterEntry {
  return registerEntrySchema.parse(JSON.parse(content));
}

function textOf(item: Readonly<Record<string, AttributeValue>>, attribute: string): string {
  return required(item[attribute]?.S, attribute);
}
