import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import type { AccessKeyState, Answered, KeyAdministration } from '../../response/ports.ts';
import { SecretText } from '../../response/secret-text.ts';
import { orCallFailure } from './call-failures.ts';
import { required } from './readable-answers.ts';

/** {@link KeyAdministration} by IAM. The client must make one attempt only: `createAwsAccess` gives such a one for responses. */
export function iamKeyAdministration(iam: IAMClient, accountId: string): KeyAdministration {
  function ask<T>(operation: string, call: () => Promise<T>) {
    return orCallFailure(`iam:${operation}`, accountId, call);
  }

  function setStatus(userName: string, accessKeyId: string, status: AccessKeyState['status']) {
    return ask('UpdateAccessKey', async () => {
      const input = { UserName: givenUserName(userName), AccessKeyId: accessKeyId, Status: status };
      return withRequestId(null, await iam.send(new UpdateAccessKeyCommand(input)));
    });
  }

  return {
    ownerNamed: (userName) =>
      ask('GetUser', async () => {
        const answer = await iam.send(new GetUserCommand({ UserName: givenUserName(userName) }));
        const { UserId: userId, UserName: seenName, Arn: arn, Path: path } = required(answer.User, 'user');
        const owner = {
          userId: required(userId, 'user ID'),
          userName: required(seenName, 'user name'),
          arn: required(arn, 'ARN'),
          path: path ?? '/',
        };
        return withRequestId(owner, answer);
      }),

    keysOf: (userName) =>
      ask('ListAccessKeys', async () => {
        // One page holds more keys than AWS allows a user.
        const answer = await iam.send(new ListAccessKeysCommand({ UserName: givenUserName(userName) }));
        const keys = required(answer.AccessKeyMetadata, 'list of keys').map(
          ({ AccessKeyId: accessKeyId, Status: status }) =>
            ({
              accessKeyId: required(accessKeyId, 'key ID'),
              status: required(status, 'status') === 'Active' ? 'Active' : 'Inactive',
            }) as const,
        );
        return withRequestId(keys, answer);
      }),

    deactivate: (userName, accessKeyId) => setStatus(userName, accessKeyId, 'Inactive'),
    activate: (userName, accessKeyId) => setStatus(userName, accessKeyId, 'Active'),

    create: (userName) =>
      ask('CreateAccessKey', async () => {
        const answer = await iam.send(new CreateAccessKeyCommand({ UserName: givenUserName(userName) }));
        const { AccessKeyId: accessKeyId, SecretAccessKey: secret } = required(answer.AccessKey, 'key');
        const made = {
          accessKeyId: required(accessKeyId, 'key ID'),
          secret: new SecretText(required(secret, 'secret')),
        };
        return withRequestId(made, answer);
      }),

    remove: (userName, accessKeyId) =>
      ask('DeleteAccessKey', async () =>
        withRequestId(
          null,
          await iam.send(new DeleteAccessKeyCommand({ UserName: givenUserName(userName), AccessKeyId: accessKeyId })),
        ),
      ),
  };
}

/** Without a user name these calls act on the caller itself. */
export function givenUserName(userName: string): string {
  if (userName === '') throw new Error('an IAM call needs a user name');
  return userName;
}

/** A value with the request ID of the answer that it came in. */
export function withRequestId<T>(
  value: T,
  answer: { readonly $metadata: { readonly requestId?: string | undefined } },
): Answered<T> {
  const { requestId } = answer.$metadata;
  return { value, awsRequestIds: requestId === undefined ? [] : [requestId] };
}
