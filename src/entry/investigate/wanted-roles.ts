import { sessionNamed } from '../../cloudtrail/identities.ts';
import { kindOf } from '../../investigation/links/identity-parts.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { WantedEvents } from './gathered-events.ts';

/** What a role's sessions are to cases. */
export interface WantedRole {
  /** The cases whose alerts were raised by sessions of it: what its other sessions did before tells what is usual. */
  readonly positions: readonly number[];
  /** A session of it may belong to a case. */
  readonly hasMembers: boolean;
}

/** Tells by a session's role alone what most calls are to cases: nothing, for there are few roles and many sessions. */
export class WantedRoles {
  readonly #roles: WantedEvents['roles'];
  /** Roles of the cases' sessions; undefined where not every member says by its ID which it is. */
  readonly #ofMembers: ReadonlySet<IdentityId> | undefined;
  readonly #known = new Map<string, WantedRole>();

  constructor({ members, roles }: WantedEvents) {
    this.#roles = roles;
    this.#ofMembers = rolesOfMembers([...members.keys()]);
  }

  /**
   * The role that the beginning of a session's ARN names, `arn:aws:sts::ACCOUNT:assumed-role/ROLE`; `undefined` where its sessions
   * have to be looked at one by one.
   */
  named(text: string): WantedRole | undefined {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const [kind, accountId, role, ...rest] = sessionNamed(`${text}/-`)?.id.split('/') ?? [];
    if (this.#ofMembers === undefined || kind !== 'session' || rest.join('/') !== '-') return undefined;
    const id = `role/${accountId}/${role}`;
    const wanted = { positions: this.#roles.get(id) ?? [], hasMembers: this.#ofMembers.has(id) };
    this.#known.set(text, wanted);
    return wanted;
  }
}

function rolesOfMembers(ids: readonly IdentityId[]): ReadonlySet<IdentityId> | undefined {
  const roles = new Set<IdentityId>();
  for (const id of ids) {
    const kind = kindOf(id);
    // A service may act by a role of its own.
    if (kind === 'service') return undefined;
    if (kind !== 'session') continue;
    const [, accountId, role, name = ''] = id.split('/');
    if (accountId === 'sha256') return undefined;
    // What a session does in the console is named after the session.
    const [ofConsole] = role === 'console' ? name.split('%2F') : [role];
    roles.add(`role/${accountId}/${ofConsole}`);
    roles.add(`role/${accountId}/${role}`);
  }
  return roles;
}
