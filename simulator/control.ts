import { textOf } from './json.ts';
import type { CloudTrailLog, Delivery, DeliveryFault, TrailRecord } from './cloudtrail-log.ts';
import type { Dispatch } from './dispatch.ts';
import type { Fault, FaultDefinition, Faults } from './faults.ts';
import { makeInternalCall } from './internal-call.ts';
import type { InternalCall, InternalOutcome } from './internal-call.ts';
import type { RequestLog, RequestLogEntry } from './request-log.ts';
import { accountOf } from './world.ts';
import type { AccessKeyState, AccountState, RoleState, UserState, World } from './world.ts';
import { addAccount, addRole, addUser, keyFrom } from './world-definition.ts';
import type { AccountDefinition, KeyDefinition, RoleDefinition, UserDefinition } from './world-definition.ts';
import { describeIam, describeWorld } from './world-description.ts';
import type { WorldDescription } from './world-description.ts';

export interface DeliveryFaultDefinition {
  readonly kind: DeliveryFault['kind'];
  readonly match?: DeliveryFault['match'];
  readonly delayMs?: number;
  /** How many records it hits (default 1); null: until it is removed. */
  readonly times?: number | null;
}

export interface RecordInsertion {
  readonly records: readonly TrailRecord[];
  /** By default the record's own recipientAccountId and awsRegion. */
  readonly accountId?: string;
  readonly region?: string;
  /** How long until LookupEvents shows them (default 0). */
  readonly visibleAfterMs?: number;
  readonly kind?: Delivery['kind'];
  /** What LookupEvents shows as CloudTrailEvent instead of the record's JSON: for records that are broken. */
  readonly text?: string;
}

/** What tests and the harness do to the simulated AWS behind its back; the product never uses it. */
export interface SimulatorControl {
  world(): WorldDescription;
  addAccount(definition: AccountDefinition): AccountState;
  /** Enables and disables regions, as the account's owner does. */
  setRegions(accountId: string, regions: readonly string[]): void;
  addUser(accountId: string, definition: UserDefinition): UserState;
  addRole(accountId: string, definition: RoleDefinition): RoleState;
  addKey(accountId: string, userName: string, definition?: KeyDefinition): AccessKeyState;
  iam(accountId: string, withSecrets?: boolean): object;
  addFault(definition: FaultDefinition): Fault;
  faults(): readonly Fault[];
  /** Removes one fault, or all without an ID. */
  removeFault(id?: string): void;
  addDeliveryFault(definition: DeliveryFaultDefinition): DeliveryFault;
  removeDeliveryFault(id?: string): void;
  insertRecords(insertion: RecordInsertion): void;
  requests(afterSeq?: number): readonly RequestLogEntry[];
  deliveries(afterSeq?: number): readonly Delivery[];
  call(call: InternalCall): InternalOutcome;
  /** Moves the simulated AWS's clock away from the machine's. */
  setClockOffset(offsetMs: number): void;
  /** Starts the scenario's attack now; false where there is none or it has begun. */
  startAttack(): boolean;
}

export interface ControlParts {
  readonly world: World;
  readonly log: CloudTrailLog;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly dispatch: Dispatch;
  readonly now: () => number;
  readonly save: () => void;
  readonly url: () => string;
  readonly setClockOffset: (offsetMs: number) => void;
  readonly startAttack: () => boolean;
}

export function createControl(parts: ControlParts): SimulatorControl {
  const { world, log, faults, now } = parts;
  let deliveryFaultsMade = 0;
  function saved<T>(change: () => T): T {
    const made = change();
    parts.save();
    return made;
  }
  return {
    world: () => describeWorld(world, parts.url()),
    addAccount: (definition) => saved(() => addAccount(world, definition, now())),
    setRegions: (accountId, regions) => saved(() => void (existingAccount(world, accountId).regions = [...regions])),
    addUser: (accountId, definition) => saved(() => addUser(existingAccount(world, accountId), definition, now())),
    addRole: (accountId, definition) => saved(() => addRole(existingAccount(world, accountId), definition, now())),
    addKey: (accountId, userName, definition = {}) =>
      saved(() => {
        const user = existingAccount(world, accountId).users.find((candidate) => candidate.name === userName);
        if (!user) throw new Error(`account ${accountId} has no user ${userName}`);
        const key = keyFrom(definition, now());
        user.keys.push(key);
        return key;
      }),
    iam: (accountId, withSecrets = false) => describeIam(existingAccount(world, accountId), withSecrets),
    addFault: (definition) => faults.add(definition, now()),
    faults: () => faults.list(),
    removeFault: (id) => faults.remove(id ?? null),
    addDeliveryFault(definition) {
      deliveryFaultsMade += 1;
      const { kind, match = {}, delayMs = 0, times = 1 } = definition;
      const fault = { id: `delivery-fault-${deliveryFaultsMade}`, kind, match, delayMs, times };
      log.faults.push(fault);
      return fault;
    },
    removeDeliveryFault(id) {
      const kept = id === undefined ? [] : log.faults.filter((fault) => fault.id !== id);
      log.faults.splice(0, log.faults.length, ...kept);
    },
    insertRecords({ records, accountId, region, visibleAfterMs = 0, ...details }) {
      for (const record of records) {
        const to = accountId ?? textOf(record['recipientAccountId']);
        log.insert(to, region ?? textOf(record['awsRegion']), record, now() + visibleAfterMs, details);
      }
    },
    requests: (afterSeq = 0) => parts.requests.after(afterSeq),
    deliveries: (afterSeq = 0) => log.deliveriesAfter(afterSeq),
    call: (call) => makeInternalCall(world, parts.dispatch, call),
    setClockOffset: parts.setClockOffset,
    startAttack: parts.startAttack,
  };
}

function existingAccount(world: World, id: string): AccountState {
  const account = accountOf(world, id);
  if (!account) throw new Error(`there is no account ${id}`);
  return account;
}
