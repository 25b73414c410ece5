import { AwsError, noSuchEntity } from '../aws-error.ts';
import type { JsonObject } from '../json.ts';
import type { CallContext, Operation } from '../operation.ts';
import { oneOf, requiredText, trailDate } from '../operation-input.ts';
import { obeyedStatus } from '../world.ts';
import type { AccessKeyState, UserState } from '../world.ts';
import { keyFrom } from '../world-definition.ts';
import { iamPage, namedUserOrCaller } from './iam-lookup.ts';
import { iamOperation } from './iam-operation.ts';

/** A user has two keys at most, inactive ones counted (IAM quotas). */
const keysPerUser = 2;

/** Access keys: made, listed, switched and deleted. */
export const accessKeyOperations: readonly Operation[] = [
  iamOperation('ListAccessKeys', 'user', true, (input, context) => {
    const user = namedUserOrCaller(input, context);
    const keys = user.keys.map((key) => ({
      UserName: user.name,
      AccessKeyId: key.id,
      Status: key.status,
      CreateDate: new Date(key.createdAt),
    }));
    return { output: iamPage('AccessKeyMetadata', keys, input) };
  }),

  iamOperation('CreateAccessKey', 'user', false, (input, context) => {
    const user = namedUserOrCaller(input, context);
    if (user.keys.length >= keysPerUser) {
      throw new AwsError('LimitExceeded', `Cannot exceed quota for AccessKeysPerUser: ${keysPerUser}`, {
        status: 409,
        trailCode: 'LimitExceededException',
      });
    }
    const key = keyFrom({}, context.nowMs);
    key.until = { status: 'Inactive', at: context.nowMs + context.world.propagationMs };
    user.keys.push(key);
    const shown = { UserName: user.name, AccessKeyId: key.id, Status: key.status };
    return {
      output: { AccessKey: { ...shown, SecretAccessKey: key.secret, CreateDate: new Date(key.createdAt) } },
      responseElements: {
        accessKey: {
          accessKeyId: key.id,
          status: key.status,
          userName: user.name,
          createDate: trailDate(key.createdAt),
        },
      },
    };
  }),

  iamOperation('UpdateAccessKey', 'user', false, (input, context) => {
    const user = namedUserOrCaller(input, context);
    const status = oneOf(input, 'Status', ['Active', 'Inactive']);
    const key = keyOf(user, input);
    key.until = { status: obeyedStatus(key, context.nowMs), at: context.nowMs + context.world.propagationMs };
    key.status = status;
    return { output: {} };
  }),

  iamOperation('DeleteAccessKey', 'user', false, (input, context) => {
    const user = namedUserOrCaller(input, context);
    const key = keyOf(user, input);
    user.keys = user.keys.filter((candidate) => candidate !== key);
    return { output: {} };
  }),

  iamOperation('GetAccessKeyLastUsed', 'any', true, (input, context) => {
    const { user, key } = keyInAccount(input, context);
    const used = key.lastUsed;
    return {
      output: {
        UserName: user.name,
        AccessKeyLastUsed: {
          LastUsedDate: used ? new Date(used.at) : undefined,
          Region: used?.region ?? 'N/A',
          ServiceName: used?.service ?? 'N/A',
        },
      },
    };
  }),
];

function keyOf(user: UserState, input: JsonObject): AccessKeyState {
  const id = requiredText(input, 'AccessKeyId');
  const key = user.keys.find((candidate) => candidate.id === id);
  if (!key) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return key;
}

function keyInAccount(input: JsonObject, context: CallContext): { user: UserState; key: AccessKeyState } {
  const id = requiredText(input, 'AccessKeyId');
  for (const user of context.account.users) {
    const key = user.keys.find((candidate) => candidate.id === id);
    if (key) return { user, key };
  }
  throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
}
