import { accessKey, roleNamed, sessionNamed } from '../../cloudtrail/identities.ts';
import { normalizeCall } from '../../cloudtrail/normalize.ts';
import { pathIndex, type ScannedRecord } from '../../cloudtrail/scan/scanned-record.ts';
import { scalarText } from '../../investigation/effects/call.ts';
import { isJsonObject } from '../../cloudtrail/record-fields.ts';
import { linksOf } from '../../investigation/links/links-of.ts';
import type { AccountId } from '../../model/ids.ts';
import type { Identity, IdentityId } from '../../model/identity.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Link } from '../../model/link.ts';
import { parseJson } from '../../model/parse-json.ts';
import { listUnder } from '../../model/list-under.ts';
import { foundEvent } from './found-event.ts';

/** The record of a session that a service began: they are most records that lead from one identity to another, and walks come to few. */
export interface BegunSession {
  /** What identities have in their IDs whom its steps name, the service aside. */
  readonly names: readonly string[];
  /** The record as it is written. */
  readonly text: string;
}

const request = pathIndex('requestParameters');
const response = pathIndex('responseElements');

/** @returns `undefined` where the record has to be read at once: it does not name plainly what its steps lead to. */
export function begunSession(record: ScannedRecord, action: string): BegunSession | undefined {
  if (action !== 'AssumeRole') return undefined;
  const [asked, answer] = [record.json(request), record.json(response)];
  if (!isJsonObject(asked) || !isJsonObject(answer)) return undefined;
  const role = scalarText(asked, 'roleArn');
  const key = scalarText(answer, 'credentials.accessKeyId');
  const session = sessionNamed(scalarText(answer, 'assumedRoleUser.arn') ?? '');
  if (role === undefined || key === undefined || session === undefined) return undefined;
  const ids = [roleNamed(role, '' as AccountId).id, session.id, accessKey(key, null).id];
  const names = new Set(ids.map(nameIn));
  return names.has(undefined)
    ? undefined
    : { names: [...names].filter((each) => each !== undefined), text: record.original() };
}

/** A role's ID and that of its sessions have the role's name, and a key's has its own; `undefined` where an ID is cut short or of another kind. */
function nameIn(id: IdentityId): string | undefined {
  const [kind, first, second] = id.split('/');
  if (first === 'sha256') return undefined;
  if (kind === 'access-key') return `key ${first}`;
  return kind === 'role' || kind === 'session' ? `role ${second}` : undefined;
}

/** Sessions that services began, by what a walk asks for: their steps are read only then. */
export class BegunSessions {
  readonly #all: readonly BegunSession[];
  readonly #onIdentity: (identity: Identity) => void;
  readonly #byName = new Map<string, BegunSession[]>();
  readonly #links = new Map<BegunSession, readonly Link[]>();

  /** @param onIdentity told whom the steps name that are read. */
  constructor(all: readonly BegunSession[], onIdentity: (identity: Identity) => void) {
    this.#all = all;
    this.#onIdentity = onIdentity;
    for (const begun of all) for (const name of begun.names) listUnder(this.#byName, name, begun);
  }

  /** All links of theirs that touch one of these, and a few others. */
  touching(ids: readonly IdentityId[]): readonly Link[] {
    const asked = ids.some((id) => id.startsWith('service/'))
      ? this.#all
      : ids.flatMap((id) => this.#byName.get(nameIn(id) ?? '') ?? []);
    return [...new Set(asked)].flatMap((begun) => this.#linksOf(begun));
  }

  #linksOf(begun: BegunSession): readonly Link[] {
    const known = this.#links.get(begun);
    if (known !== undefined) return known;
    const ecs = normalizeCall(parseJson(begun.text) as JsonObject); // the scanner took it for a record
    const { links, identities } = linksOf(foundEvent(ecs));
    for (const each of identities) this.#onIdentity(each);
    this.#links.set(begun, links);
    return links;
  }
}
