import { AwsError, noSuchEntity } from '../aws-error.ts';
import { managedPolicyDocument, policyDocuments } from '../managed-policies.ts';
import { OutputMap } from '../operation.ts';
import type { CallContext, Operation, Output } from '../operation.ts';
import { objectList, optionalNumber, optionalText, requiredText, textList, trailDate } from '../operation-input.ts';
import { documentProblem, evaluatePolicies } from '../policy-evaluation.ts';
import type { RoleState } from '../world.ts';
import { addRole } from '../world-definition.ts';
import {
  attachedPolicies,
  deleteInlinePolicy,
  encodedDocument,
  iamPage,
  inlinePolicyDocument,
  malformedPolicy,
  namedRole,
  putInlinePolicy,
  sameName,
} from './iam-lookup.ts';
import { iamOperation } from './iam-operation.ts';

/** Roles, their policies, and the two calls that look at the account as a whole. */
export const roleOperations: readonly Operation[] = [
  iamOperation('GetRole', 'role', true, (input, context) => ({
    output: { Role: shownRole(namedRole(input, context)) },
  })),

  iamOperation('ListRoles', 'any', true, (input, context) => ({
    output: iamPage('Roles', context.account.roles.map(shownRole), input),
  })),

  iamOperation('CreateRole', 'role', false, (input, context) => {
    const name = requiredText(input, 'RoleName');
    const trust = requiredText(input, 'AssumeRolePolicyDocument');
    if (context.account.roles.some((role) => sameName(role.name, name))) {
      throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, {
        status: 409,
        trailCode: 'EntityAlreadyExistsException',
      });
    }
    const problem = documentProblem(trust);
    if (problem !== null) throw malformedPolicy(problem);
    const role = addRole(
      context.account,
      {
        name,
        trust,
        path: optionalText(input, 'Path') ?? '/',
        description: optionalText(input, 'Description') ?? '',
        maxSessionSeconds: optionalNumber(input, 'MaxSessionDuration') ?? 3_600,
      },
      context.nowMs,
    );
    role.tags = objectList(input, 'Tags').map((tag) => ({
      Key: requiredText(tag, 'Key'),
      Value: optionalText(tag, 'Value') ?? '',
    }));
    return {
      output: { Role: shownRole(role) },
      responseElements: {
        role: {
          path: role.path,
          arn: role.arn,
          roleId: role.id,
          roleName: role.name,
          createDate: trailDate(role.createdAt),
          assumeRolePolicyDocument: encodedDocument(role.trustPolicy),
        },
      },
    };
  }),

  iamOperation('ListRolePolicies', 'role', true, (input, context) => ({
    output: iamPage(
      'PolicyNames',
      namedRole(input, context).inlinePolicies.map((policy) => policy.name),
      input,
    ),
  })),

  iamOperation('GetRolePolicy', 'role', true, (input, context) => {
    const role = namedRole(input, context);
    const document = inlinePolicyDocument(role, input, 'role');
    return {
      output: {
        RoleName: role.name,
        PolicyName: requiredText(input, 'PolicyName'),
        PolicyDocument: encodedDocument(document),
      },
    };
  }),

  iamOperation('PutRolePolicy', 'role', false, (input, context) => {
    const role = namedRole(input, context);
    if (role.path.startsWith('/aws-service-role/') || role.path.startsWith('/aws-reserved/')) {
      throw new AwsError('UnmodifiableEntity', `Cannot perform the operation on the protected role '${role.name}'`, {
        trailCode: 'UnmodifiableEntityException',
      });
    }
    putInlinePolicy(role, input);
    return { output: {} };
  }),

  iamOperation('DeleteRolePolicy', 'role', false, (input, context) => {
    deleteInlinePolicy(namedRole(input, context), input, 'role');
    return { output: {} };
  }),

  iamOperation('ListAttachedRolePolicies', 'role', true, (input, context) => ({
    output: iamPage('AttachedPolicies', attachedPolicies(namedRole(input, context)), input),
  })),

  iamOperation('AttachRolePolicy', 'role', false, (input, context) => {
    const role = namedRole(input, context);
    const arn = requiredText(input, 'PolicyArn');
    if (managedPolicyDocument(context.account, arn) === undefined)
      throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    if (!role.attachedPolicyArns.includes(arn)) role.attachedPolicyArns.push(arn);
    return { output: {} };
  }),

  iamOperation('SimulatePrincipalPolicy', 'policy-source', true, (input, context) => {
    const documents = documentsOf(requiredText(input, 'PolicySourceArn'), context);
    const named = textList(input, 'ResourceArns');
    const resources = named.length > 0 ? named : ['*'];
    const results = textList(input, 'ActionNames').flatMap((action) =>
      resources.map((resource) => ({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: evaluatePolicies(documents, { action, resource, context: simulatedContext(input) }),
        MatchedStatements: [],
        MissingContextValues: [],
      })),
    );
    return { output: iamPage('EvaluationResults', results, input) };
  }),

  iamOperation('GetAccountSummary', 'any', true, (_input, { account }) => ({
    output: {
      SummaryMap: new OutputMap([
        ['Users', account.users.length],
        ['Roles', account.roles.length],
        ['Groups', account.groups.length],
        ['MFADevices', account.users.filter((user) => user.mfaDevices.length > 0).length],
        ['AccessKeysPerUserQuota', 2],
        ['AccountMFAEnabled', 1],
        ['AccountAccessKeysPresent', 0],
      ]),
    },
  })),
];

function documentsOf(arn: string, { account }: CallContext): readonly string[] {
  const role = account.roles.find((candidate) => candidate.arn === arn);
  if (role) return policyDocuments(account, role);
  const user = account.users.find((candidate) => candidate.arn === arn);
  if (!user) throw noSuchEntity(`Entity ${arn} cannot be found.`);
  const groups = account.groups.filter((group) => user.groups.includes(group.name));
  return [user, ...groups].flatMap((holder) => policyDocuments(account, holder));
}

function simulatedContext(input: Parameters<typeof objectList>[0]): ReadonlyMap<string, string> {
  return new Map(
    objectList(input, 'ContextEntries').map((entry) => [
      requiredText(entry, 'ContextKeyName').toLowerCase(),
      textList(entry, 'ContextKeyValues')[0] ?? '',
    ]),
  );
}

function shownRole(role: RoleState): Output {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodedDocument(role.trustPolicy),
    Description: role.description === '' ? undefined : role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    Tags: role.tags.length > 0 ? role.tags.map(({ Key, Value }) => ({ Key, Value })) : undefined,
  };
}
