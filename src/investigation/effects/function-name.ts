import { nameAt, scalarText, type EffectCall } from './call.ts';
import { nameFrom } from './meant.ts';

/** `NAME`, `ACCOUNT:function:NAME` or an ARN, each with `:QUALIFIER` or without (the Lambda API reference). */
const shape = /^(?:(?:(arn:[^:]*:lambda:[^:]*):)?(\d{12}):function:)?([^:]*)(?::(.*))?$/su;

/** A function's name, which calls give by itself, with a version or alias behind it, or in an ARN; its ARN where it is not the caller's. */
export function functionName(call: EffectCall): string {
  const name = nameAt(call.request, 'functionName');
  const [, where = `arn:aws:lambda:${call.region}`, account, plain = name] = shape.exec(name) ?? [];
  return account === undefined ? plain : nameFrom(call, `${where}:${account}:function:${plain}`);
}

/** The version or alias that a call is about, which has permissions of its own; absent for the function itself. */
export function functionQualifier({ request }: EffectCall): string | undefined {
  return scalarText(request, 'qualifier') ?? shape.exec(nameAt(request, 'functionName'))?.[4];
}

/** `NAME:ALIAS`: the function and each alias may have a URL of its own (CreateFunctionUrlConfig in the Lambda API reference). */
export function withQualifier(call: EffectCall): string {
  const qualifier = functionQualifier(call);
  return qualifier === undefined ? functionName(call) : `${functionName(call)}:${qualifier}`;
}
