import type { Caller } from './caller.ts';
import type { CloudTrailLog } from './cloudtrail-log.ts';
import type { JsonObject } from './json.ts';
import type { AccountState, World } from './world.ts';

export type ServiceName = 'cloudtrail' | 'iam' | 'sts' | 'secretsmanager' | 'dynamodb' | 'ec2' | 's3';

/** A value of an answer before a protocol writes it down; dates and maps look different in each. */
export type OutputValue = string | number | boolean | Date | OutputMap | readonly OutputValue[] | Output | undefined;

export interface Output {
  readonly [key: string]: OutputValue;
}

/** A map from text to number, which the query protocol writes as entries. */
export class OutputMap {
  readonly entries: readonly (readonly [string, number])[];

  constructor(entries: readonly (readonly [string, number])[]) {
    this.entries = entries;
  }
}

/** What an operation knows of the request it answers. */
export interface CallContext {
  readonly world: World;
  readonly log: CloudTrailLog;
  readonly caller: Caller;
  /** The caller's account. */
  readonly account: AccountState;
  readonly region: string;
  readonly requestId: string;
  readonly nowMs: number;
  readonly sourceIp: string;
  readonly userAgent: string;
}

/** One permission that an operation needs. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  readonly context?: ReadonlyMap<string, string>;
}

export interface OperationResult {
  readonly output: Output;
  /** What the trail writes as responseElements; null for reads. Never a secret. */
  readonly responseElements?: JsonObject | null;
  readonly resources?: readonly { readonly ARN: string; readonly accountId: string; readonly type: string }[];
  /** Another account whose trail shows the call as well, under a shared event ID. */
  readonly alsoIn?: AccountState;
  /** For the request log: what was read. */
  readonly eventIds?: readonly string[];
  readonly lastPage?: boolean;
  readonly nextToken?: string | null;
}

export interface Operation {
  readonly service: ServiceName;
  readonly name: string;
  readonly readOnly: boolean;
  /** True of what is done with the data within a resource: the event history has no such events. */
  readonly dataEvent?: boolean;
  /** The permissions that it needs, judged before it runs. */
  needs(input: JsonObject, context: CallContext): readonly Need[];
  run(input: JsonObject, context: CallContext): OperationResult;
  /** What the trail writes as requestParameters; by default the input with lower-case initials. */
  parameters?(input: JsonObject): JsonObject | null;
}
