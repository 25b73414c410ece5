import { AwsError, noSuchEntity, validationError } from '../aws-error.ts';
import type { JsonObject } from '../json.ts';
import type { CallContext, Output, OutputValue } from '../operation.ts';
import { optionalNumber, optionalText, requiredText } from '../operation-input.ts';
import { documentProblem } from '../policy-evaluation.ts';
import type { PolicyHolder, RoleState, UserState } from '../world.ts';

/** The user that a request names, or NoSuchEntity. */
export function namedUser(input: JsonObject, context: CallContext): UserState {
  const name = requiredText(input, 'UserName');
  const user = context.account.users.find((candidate) => sameName(candidate.name, name));
  if (!user) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
}

/** The user that a request names, or without a name the caller itself. */
export function namedUserOrCaller(input: JsonObject, context: CallContext): UserState {
  if (optionalText(input, 'UserName') !== undefined) return namedUser(input, context);
  if (context.caller.kind === 'role-session')
    throw validationError('Must specify userName when calling with non-User credentials');
  return context.caller.user;
}

/** The role that a request names, or NoSuchEntity. */
export function namedRole(input: JsonObject, context: CallContext): RoleState {
  const name = requiredText(input, 'RoleName');
  const role = context.account.roles.find((candidate) => sameName(candidate.name, name));
  if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/** The ARN of a user as policies see it: the named one (there or not), else the caller's own. */
export function userResource(input: JsonObject, context: CallContext): string {
  const { account, caller } = context;
  const name = optionalText(input, 'UserName') ?? (caller.kind === 'role-session' ? undefined : caller.user.name);
  const user = account.users.find((candidate) => name !== undefined && sameName(candidate.name, name));
  return user?.arn ?? `arn:${account.partition}:iam::${account.id}:user/${name ?? '*'}`;
}

export function roleResource(input: JsonObject, context: CallContext): string {
  const { account } = context;
  const name = optionalText(input, 'RoleName') ?? '*';
  const role = account.roles.find((candidate) => sameName(candidate.name, name));
  return role?.arn ?? `arn:${account.partition}:iam::${account.id}:role/${name}`;
}

/** Names are kept as written and compared without regard to case. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** A page of a list as IAM has it: `Marker` in, `IsTruncated` and `Marker` out. */
export function iamPage(key: string, items: readonly OutputValue[], input: JsonObject): Output {
  const from = markerPosition(input);
  const to = from + (optionalNumber(input, 'MaxItems') ?? 100);
  const more = to < items.length;
  return {
    [key]: items.slice(from, to),
    IsTruncated: more,
    Marker: more ? Buffer.from(`at:${to}`).toString('base64') : undefined,
  };
}

function markerPosition(input: JsonObject): number {
  const marker = optionalText(input, 'Marker');
  if (marker === undefined) return 0;
  const [, position] = /^at:(\d+)$/u.exec(Buffer.from(marker, 'base64').toString('utf8')) ?? [];
  if (position === undefined) throw validationError('Invalid Marker.');
  return Number(position);
}

/** Sets an inline policy, refusing a document that IAM would refuse. */
export function putInlinePolicy(holder: PolicyHolder, input: JsonObject): void {
  const name = requiredText(input, 'PolicyName');
  const document = requiredText(input, 'PolicyDocument');
  const problem = documentProblem(document);
  if (problem !== null) throw malformedPolicy(problem);
  holder.inlinePolicies = [...holder.inlinePolicies.filter((policy) => policy.name !== name), { name, document }];
}

export function malformedPolicy(problem: string): AwsError {
  return new AwsError('MalformedPolicyDocument', problem, { trailCode: 'MalformedPolicyDocumentException' });
}

/** Finds an inline policy's document, or NoSuchEntity; `holderKind` is the word IAM uses. */
export function inlinePolicyDocument(
  holder: PolicyHolder & { name: string },
  input: JsonObject,
  holderKind: 'user' | 'role',
): string {
  const name = requiredText(input, 'PolicyName');
  const policy = holder.inlinePolicies.find((candidate) => candidate.name === name);
  if (!policy) throw noSuchEntity(`The ${holderKind} policy with name ${name} cannot be found.`);
  return policy.document;
}

/** Takes an inline policy away, or NoSuchEntity. */
export function deleteInlinePolicy(
  holder: PolicyHolder & { name: string },
  input: JsonObject,
  holderKind: 'user' | 'role',
): void {
  inlinePolicyDocument(holder, input, holderKind);
  const name = requiredText(input, 'PolicyName');
  holder.inlinePolicies = holder.inlinePolicies.filter((policy) => policy.name !== name);
}

export function attachedPolicies(holder: PolicyHolder): readonly Output[] {
  return holder.attachedPolicyArns.map((arn) => ({ PolicyArn: arn, PolicyName: arn.split('/').at(-1) }));
}

/** IAM answers policy documents URL-encoded (RFC 3986). */
export function encodedDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
