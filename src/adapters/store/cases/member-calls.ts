import { identityNamed } from '../../../investigation/case/case-sight.ts';
import { isConsoleSession } from '../../../investigation/links/identity-parts.ts';
import type { Member } from '../../../investigation/links/members.ts';
import { seenEvent, type SeenEvent } from '../../../investigation/seen-event.ts';
import { roleSessionOf } from '../../../investigation/ways-in/sessions.ts';
import { dayMs } from '../../../model/duration.ts';
import type { Identity, IdentityId } from '../../../model/identity.ts';
import type { Instant } from '../../../model/ids.ts';
import { instantOfMs } from '../../../model/instant.ts';
import type { StoreDb } from '../database.ts';
import { callsBy, type Callers } from '../events/event-archive.ts';
import { usualCalls } from '../events/usual-calls.ts';
import { counted, forNumber } from '../../../model/counted.ts';

/** So long before the intrusion habits are looked for. */
const historyMs = 30 * dayMs;
const pageSize = 5_000;
/** More than a busy robot makes in weeks, and a bound all the same. */
const mostPages = 60;
/** Of those that left something behind or were refused. */
const matteringKept = 20_000;
const othersKept = 10_000;

interface Seen {
  readonly seen: SeenEvent;
  readonly seq: bigint | null;
}

/** The calls of a case's members, as far as there is room. */
export interface MembersCalls {
  readonly kept: readonly Seen[];
  /** How many were left out. */
  readonly left: number;
  /** What was not looked at, a sentence each. */
  readonly unread: readonly string[];
}

/** What a case's members did, from a month before the intrusion on: all that matters is kept, of the rest as much as there is room for. */
export async function callsOfMembers(
  db: StoreDb,
  members: readonly Member[],
  identities: ReadonlyMap<IdentityId, Identity>,
  { now, roles }: { readonly now: Instant; readonly roles: readonly string[] },
): Promise<MembersCalls> {
  const acting = members.filter(({ role }) => role !== 'outside');
  const callers = callersAmong(acting.map(({ id }) => identityNamed(id, identities)));
  if (acting.length === 0) return { kept: [], left: 0, unread: [] };
  const sinceMs = Math.min(...acting.map((member) => member.sinceMs));
  const since = instantOfMs(sinceMs);
  const ids = new Set(acting.map(({ id }) => id));
  const keeper = new CallKeeper(ids);
  let last: Awaited<ReturnType<typeof callsBy>>[number] | undefined;
  let pages = 0;
  for (; pages < mostPages; pages += 1) {
    const page = await callsBy(db, callers, { from: since, to: now }, pageSize, last?.event);
    for (const each of page) keeper.add({ seen: seenEvent(each.event), seq: each.seq });
    last = page.at(-1);
    if (page.length < pageSize) break;
  }
  const earlier = instantOfMs(sinceMs - historyMs);
  const history = await usualCalls(db, callers, { from: earlier, to: since });
  const ofRoles =
    roles.length === 0
      ? []
      : await usualCalls(
          db,
          { accessKeyIds: [], userNames: [], arns: [], arnsUnder: roles },
          { from: earlier, to: now },
        );
  const before = [...history, ...ofRoles];
  const kept = [...keeper.kept(), ...before.map(({ event, seq }) => ({ seen: seenEvent(event), seq }))];
  const unread = [
    ...(pages === mostPages ? [`Only the latest ${pageSize * mostPages} calls were looked at.`] : []),
    ...(keeper.matteringLeft > 0
      ? [
          `${counted(keeper.matteringLeft, 'call')} with effects ${forNumber(keeper.matteringLeft, 'is', 'are')} counted and not looked at.`,
        ]
      : []),
  ];
  return { kept, left: keeper.left, unread };
}

/** What other sessions of a role do tells what is usual for one that raised an alert. */
export function rolesAlerted(alerted: readonly SeenEvent[]): readonly string[] {
  const roles = alerted.flatMap((event) => {
    const session = roleSessionOf(event);
    return session === null
      ? []
      : partitions.map((each) => `arn:${each}:sts::${session.accountId}:assumed-role/${session.roleName}/`);
  });
  return [...new Set(roles)];
}

class CallKeeper {
  readonly #members: ReadonlySet<IdentityId>;
  readonly #mattering: Seen[] = [];
  readonly #others: Seen[] = [];
  matteringLeft = 0;
  left = 0;

  constructor(members: ReadonlySet<IdentityId>) {
    this.#members = members;
  }

  add(each: Seen): void {
    const { seen } = each;
    if (!seen.callers.some((id) => this.#members.has(id))) return;
    const matters = seen.effects.length > 0 || seen.outcome === 'failure';
    const [list, room] = matters ? [this.#mattering, matteringKept] : [this.#others, othersKept];
    if (list.length < room) {
      list.push(each);
      return;
    }
    this.left += 1;
    if (matters) this.matteringLeft += 1;
  }

  kept(): readonly Seen[] {
    return [...this.#mattering, ...this.#others];
  }
}

const partitions = ['aws', 'aws-cn', 'aws-us-gov'] as const;

/** By what the columns of events name the members of a case. */
function callersAmong(members: readonly Identity[]): Callers {
  function named(kind: Identity['kind']) {
    return members.filter((each) => each.kind === kind);
  }
  const sessions = named('session');
  const console = sessions.filter(({ id }) => isConsoleSession(id));
  const arns = [
    ...sessions.filter(({ id }) => !isConsoleSession(id)).flatMap(sessionArns),
    ...named('root').flatMap(({ accountId }) => partitions.map((each) => `arn:${each}:iam::${accountId}:root`)),
  ];
  return {
    accessKeyIds: named('access-key').map(({ name }) => name),
    userNames: [
      ...named('user').map(({ name }) => name),
      ...console.map(({ id }) => decodeURIComponent(id.split('/').at(-1) ?? '')),
    ],
    arns,
  };
}

function sessionArns({ accountId, name }: Identity): readonly string[] {
  const resource = name.startsWith('federated-user/') ? name : `assumed-role/${name}`;
  return partitions.map((each) => `arn:${each}:sts::${accountId}:${resource}`);
}
