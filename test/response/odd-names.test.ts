import { afterAll, beforeAll, expect, test } from 'vitest';
import { denialPolicyName } from '../../src/response/actions/user-denial.ts';
import { moduleOf } from '../../src/response/action-registry.ts';
import { buildUndoPlan } from '../../src/response/undo-plan.ts';
import { actionsTaken } from '../../src/response/actions-taken.ts';
import type { Action, ActionType } from '../../src/model/action.ts';
import type { CaseId } from '../../src/model/ids.ts';
import { openResponder, type Responder } from './responder.ts';
import { startRespond } from './response-bench.ts';
import { accountId } from './simulated-account.ts';

/* Users may be called what means something else elsewhere: they are contained like any other, and given back. */

let here: Responder;
beforeAll(async () => {
  here = await openResponder();
});
afterAll(() => here.close());

interface ShownUser {
  readonly name: string;
  readonly keys: readonly { readonly id: string; readonly status: string }[];
  readonly inlinePolicies?: object;
}

function shown(userName: string): ShownUser | undefined {
  const { users } = here.simulator.control.iam(accountId) as { readonly users: readonly ShownUser[] };
  return users.find(({ name }) => name === userName);
}

function action(type: ActionType, target: object, params: object): Action {
  const content = { type, target, params } as unknown as Action; // each type with its own
  return { ...content, id: moduleOf(type).idOf(content), dependsOn: [], recommended: true };
}

/** As IAM takes them: letters, digits and `_+=,.@-`, up to 64 (IAM User Guide, names). */
const names = ['root', 'none', '-', '--help', 'constructor', '__proto__', '..', 'null', '=,.@-+_', 'a'.repeat(64)];

test.each(names.map((name, index) => [name, index] as const))(
  'a user named %s is denied, disabled and shut out, and given back',
  async (userName, index) => {
    const key = `AKIAODDNAMES000000${String(index).padStart(2, '0')}`;
    const user = here.simulator.control.addUser(accountId, { name: userName, keys: [{ id: key }] });
    const owner = { accountId, userName, userId: user.id };
    const policy = { policyName: denialPolicyName('TH-7Q2M9K' as CaseId) };
    const deactivation = action('deactivateAccessKey', { kind: 'access-key', ...owner, accessKeyId: key }, {});
    const denial = action('denyUserEverything', { kind: 'user', ...owner }, policy);
    const { plan, workflowId, input } = await here.bench.propose([deactivation, denial]);
    const result = await (await startRespond(here.client, workflowId, await input())).result();
    expect(result).toMatchObject({ ended: 'contained', actions: [{ outcome: 'done' }, { outcome: 'done' }] });
    expect(shown(userName)?.keys.map(({ status }) => status)).toEqual(['Inactive']);
    expect(JSON.stringify(shown(userName))).toContain(policy.policyName);

    const undoing = buildUndoPlan(plan, await actionsTaken(plan, here.ports), {
      version: 2,
      policy: `sha256:${'0'.repeat(64)}`,
    });
    expect(undoing.byHand).toEqual([]);
    const back = await here.bench.present(undoing);
    expect(
      await (
        await startRespond(here.client, back.workflowId, await back.input({ decisionId: `back-${index}-of-it` }))
      ).result(),
    ).toMatchObject({
      actions: [{ outcome: 'done' }, { outcome: 'done' }],
    });
    expect(shown(userName)?.keys.map(({ status }) => status)).toEqual(['Active']);
    expect(JSON.stringify(shown(userName))).not.toContain(policy.policyName);
  },
);
