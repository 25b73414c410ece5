import type { Action } from '../../model/action.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';

/**
 * The option by which a printed approval names its actions, a space before it: empty where the recommended ones are taken by themselves,
 * all of the plan's where none is recommended, for then an approval has to say what it chooses.
 */
export function actionsOption(actions: readonly Pick<Action, 'id' | 'recommended'>[]): SafeText {
  if (actions.some(({ recommended }) => recommended)) return safe``;
  return safe` --actions ${plainText(actions.map(({ id }) => id).join(','), 4_000)}`;
}
