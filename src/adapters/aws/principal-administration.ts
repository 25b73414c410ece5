import {
  DeleteLoginProfileCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  GetLoginProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CallFailure } from '../../response/call-failure.ts';
import type { Answered, PrincipalAdministration } from '../../response/ports.ts';
import { orCallFailure } from './call-failures.ts';
import { withRequestId, givenUserName } from './key-administration.ts';
import { required } from './readable-answers.ts';

/** {@link PrincipalAdministration} by IAM. */
export function iamPrincipalAdministration(iam: IAMClient, accountId: string): PrincipalAdministration {
  function ask<T>(operation: string, call: () => Promise<T>) {
    return orCallFailure(`iam:${operation}`, accountId, call);
  }

  return {
    roleNamed: (roleName) =>
      ask('GetRole', async () => {
        const answer = await iam.send(new GetRoleCommand({ RoleName: givenUserName(roleName) }));
        const { RoleId: roleId, RoleName: seenName, Arn: arn, Path: path } = required(answer.Role, 'role');
        const role = {
          roleId: required(roleId, 'role ID'),
          roleName: required(seenName, 'role name'),
          arn: required(arn, 'ARN'),
          path: path ?? '/',
        };
        return withRequestId(role, answer);
      }),

    policyOf: ({ kind, name }, policyName) =>
      orNothing<string>(() =>
        kind === 'user'
          ? ask('GetUserPolicy', async () => {
              const answer = await iam.send(
                new GetUserPolicyCommand({ UserName: givenUserName(name), PolicyName: policyName }),
              );
              return withRequestId(documentIn(answer), answer);
            })
          : ask('GetRolePolicy', async () => {
              const answer = await iam.send(
                new GetRolePolicyCommand({ RoleName: givenUserName(name), PolicyName: policyName }),
              );
              return withRequestId(documentIn(answer), answer);
            }),
      ),

    putPolicy: ({ kind, name }, policyName, document) => {
      const policy = { PolicyName: policyName, PolicyDocument: document };
      return kind === 'user'
        ? ask('PutUserPolicy', async () =>
            withRequestId(null, await iam.send(new PutUserPolicyCommand({ UserName: givenUserName(name), ...policy }))),
          )
        : ask('PutRolePolicy', async () =>
            withRequestId(null, await iam.send(new PutRolePolicyCommand({ RoleName: givenUserName(name), ...policy }))),
          );
    },

    removePolicy: ({ kind, name }, policyName) =>
      orNothing<null>(() =>
        kind === 'user'
          ? ask('DeleteUserPolicy', async () => {
              const command = new DeleteUserPolicyCommand({ UserName: givenUserName(name), PolicyName: policyName });
              return withRequestId(null, await iam.send(command));
            })
          : ask('DeleteRolePolicy', async () => {
              const command = new DeleteRolePolicyCommand({ RoleName: givenUserName(name), PolicyName: policyName });
              return withRequestId(null, await iam.send(command));
            }),
      ),

    hasPassword: async (userName) => {
      const profile = await orNothing(() =>
        ask('GetLoginProfile', async () => {
          const answer = await iam.send(new GetLoginProfileCommand({ UserName: givenUserName(userName) }));
          required(answer.LoginProfile, 'login profile');
          return withRequestId(true, answer);
        }),
      );
      return { ...profile, value: profile.value === true };
    },

    removePassword: (userName) =>
      orNothing<null>(() =>
        ask('DeleteLoginProfile', async () =>
          withRequestId(null, await iam.send(new DeleteLoginProfileCommand({ UserName: givenUserName(userName) }))),
        ),
      ),
  };
}

/** IAM answers policy documents URL-encoded (RFC 3986). */
function documentIn({ PolicyDocument: document }: { readonly PolicyDocument?: string | undefined }): string {
  return decodeURIComponent(required(document, 'policy document'));
}

/** What is not there is null, whether it was to be read or to be taken away. */
async function orNothing<T>(call: () => Promise<Answered<T>>): Promise<Answered<T | null>> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof CallFailure) || error.facts.kind !== 'not-found') throw error;
    const { awsRequestId } = error.facts;
    return { value: null, awsRequestIds: awsRequestId === null ? [] : [awsRequestId] };
  }
}
