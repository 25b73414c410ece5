import type { AccountId } from './ids.ts';

/**
 * Names one identity or credential, made from its content, so that two records about the same one agree:
 * `user/111122223333/alice`, `role/<account>/<role>`, `session/<account>/<role>/<session name>`,
 * `session/<account>/console/<user>` for what was signed in, `access-key/<key ID>`, `root/<account>`,
 * `person/<directory>/<user ID>`, `account/<account>`,
 * `account/<account>/<what is seen of it>` for a caller whom the record does not name, `instance/<account>/i-...` (of a container task: its ID), `provider/<ARN>`,
 * `service/<account>/<name>`. By name where there is one, for the calls that change an identity give no other; where a
 * record has the unique ID only (a caller from another account), by that.
 */
export type IdentityId = string;

/** Who or what can act, or be acted through. */
export interface Identity {
  readonly id: IdentityId;
  readonly kind:
    'user' | 'role' | 'session' | 'access-key' | 'root' | 'person' | 'account' | 'instance' | 'provider' | 'service';
  readonly accountId: AccountId | null;
  /** As the log has it: whoever shows it makes it safe. */
  readonly name: string;
}

/** What part an identity plays in a case. */
export type IdentityRole = 'suspect' | 'created' | 'changed' | 'used' | 'outside';
