import type { AccessKeyTarget } from '../model/action.ts';
import type { KeyOwner, Responder } from './ports.ts';

/** Identities that no response touches, whatever was approved. */
export interface Protected {
  /** IAM user names, exactly as they are. */
  readonly userNames: readonly string[];
  /** IAM paths, with all below: `/break-glass/`. */
  readonly paths: readonly string[];
}

/**
 * Says why a key must not be touched, in a sentence, or null where it may be: never the key or the user that Trailhound acts with,
 * never root, never a break-glass user, never a user that merely has the name of the one in the plan.
 */
export function guardTarget(
  target: AccessKeyTarget,
  owner: KeyOwner,
  responder: Responder,
  guarded: Protected,
): string | null {
  if (owner.arn.endsWith(':root')) {
    return 'The key belongs to the root user: only root itself can change it.';
  }
  if (target.accessKeyId === responder.signingKeyId || owner.arn === responder.arn || owner.arn === responder.ownArn) {
    return 'The key belongs to the identity that Trailhound acts with: containing it would end the response half-way.';
  }
  if (!target.accessKeyId.startsWith('AKIA')) {
    return 'The key is no long-term key of a user: temporary credentials cannot be deactivated.';
  }
  if (target.userId !== undefined && target.userId !== owner.userId) {
    return `The user name ${target.userName} belongs to another user by now (${owner.userId}, and ${target.userId} in the plan).`;
  }
  if (guarded.userNames.includes(target.userName) || guarded.paths.some((path) => owner.path.startsWith(path))) {
    return `The user ${target.userName} is protected by configuration as a break-glass identity.`;
  }
  return null;
}
