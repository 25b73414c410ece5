import { demoScenario, type DemoOptions } from '../../simulator/scenario/demo.ts';
import { analytics, benignUser, production, stolenKeyUser } from '../../simulator/scenario/demo-world.ts';
import type { SimulatorOptions } from '../../simulator/server.ts';
import { listCases } from '../../src/adapters/store/cases/case-store.ts';
import { loadLook } from '../../src/adapters/store/cases/look-store.ts';
import type { Installation } from './installation.ts';

export { analytics, benignUser, production, stolenKeyUser };

/** The rule that this product began with. */
export const firstRuleId = '5b0c7e9a-7d1f-4a57-9c2e-3e5d0f6b8a41';

/** The demonstration's simulated AWS, a little faster; its attacker goes as far as it is told to. */
export function demonstration(
  ambition: NonNullable<DemoOptions['ambition']>,
  story: (text: string) => void = () => {},
): SimulatorOptions {
  return {
    seed: 1,
    deliveryDelay: { minMs: 200, maxMs: 1_000 },
    scenario: demoScenario({ seed: 1, attackAfterMs: 60_000, attackIntervalMs: 1_500, ambition }),
    story,
  };
}

/** What IAM and Secrets Manager of an account hold, secrets included. */
export interface AccountState {
  readonly users: readonly {
    readonly name: string;
    readonly keys: readonly { readonly id: string; readonly status: string; readonly secret: string }[];
  }[];
  readonly secrets: readonly {
    readonly name: string;
    readonly tags: readonly { readonly Key: string; readonly Value: string }[];
    readonly versions: readonly { readonly value: string }[];
  }[];
}

export function stateOf(here: Installation, accountId: string = production): AccountState {
  return here.simulator.control.iam(accountId, true) as AccountState;
}

export function keysOf(here: Installation, userName: string) {
  return stateOf(here).users.find(({ name }) => name === userName)?.keys ?? [];
}

/**
 * Waits until the case about the stolen key's user has a status; where a plan waits, also until AWS has answered what it was
 * asked. Resolves to the case's ID.
 */
export function untilCase(here: Installation, status: string): Promise<string> {
  const { db } = here.connections.store;
  return here.until(`the case about ${stolenKeyUser} is ${status}`, async () => {
    const id = (await listCases(db, { rule: firstRuleId })).find(
      (each) => each.actor.kind === 'user' && each.actor.name === stolenKeyUser && each.status === status,
    )?.id;
    const isWhole = status !== 'awaiting-decision' || (id !== undefined && (await loadLook(db, id))?.ended === true);
    return isWhole ? id : undefined;
  });
}

/** The calls that would change something, made under one of Trailhound's roles. */
export function writesByRoles(here: Installation): readonly string[] {
  return here.simulator.control
    .requests()
    .filter(({ callerArn }) => callerArn?.includes(':assumed-role/Trailhound') === true)
    .filter(({ operation }) => !/^(Get|List|Lookup|Describe|Simulate)/.test(operation))
    .map(({ operation }) => operation);
}
