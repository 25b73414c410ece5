import { isReadOnlyAction } from './read-only-actions.ts';
import type { RequiredTexts } from './required-texts.ts';

/** A rule as far as it says which events it needs. */
interface AskingRule {
  readonly rule: { readonly id: string; readonly name: string };
  readonly matcher: { readonly requires?: readonly RequiredTexts[] };
}

/** A rule that suffers where read-only events are not read. */
export interface DarkRule {
  readonly id: string;
  readonly name: string;
  /** `dark`: it can never fire. `may-be-dark`: some of the events that it looks for are missing, or its query does not tell. */
  readonly effect: 'dark' | 'may-be-dark';
}

/**
 * The rules that go dark, or may, where an account is read without its read-only events; in the order of their names. Rules that
 * ask for actions that change something, and for no others, see all that they look for, and are left out.
 */
export function darkWithoutReadOnly(rules: readonly AskingRule[]): readonly DarkRule[] {
  return rules
    .flatMap(({ rule: { id, name }, matcher }): readonly DarkRule[] => {
      const effect = effectOn(matcher.requires);
      return effect === undefined ? [] : [{ id, name, effect }];
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

function effectOn(required: readonly RequiredTexts[] = []): DarkRule['effect'] | undefined {
  const actions = required.find(({ path }) => path === 'event.action');
  if (actions === undefined) return 'may-be-dark';
  const kinds = [...actions.texts].map(isReadOnlyAction);
  if (kinds.every((kind) => kind === true)) return 'dark';
  return kinds.every((kind) => kind === false) ? undefined : 'may-be-dark';
}
