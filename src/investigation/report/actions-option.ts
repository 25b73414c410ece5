import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { shortDigest } from '../../model/short-digest.ts';
import type { CaseDocument } from './case-document.ts';

/**
 * The option by which a printed approval names its actions, a space before it: empty where the recommended ones are taken by themselves,
 * all of the plan's where none is recommended, for then an approval has to say what it chooses. Of several that give something back to
 * whom nobody is known to answer for, none is named: what is copied must not give an intruder everything again.
 *
 * @param undoes whether the plan takes a response back
 */
export function actionsOption(
  actions: readonly { readonly id: string; readonly recommended: boolean }[],
  undoes = false,
): SafeText {
  if (actions.some(({ recommended }) => recommended)) return safe``;
  if (undoes && actions.length > 1) return safe` --actions ID,ID`;
  return safe` --actions ${plainText(actions.map(({ id }) => id).join(','), 4_000)}`;
}

/** The command by which a case's plan is approved, as long as it waits; null where nothing does. */
export function approvalCommand({
  id,
  standing,
  plan,
}: Pick<CaseDocument, 'id' | 'plan'> & {
  readonly standing: { readonly digest: string | null } | null;
}): SafeText | null {
  const digest = standing?.digest ?? null;
  const actions = plan.actions.filter(({ byHand }) => !byHand);
  if (digest === null || actions.length === 0) return null;
  const named = safe`${plainText(id)} --plan ${shortDigest(digest)}`;
  return safe`trailhound investigations approve ${named}${actionsOption(actions)} --reason "WHY" --wait`;
}
