import { AwsError, noSuchEntity } from '../aws-error.ts';
import { managedPolicyDocument } from '../managed-policies.ts';
import type { Operation, Output } from '../operation.ts';
import { objectList, optionalText, requiredText, trailDate, trailParameters } from '../operation-input.ts';
import type { UserState } from '../world.ts';
import { addUser } from '../world-definition.ts';
import {
  attachedPolicies,
  deleteInlinePolicy,
  encodedDocument,
  iamPage,
  inlinePolicyDocument,
  namedUser,
  namedUserOrCaller,
  putInlinePolicy,
  sameName,
} from './iam-lookup.ts';
import { iamOperation } from './iam-operation.ts';

/** Users, and what else opens a door to them. */
export const userOperations: readonly Operation[] = [
  iamOperation('GetUser', 'user', true, (input, context) => ({
    output: { User: shownUser(namedUserOrCaller(input, context)) },
  })),

  iamOperation('ListUsers', 'any', true, (input, context) => ({
    output: iamPage('Users', context.account.users.map(shownUser), input),
  })),

  iamOperation('CreateUser', 'user', false, (input, context) => {
    const name = requiredText(input, 'UserName');
    if (context.account.users.some((user) => sameName(user.name, name))) {
      throw new AwsError('EntityAlreadyExists', `User with name ${name} already exists.`, {
        status: 409,
        trailCode: 'EntityAlreadyExistsException',
      });
    }
    const tags = objectList(input, 'Tags').map((tag) => ({
      Key: requiredText(tag, 'Key'),
      Value: optionalText(tag, 'Value') ?? '',
    }));
    const user = addUser(context.account, { name, path: optionalText(input, 'Path') ?? '/', tags }, context.nowMs);
    return {
      output: { User: shownUser(user) },
      responseElements: {
        user: {
          path: user.path,
          arn: user.arn,
          userId: user.id,
          userName: user.name,
          createDate: trailDate(user.createdAt),
        },
      },
    };
  }),

  iamOperation('DeleteUser', 'user', false, (input, context) => {
    const user = namedUser(input, context);
    if (
      user.keys.length > 0 ||
      user.inlinePolicies.length > 0 ||
      user.attachedPolicyArns.length > 0 ||
      user.loginProfile
    ) {
      throw new AwsError(
        'DeleteConflict',
        'Cannot delete entity, must remove its keys, policies and login profile first.',
        {
          status: 409,
          trailCode: 'DeleteConflictException',
        },
      );
    }
    context.account.users = context.account.users.filter((candidate) => candidate !== user);
    return { output: {} };
  }),

  iamOperation('ListUserPolicies', 'user', true, (input, context) => ({
    output: iamPage(
      'PolicyNames',
      namedUser(input, context).inlinePolicies.map((policy) => policy.name),
      input,
    ),
  })),

  iamOperation('GetUserPolicy', 'user', true, (input, context) => {
    const user = namedUser(input, context);
    const document = inlinePolicyDocument(user, input, 'user');
    return {
      output: {
        UserName: user.name,
        PolicyName: requiredText(input, 'PolicyName'),
        PolicyDocument: encodedDocument(document),
      },
    };
  }),

  iamOperation('PutUserPolicy', 'user', false, (input, context) => {
    putInlinePolicy(namedUser(input, context), input);
    return { output: {} };
  }),

  iamOperation('DeleteUserPolicy', 'user', false, (input, context) => {
    deleteInlinePolicy(namedUser(input, context), input, 'user');
    return { output: {} };
  }),

  iamOperation('ListAttachedUserPolicies', 'user', true, (input, context) => ({
    output: iamPage('AttachedPolicies', attachedPolicies(namedUser(input, context)), input),
  })),

  iamOperation('AttachUserPolicy', 'user', false, (input, context) => {
    const user = namedUser(input, context);
    const arn = requiredText(input, 'PolicyArn');
    if (managedPolicyDocument(context.account, arn) === undefined)
      throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    if (!user.attachedPolicyArns.includes(arn)) user.attachedPolicyArns.push(arn);
    return { output: {} };
  }),

  iamOperation('DetachUserPolicy', 'user', false, (input, context) => {
    const user = namedUser(input, context);
    const arn = requiredText(input, 'PolicyArn');
    if (!user.attachedPolicyArns.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
    user.attachedPolicyArns = user.attachedPolicyArns.filter((candidate) => candidate !== arn);
    return { output: {} };
  }),

  iamOperation('GetLoginProfile', 'user', true, (input, context) => {
    const user = namedUserOrCaller(input, context);
    if (!user.loginProfile) throw noSuchEntity(`Login Profile for User ${user.name} cannot be found.`);
    return {
      output: {
        LoginProfile: {
          UserName: user.name,
          CreateDate: new Date(user.loginProfile.createdAt),
          PasswordResetRequired: user.loginProfile.passwordResetRequired,
        },
      },
    };
  }),

  {
    ...iamOperation('CreateLoginProfile', 'user', false, (input, context) => {
      const user = namedUserOrCaller(input, context);
      if (user.loginProfile) {
        throw new AwsError('EntityAlreadyExists', `Login Profile for user ${user.name} already exists.`, {
          status: 409,
          trailCode: 'EntityAlreadyExistsException',
        });
      }
      requiredText(input, 'Password');
      user.loginProfile = { createdAt: context.nowMs, passwordResetRequired: input['PasswordResetRequired'] === true };
      const shown = { UserName: user.name, CreateDate: new Date(user.loginProfile.createdAt) };
      return {
        output: { LoginProfile: { ...shown, PasswordResetRequired: user.loginProfile.passwordResetRequired } },
        responseElements: { loginProfile: { userName: user.name, createDate: trailDate(user.loginProfile.createdAt) } },
      };
    }),
    parameters: ({ Password: _password, ...shown }) => trailParameters(shown),
  },

  iamOperation('DeleteLoginProfile', 'user', false, (input, context) => {
    const user = namedUserOrCaller(input, context);
    if (!user.loginProfile) throw noSuchEntity(`Login Profile for User ${user.name} cannot be found.`);
    user.loginProfile = null;
    return { output: {} };
  }),

  iamOperation('ListMFADevices', 'user', true, (input, context) => {
    const user = namedUserOrCaller(input, context);
    const devices = user.mfaDevices.map((device) => ({
      UserName: user.name,
      SerialNumber: device.serialNumber,
      EnableDate: new Date(device.enabledAt),
    }));
    return { output: iamPage('MFADevices', devices, input) };
  }),

  iamOperation('ListGroupsForUser', 'user', true, (input, context) => {
    const user = namedUser(input, context);
    const groups = context.account.groups
      .filter((group) => user.groups.includes(group.name))
      .map((group) => ({
        Path: '/',
        GroupName: group.name,
        GroupId: group.id,
        Arn: group.arn,
        CreateDate: new Date(group.createdAt),
      }));
    return { output: iamPage('Groups', groups, input) };
  }),

  iamOperation('ListSSHPublicKeys', 'user', true, (input, context) => {
    const user = namedUserOrCaller(input, context);
    const keys = user.sshPublicKeys.map((key) => ({
      UserName: user.name,
      SSHPublicKeyId: key.id,
      Status: key.status,
      UploadDate: new Date(key.uploadedAt),
    }));
    return { output: iamPage('SSHPublicKeys', keys, input) };
  }),

  iamOperation('ListServiceSpecificCredentials', 'user', true, (input, context) => {
    const user = namedUserOrCaller(input, context);
    return {
      output: {
        ServiceSpecificCredentials: serviceCredentials(user, optionalText(input, 'ServiceName')),
        IsTruncated: false,
      },
    };
  }),

  iamOperation('ListSigningCertificates', 'user', true, (input, context) => {
    const user = namedUserOrCaller(input, context);
    const certificates = user.signingCertificates.map((certificate) => ({
      UserName: user.name,
      CertificateId: certificate.id,
      CertificateBody: certificate.body,
      Status: certificate.status,
      UploadDate: new Date(certificate.uploadedAt),
    }));
    return { output: iamPage('Certificates', certificates, input) };
  }),
];

function serviceCredentials(user: UserState, service: string | undefined): readonly Output[] {
  return user.serviceCredentials
    .filter((credential) => service === undefined || credential.service === service)
    .map((credential) => ({
      UserName: user.name,
      ServiceSpecificCredentialId: credential.id,
      ServiceUserName: credential.userName,
      ServiceName: credential.service,
      Status: credential.status,
      CreateDate: new Date(credential.createdAt),
    }));
}

function shownUser(user: UserState): Output {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: new Date(user.createdAt),
    Tags: user.tags.length > 0 ? user.tags.map(({ Key, Value }) => ({ Key, Value })) : undefined,
  };
}
