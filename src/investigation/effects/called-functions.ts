import { isJsonObject } from '../../cloudtrail/record-fields.ts';
import type { JsonValue } from '../../model/json.ts';
import { nameAt, scalarText, type EffectCall, type EffectReaders } from './call.ts';
import { undone } from './credentials.ts';
import type { CodeKind, Effect } from './effect.ts';
import { meant, type Place } from './meant.ts';
import { secretName } from './things-of.ts';
import { thing } from './thing.ts';

/**
 * Functions that a service calls with what it keeps: one that rotates a secret is handed each next value of it, one of a user pool sees who
 * signs in and may let others in. What is set is written whole, and another's doing replaces it unless it names the same function again.
 */
export const calledFunctionEffects: EffectReaders = {
  'secretsmanager/RotateSecret': (call) => {
    const lambda = scalarText(call.request, 'rotationLambdaARN');
    return [...again(call), ...(lambda === undefined ? [] : set(ofSecret(call), [lambda]))];
  },
  // The secret keeps the function: it is called again by whoever rotates it and names no other (RotateSecret in the API reference).
  'secretsmanager/CancelRotateSecret': stopped,
  'secretsmanager/DeleteSecret': stopped,
  'secretsmanager/RestoreSecret': again,
  'cognito-idp/CreateUserPool': (call) => set(ofPool(call, nameAt(call.response, 'userPool.id')), triggersOf(call)),
  // What an update leaves out goes back to its default (UpdateUserPool in the Cognito API reference).
  'cognito-idp/UpdateUserPool': (call) => set(ofPool(call, nameAt(call.request, 'userPoolId')), triggersOf(call)),
  'cognito-idp/DeleteUserPool': (call) => gone(ofPool(call, nameAt(call.request, 'userPoolId'))),
};

/** What calls a function. */
interface Caller {
  readonly place: Place;
  readonly resource: string;
  readonly what: Extract<CodeKind, 'secret rotation' | 'sign-in trigger'>;
}

function ofSecret(call: EffectCall): Caller {
  const named = nameAt(call.request, 'secretId');
  return { place: meant(call, named), resource: secretName(named), what: 'secret rotation' };
}

function ofPool(call: EffectCall, resource: string): Caller {
  return { place: call, resource, what: 'sign-in trigger' };
}

function set({ place, resource, what }: Caller, functions: readonly string[]): readonly Effect[] {
  function calls(lambda: string) {
    return thing.code(place, `${resource} by ${lambda}`, what);
  }
  return [
    ...functions.map((lambda): Effect => ({
      kind: 'code-planted',
      resource,
      what,
      detail: lambda,
      endsWith: [calls(lambda)],
    })),
    {
      kind: 'undone',
      things: [thing.code(place, resource, what)],
      how: 'restored',
      issuedBefore: null,
      whileThere: null,
      butFor: functions.map(calls),
    },
  ];
}

function gone({ place, resource, what }: Caller): readonly Effect[] {
  return undone('deleted', thing.code(place, resource, what));
}

function stopped(call: EffectCall): readonly Effect[] {
  const { place, resource, what } = ofSecret(call);
  return [
    {
      kind: 'undone',
      things: [thing.code(place, resource, what)],
      how: 'deactivated',
      issuedBefore: null,
      whileThere: thing.heldClosed(place, 'rotation', resource),
    },
  ];
}

/** What was stopped goes on. */
function again(call: EffectCall): readonly Effect[] {
  const { place, resource } = ofSecret(call);
  return undone('restored', thing.heldClosed(place, 'rotation', resource));
}

/** The functions of a pool, each by itself or with the version of what it is told. */
function triggersOf({ request }: EffectCall): readonly string[] {
  return [...new Set(functionsIn(request['lambdaConfig']))];
}

function functionsIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return /^arn:[^:]*:lambda:/u.test(value) ? [value] : [];
  return isJsonObject(value) ? Object.values(value).flatMap(functionsIn) : [];
}
