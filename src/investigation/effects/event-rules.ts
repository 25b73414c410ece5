import { scalarText, type EffectCall } from './call.ts';
import { nameFrom } from './meant.ts';

/** The bus of EventBridge that a call is about: the default one where it names none. */
export function busName(call: EffectCall): string {
  return nameFrom(call, scalarText(call.request, 'eventBusName') ?? 'default');
}

/** Rules of one name are others on another bus. */
export function ruleName(call: EffectCall, rule: string): string {
  const bus = busName(call);
  return bus === 'default' ? rule : `${bus}/${rule}`;
}
