import { pathIndex, type ScannedRecord } from '../../cloudtrail/scan/scanned-record.ts';
import type { EventCaller } from '../../cloudtrail/caller.ts';
import { anonymous, consoleSession, sessionNamed } from '../../cloudtrail/identities.ts';
import type { Identity, IdentityId } from '../../model/identity.ts';
import { scannedCaller } from './scanned-caller.ts';

const type = pathIndex('userIdentity.type');
const arn = pathIndex('userIdentity.arn');
const issuerArn = pathIndex('userIdentity.sessionContext.sessionIssuer.arn');
const onBehalfOf = pathIndex('userIdentity.onBehalfOf');
/** All that tells who a caller is; of a service that says nothing else, also the address. */
const tellingFields = [
  arn,
  issuerArn,
  onBehalfOf,
  pathIndex('userIdentity.accountId'),
  pathIndex('recipientAccountId'),
  pathIndex('userIdentity.principalId'),
  pathIndex('userIdentity.userName'),
  pathIndex('userIdentity.invokedBy'),
];
const address = pathIndex('sourceIPAddress');

/** Callers beyond so many have no number. */
const mostCallers = 200_000;

/** What stands in place of a caller's number where its record has to be looked at. */
export const anyCaller = 0;

/** What of a caller decides whether a case is about it. */
export interface KnownCaller {
  readonly identity: Identity;
  /** What a case may have as its member for the caller's sake, but for the key. */
  readonly nodes: readonly IdentityId[];
  /** The role of a session, or a text that names none. */
  readonly role: IdentityId;
}

/** Gives callers numbers: of the same number are records by the same caller, whatever the key and the address. */
export class KnownCallers {
  readonly #numbers = new Map<string, number>();
  readonly #callers: KnownCaller[] = [{ identity: anonymous(), nodes: [], role: '' }];

  /** By number; {@link anyCaller} is nobody. */
  get callers(): readonly KnownCaller[] {
    return this.#callers;
  }

  /** Who called, as {@link numberOf} has told them apart. */
  identityOf(record: ScannedRecord, number: number): Identity {
    const known = number === anyCaller ? undefined : this.#callers[number];
    return known?.identity ?? scannedCaller(record).identity;
  }

  numberOf(record: ScannedRecord): number {
    const bySession = sessionText(record);
    const session = bySession === undefined ? undefined : this.#numbers.get(bySession);
    if (session !== undefined) return session;
    const key = bySession !== undefined && sessionNamed(bySession) !== undefined ? bySession : allTold(record);
    if (key === undefined) return anyCaller;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    return this.#callers.length > mostCallers ? anyCaller : this.#number(key, scannedCaller(record));
  }

  #number(key: string, caller: EventCaller): number {
    const number =
      this.#callers.push({ identity: caller.identity, nodes: callerNodes(caller), role: callerRole(caller) }) - 1;
    this.#numbers.set(key, number);
    return number;
  }
}

/** A session of a role that is no service's is told by its ARN alone; `undefined` of whoever else. */
function sessionText(record: ScannedRecord): string | undefined {
  if (record.has(onBehalfOf) || record.commonTexts(type)[0] !== 'AssumedRole') return undefined;
  if (record.coded[arn] === 1 || record.textLength(arn) < leastArn || record.textLength(issuerArn) < leastArn)
    return undefined;
  const [issuer = ''] = record.commonTexts(issuerArn);
  if (record.coded[issuerArn] === 1 || issuer.includes('/aws-service-role/')) return undefined;
  return record.commonTexts(arn)[0];
}

/** Shorter texts may be some that stand for "no value". */
const leastArn = 20;

/** Kinds of callers who are told by {@link tellingFields}: of others it takes their request as well. */
const toldKinds: ReadonlySet<string> = new Set([
  'AssumedRole',
  'IAMUser',
  'Root',
  'Role',
  'FederatedUser',
  'IdentityCenterUser',
  'AWSAccount',
  'AWSService',
]);

/** Callers of whom it is the same are the same; `undefined` where more has to be looked at. */
function allTold(record: ScannedRecord): string | undefined {
  const [kind = ''] = record.commonTexts(type);
  if (!toldKinds.has(kind)) return undefined;
  let told = kind;
  for (const index of tellingFields) told += ` ${rawText(record, index)}`;
  return kind === 'AWSService' || kind === 'AssumedRole' ? `${told} ${rawText(record, address)}` : told;
}

/** As it is written: other writings of the same are another caller, who is the same. */
function rawText({ bytes, starts, ends }: ScannedRecord, index: number): string {
  const start = starts[index] ?? -1;
  return start < 0 ? '' : bytes.toString('latin1', start, ends[index]);
}

/** What a case may have as a member for the sake of a caller, but for its key. */
export function callerNodes({ identity, person }: EventCaller): readonly IdentityId[] {
  return [identity.id, consoleSession(identity).id, ...(person === null ? [] : [person.id])];
}

/** The role of a session, or a text that names none. */
export function callerRole({ identity: { id, kind } }: EventCaller): IdentityId {
  const [, accountId = '', roleName = ''] = kind === 'session' ? id.split('/') : [];
  return `role/${accountId}/${roleName}`;
}
