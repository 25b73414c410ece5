import type { Identity, IdentityRole } from '../../model/identity.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import type { LinkKind } from '../../model/link.ts';
import type { EcsDocument } from '../../model/trail-event.ts';
import { textAt, valueAt } from '../../cloudtrail/ecs-path.ts';
import type { CallPattern } from '../effects/doors/door-row.ts';
import type { EventCaller } from '../../cloudtrail/caller.ts';

/** A step that one call took, before it has its event. */
export interface Step {
  /** The caller, where nothing stands here. */
  readonly from?: Identity;
  readonly to: Identity;
  readonly how: LinkKind;
  readonly as: Exclude<IdentityRole, 'suspect'>;
  readonly via?: readonly Identity[];
  readonly gave?: Identity;
  readonly ends?: Readonly<Record<string, Instant>>;
  readonly letsIn?: readonly string[];
}

/** A call that went through, as the families of steps read it. */
export interface StepCall {
  readonly ecs: EcsDocument;
  readonly caller: EventCaller;
  /** The account in which it did something. */
  readonly accountId: AccountId;
  /** Without the version that some services append to it. */
  readonly action: string;
}

/** Reads the steps of one family of calls; `undefined` and empty are the same. */
export type StepsOf = (call: StepCall) => readonly Step[];

/** The steps of calls by service and name. */
export type StepTable = Readonly<Record<string, StepsOf>>;

/** `glue.amazonaws.com CreateJob` of `glue/CreateJob`, without what its request must have. */
export function stepName(opening: CallPattern): string {
  const [service = '', action = ''] = (opening.split(' ')[0] ?? '').split('/');
  return `${service}.amazonaws.com ${action}`;
}

/** The text at a path of the request, or the first of several spellings. */
export function requested({ ecs }: StepCall, ...paths: readonly string[]): string | undefined {
  return firstText(ecs, 'request_parameters', paths);
}

/** The same of the response. */
export function answered({ ecs }: StepCall, ...paths: readonly string[]): string | undefined {
  return firstText(ecs, 'response_elements', paths);
}

/** All texts at a path of the request, whatever is a list on the way. */
export function allRequested({ ecs }: StepCall, path: string): readonly string[] {
  return textsUnder(valueAt(ecs, 'aws.cloudtrail.flattened.request_parameters'), path.split('.'));
}

export function allAnswered({ ecs }: StepCall, path: string): readonly string[] {
  return textsUnder(valueAt(ecs, 'aws.cloudtrail.flattened.response_elements'), path.split('.'));
}

function firstText(ecs: EcsDocument, where: string, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const text = textAt(ecs, `aws.cloudtrail.flattened.${where}.${path}`);
    if (text !== undefined) return text;
  }
  return undefined;
}

function textsUnder(value: unknown, path: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => textsUnder(each, path));
  const [key, ...rest] = path;
  if (key === undefined) return typeof value === 'string' ? [value] : [];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return [];
  return textsUnder((value as Record<string, unknown>)[key], rest);
}
