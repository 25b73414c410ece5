import { harmlessManagedPolicies, leadingManagedPolicies } from './aws-managed-policies.ts';

/** Names with their paths, each with the actions by which it leads to more. */
const powersByName: ReadonlyMap<string, readonly string[]> = new Map([
  ...wordsOf(harmlessManagedPolicies).map((name) => [name, []] as const),
  // What does not begin a line goes on with the one before.
  ...leadingManagedPolicies
    .trim()
    .split(/\n(?! )/u)
    .flatMap((line) => {
      const [actions = '', names = ''] = line.split('=');
      const powers = wordsOf(actions);
      return wordsOf(names).map((name) => [name, powers] as const);
    }),
]);

/** Every action that leads to more by one of AWS's own policies, and does so by any other. */
export const leadingActions: readonly string[] = [...new Set([...powersByName.values()].flat())]
  .filter((power) => power !== 'administrator' && !power.includes('*'))
  .sort();

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}

/**
 * What a policy of AWS's own gives that leads to more rights: actions, `*:*`, or `administrator`; nothing for one that is known to lead
 * nowhere; `undefined` for one that is not known.
 */
export function managedPolicyPowers(name: string): readonly string[] | undefined {
  return powersByName.get(name);
}
