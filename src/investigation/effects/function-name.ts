import { nameAt, scalarText, type EffectCall } from './call.ts';

/** A function's name, which calls give by itself, with a version or alias behind it, or in an ARN. */
export function functionName({ request }: EffectCall): string {
  const name = nameAt(request, 'functionName');
  return name.split(':function:').at(-1)?.split(':')[0] ?? name;
}

/** The version or alias that a call is about, which has permissions of its own; absent for the function itself. */
export function functionQualifier({ request }: EffectCall): string | undefined {
  const name = nameAt(request, 'functionName');
  return scalarText(request, 'qualifier') ?? name.split(':function:').at(-1)?.split(':')[1];
}

/** `NAME:ALIAS`: the function and each alias may have a URL of its own (CreateFunctionUrlConfig in the Lambda API reference). */
export function withQualifier(call: EffectCall): string {
  const qualifier = functionQualifier(call);
  return qualifier === undefined ? functionName(call) : `${functionName(call)}:${qualifier}`;
}
