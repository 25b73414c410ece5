import type { AccessKeyTarget, RoleTarget, UserTarget } from '../model/action.ts';
import type { KeyOwner, Responder, SeenRole } from './ports.ts';

/** Identities that no response touches, whatever was approved. */
export interface Protected {
  /** IAM user names; their case does not matter. */
  readonly userNames: readonly string[];
  /** IAM paths, with all below: `/break-glass/`. */
  readonly paths: readonly string[];
}

/**
 * Says why a key must not be touched, in a sentence, or null where it may be: never the key that Trailhound acts with, nor one of
 * an identity that {@link guardUser} keeps.
 */
export function guardTarget(
  target: AccessKeyTarget,
  owner: KeyOwner,
  responder: Responder,
  guarded: Protected,
): string | null {
  if (target.accessKeyId === responder.signingKeyId) {
    return 'The key belongs to the identity that Trailhound acts with: containing it would end the response half-way.';
  }
  if (!target.accessKeyId.startsWith('AKIA')) {
    return 'The key is no long-term key of a user: temporary credentials cannot be deactivated.';
  }
  return guardUser(target, owner, responder, guarded);
}

/**
 * Says why a user must not be touched, in a sentence, or null where it may be: never the user that Trailhound acts with, never root,
 * never a break-glass user, never a user that merely has the name of the one in the plan.
 */
export function guardUser(
  { userName, userId }: Pick<UserTarget, 'userName' | 'userId'>,
  owner: KeyOwner,
  responder: Responder,
  guarded: Protected,
): string | null {
  if (owner.arn.endsWith(':root')) return 'The target is the root user: only root itself can change it.';
  if (owner.arn === responder.arn || owner.arn === responder.ownArn) {
    return 'The user is the identity that Trailhound acts with: containing it would end the response half-way.';
  }
  if (userId !== undefined && userId !== owner.userId) {
    return `The user name ${userName} belongs to another user by now (${owner.userId}, and ${userId} in the plan).`;
  }
  if (isProtectedName(owner.userName, guarded.userNames) || guarded.paths.some((path) => owner.path.startsWith(path))) {
    return `The user ${userName} is protected by configuration as a break-glass identity.`;
  }
  return null;
}

/** Whether a user's name is a protected one: IAM has no two names that differ in case alone (IAM User Guide, names). */
export function isProtectedName(userName: string, protectedNames: readonly string[]): boolean {
  return protectedNames.some((name) => name.toLowerCase() === userName.toLowerCase());
}

/**
 * Says why a role must not be touched, in a sentence, or null where it may be: never one that Trailhound acts with, never one that
 * AWS keeps for itself, never a protected one, never a role that merely has the name of the one in the plan.
 */
export function guardRole(
  { roleName, roleId }: RoleTarget,
  role: SeenRole,
  responder: Responder,
  guarded: Protected,
): string | null {
  if (
    [roleName, role.roleName].some(isKeptByAws) ||
    role.path.startsWith('/aws-service-role/') ||
    role.path.startsWith('/aws-reserved/')
  ) {
    return `Role ${roleName} is kept by AWS: IAM lets nobody change its policies. End its sessions where they come from.`;
  }
  const acting = [responder.arn, responder.ownArn].map((arn) => /:assumed-role\/([^/]+)\//.exec(arn)?.[1]);
  if (acting.includes(role.roleName)) {
    return 'The role is one that Trailhound acts with: revoking its sessions would end the response half-way.';
  }
  if (roleId !== undefined && roleId !== role.roleId) {
    return `The role name ${roleName} belongs to another role by now (${role.roleId}, and ${roleId} in the plan).`;
  }
  if (guarded.paths.some((path) => role.path.startsWith(path))) {
    return `The role ${roleName} is protected by configuration as a break-glass identity.`;
  }
  return null;
}

/** Roles whose names AWS reserves: service-linked ones, and those of IAM Identity Center (IAM User Guide, name prefixes). */
export function isKeptByAws(roleName: string): boolean {
  return roleName.startsWith('AWSServiceRoleFor') || roleName.startsWith('AWSReservedSSO_');
}
