import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetLoginProfileCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import type { IdentityReader, UserKey, UserState } from '../../investigation/evidence-ports.ts';
import { unreadUserState } from '../../investigation/users/unread-user-state.ts';
import type { WatchedAccounts } from '../../investigation/watched-accounts.ts';
import type { Instant } from '../../model/ids.ts';
import { instantOfMs } from '../../model/instant.ts';
import { type AwsFailure, classifyAwsError } from './aws-errors.ts';
import type { AwsAccess } from './clients.ts';
import { required } from './readable-answers.ts';

/** Beyond the SDK's own attempts; after that a case goes on without the answer, and says so. */
const waitsMs = [2_000, 10_000];

/** {@link IdentityReader} by IAM's read calls, under each account's evidence role. */
export function createIdentityReader(access: AwsAccess, watched: WatchedAccounts): IdentityReader {
  return {
    async userState(accountId, userName) {
      const account = await watched(accountId);
      if (account === null) {
        return unreadUserState(
          `Account ${accountId} is not watched: name it in the configuration, or add it by accounts add, to look at its users.`,
        );
      }
      return await readUser(access.iam(account, 'evidence'), userName, account.id);
    },
  };
}

async function readUser(iam: IAMClient, userName: string, accountId: string): Promise<UserState> {
  const problems: string[] = [];
  const call = { UserName: userName };
  /** One call may be denied where others are allowed: each answers, or says why not, for itself. */
  async function ask<T>(operation: string, make: () => Promise<T>, whereAbsent: T): Promise<T | null> {
    for (const waitMs of [...waitsMs, null]) {
      try {
        return await make();
      } catch (error) {
        const failure = classifyAwsError(error);
        if (failure.kind === 'not-found') return whereAbsent;
        if (!failure.retryable || waitMs === null) {
          problems.push(sentenceFor(operation, accountId, failure));
          return null;
        }
        await sleep(waitMs);
      }
    }
    return null;
  }

  const user = await ask(
    'GetUser',
    async () => required((await iam.send(new GetUserCommand(call))).User, 'user'),
    undefined,
  );
  const keys = await ask<readonly UserKey[]>('ListAccessKeys', () => readKeys(iam, userName), []);
  const hasPassword = await ask('GetLoginProfile', () => readPassword(iam, userName), false);
  const mfa = await ask('ListMFADevices', () => readMfaDevices(iam, userName), []);
  const attached = await ask('ListAttachedUserPolicies', () => readAttached(iam, userName), []);
  const inline = await ask(
    'ListUserPolicies',
    async () => required((await iam.send(new ListUserPoliciesCommand(call))).PolicyNames, 'list of policies'),
    [],
  );
  const groups = await ask('ListGroupsForUser', () => readGroups(iam, userName), []);
  return {
    // Where GetUser was refused, keys that are listed prove the user all the same.
    exists: user !== null ? user !== undefined : (keys?.length ?? 0) > 0,
    userId: user?.UserId ?? null,
    createdAt: instantOf(user?.CreateDate),
    keys,
    hasPassword,
    mfaDevices: mfa?.length ?? null,
    attachedPolicies: attached,
    inlinePolicies: inline,
    groups,
    problems,
  };
}

async function readKeys(iam: IAMClient, userName: string): Promise<readonly UserKey[]> {
  // One page holds more keys than AWS allows a user.
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: userName }));
  return required(AccessKeyMetadata, 'list of keys').flatMap(({ AccessKeyId: accessKeyId, Status, CreateDate }) =>
    accessKeyId === undefined
      ? []
      : [{ accessKeyId, status: Status === 'Active' ? 'Active' : 'Inactive', createdAt: instantOf(CreateDate) }],
  );
}

async function readPassword(iam: IAMClient, userName: string): Promise<boolean> {
  const { LoginProfile } = await iam.send(new GetLoginProfileCommand({ UserName: userName }));
  required(LoginProfile, 'login profile');
  return true;
}

async function readMfaDevices(iam: IAMClient, userName: string) {
  const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName: userName }));
  return required(MFADevices, 'list of devices');
}

async function readAttached(iam: IAMClient, userName: string): Promise<string[]> {
  const { AttachedPolicies } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName: userName }));
  return required(AttachedPolicies, 'list of policies').flatMap(({ PolicyArn }) =>
    PolicyArn === undefined ? [] : [PolicyArn],
  );
}

async function readGroups(iam: IAMClient, userName: string): Promise<string[]> {
  const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName: userName }));
  return required(Groups, 'list of groups').flatMap(({ GroupName }) => (GroupName === undefined ? [] : [GroupName]));
}

function sentenceFor(operation: string, accountId: string, { kind, name, permission }: AwsFailure): string {
  const what = `iam:${operation} in account ${accountId}`;
  return kind === 'access-denied'
    ? `${what} was denied: allow ${permission ?? `iam:${operation}`} to the role that gathers evidence.`
    : `${what} failed (${name}).`;
}

function instantOf(date: Date | undefined): Instant | null {
  return date === undefined ? null : instantOfMs(date.getTime());
}
