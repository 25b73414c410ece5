import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signDecision } from '../../src/approval/signed-decision.ts';
import { canonicalDigest } from '../../src/digest/canonical-digest.ts';
import { sealPlan } from '../../src/digest/plan-digest.ts';
import { loadCaseView } from '../../src/entry/compose/case-ports.ts';
import { decideOnPlan } from '../../src/commands/decide.ts';
import { decidePorts } from '../../src/entry/compose/case-act-ports.ts';
import { readKey } from '../../src/entry/compose/signing-key.ts';
import { planScreen } from '../../src/entry/investigations/render-case.ts';
import { statementLines } from '../../src/entry/investigations/statement-lines.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import type { RespondInput, RespondResult } from '../../src/messages/respond-messages.ts';
import type { Action, ActionOf } from '../../src/model/action.ts';
import type { AccountId } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plan.ts';
import { approvalOf, type Compromise, startRespond } from '../response/response-bench.ts';
import { openResponder, type Responder } from '../response/responder.ts';
import { userStateOf } from '../response/simulated-account.ts';

/*
 * The attacker owns PostgreSQL and Temporal (any row, any workflow, any argument) and no approver's key. Its aim here is to have a
 * person sign, or the writer take a signature for, something else than was shown.
 */

let here: Responder;
beforeAll(async () => {
  here = await openResponder();
});
afterAll(() => here.close());

type Rotation = ActionOf<'rotateAccessKey'>;

const alterations: readonly (readonly [string, (action: Rotation) => object])[] = [
  ['its user', ({ target, ...rest }) => ({ ...rest, target: { ...target, userName: 'the-administrator' } })],
  [
    'its key, and its ID with it',
    ({ target, ...rest }) => ({
      ...rest,
      id: 'rotate-AKIAADMINISTRATOR001',
      target: { ...target, accessKeyId: 'AKIAADMINISTRATOR001' },
    }),
  ],
  ['its account', ({ target, ...rest }) => ({ ...rest, target: { ...target, accountId: '999988887777' } })],
  ['the name of the secret', ({ params, ...rest }) => ({ ...rest, params: { ...params, secretName: 'open/to-all' } })],
  [
    'the region of the secret',
    ({ params, ...rest }) => ({ ...rest, params: { ...params, secretRegion: 'eu-west-3' } }),
  ],
];

function rotationOf(plan: Plan): Rotation {
  const rotation = plan.actions.find((action): action is Rotation => action.type === 'rotateAccessKey');
  if (rotation === undefined) throw new Error('the plan has a rotation');
  return rotation;
}

/** The stored plan with its rotation replaced; sealed anew, or under the digest that it had. */
function altered(plan: Plan, change: (action: Rotation) => object, seal: 'anew' | 'as it was'): Plan {
  const { digest, ...content } = plan;
  const changed = { ...content, actions: [change(rotationOf(plan)) as Action] };
  return seal === 'anew' ? sealPlan(changed) : { ...changed, digest };
}

async function overwrite({ plan }: Compromise, by: object, digest: string = plan.digest): Promise<void> {
  await here.attacker.query('update plans set plan = $1, digest = $2 where case_id = $3', [
    JSON.stringify(by),
    digest,
    plan.caseId,
  ]);
}

async function shownCase({ plan }: Compromise): Promise<string> {
  return planScreen(await loadCaseView(here.bench.store.db, plan.caseId, null), styleFor(process.stdout));
}

/** What a person's `approve` comes to; null where it was signed and sent. */
async function approve({ plan }: Compromise, named: string, shown: string[] = []): Promise<unknown> {
  const { caseId } = plan;
  const request = { caseId, verdict: 'approve', plan: named, reason: 'not ours' } as const;
  const config = {
    dataDir: '.',
    installation: here.settings.audience,
    approval: { expiresAfterMs: 1_000, approvers: [] },
  };
  function show(statement: Parameters<typeof statementLines>[0]) {
    return void shown.push(...statementLines(statement));
  }
  try {
    const signer = await readKey({ keyFile: await here.bench.keyFile(), approver: here.bench.approver.name }, config);
    const ports = decidePorts(
      { store: here.bench.store, cases: here.client },
      { config, trust: null, signer },
      {
        show,
        confirm: async () => true,
      },
    );
    await decideOnPlan(ports, { name: signer.approver }, request);
    return null;
  } catch (error) {
    return error;
  }
}

async function carriedOut(victim: Compromise, input: RespondInput): Promise<RespondResult> {
  const id = `${victim.workflowId}/by-the-attacker`;
  return (await (await startRespond(here.client, id, input)).result()) as RespondResult;
}

describe('whoever owns the store cannot show one thing and have another signed', () => {
  test('by a second plan whose digest begins like the first: both are named, and none is chosen', async () => {
    const victim = await here.bench.compromise();
    const named = victim.plan.digest.slice('sha256:'.length, 'sha256:'.length + 20);
    const other = `sha256:${named}${'0'.repeat(44)}`;
    await here.attacker.query(
      `insert into plans (digest, case_id, version, plan, standing, presented_at) values ($1, $2, 99, $3, 'presented', now())`,
      [other, victim.plan.caseId, JSON.stringify(victim.plan)],
    );
    const refusal = await approve(victim, named);
    expect(refusal).toMatchObject({ name: 'ActRefusedError', code: 'wrong-plan' });
    expect((refusal as { readonly remedy: string }).remedy).toContain(victim.plan.digest);
    expect((refusal as { readonly remedy: string }).remedy).toContain(other);
    expect(await approve(victim, named.slice(0, 19))).toMatchObject({ code: 'wrong-plan' });
  });

  test.each(alterations)('by changing %s under the digest that the plan had', async (_what, change) => {
    const victim = await here.bench.compromise();
    await overwrite(victim, altered(victim.plan, change, 'as it was'));
    const shown = await shownCase(victim);
    expect(shown).toContain('not what its digest says');
    expect(shown).not.toContain('Deactivates access key');
    expect(await approve(victim, victim.plan.digest)).toMatchObject({ code: 'plan-altered' });
  });

  test.each(alterations)('by changing %s and making the digest again', async (_what, change) => {
    const victim = await here.bench.compromise();
    const forged = altered(victim.plan, change, 'anew');
    await overwrite(victim, forged, forged.digest);
    // Whoever saw the plan before names it as it was, and whoever looks now sees what would be signed.
    expect(await approve(victim, victim.plan.digest)).toMatchObject({ code: 'wrong-plan' });
    const { target, params } = rotationOf(forged);
    const shown = (await shownCase(victim)).replaceAll(/\s+/g, ' ');
    for (const said of [
      target.userName,
      target.accessKeyId,
      target.accountId,
      params.secretName,
      params.secretRegion,
    ]) {
      expect(shown).toContain(said);
    }
  });

  test('by a sentence, a field or an action type that Trailhound does not make', async () => {
    const victim = await here.bench.compromise();
    const { digest: _, ...content } = victim.plan;
    const sentence = { effect: 'Nothing is changed.' };
    for (const forged of [
      { ...content, ...sentence },
      { ...content, actions: [{ ...rotationOf(victim.plan), ...sentence }] },
      { ...content, actions: [{ ...rotationOf(victim.plan), type: 'dropTables' }] },
      { ...content, actions: [{ ...rotationOf(victim.plan), params: {} }] },
      { ...content, waysIn: [{ sentence: 'Nothing stays open.' }] },
    ]) {
      const sealed = sealPlan(forged as unknown as Plan);
      await overwrite(victim, sealed, sealed.digest);
      expect(await shownCase(victim)).not.toContain('Nothing');
      expect(await approve(victim, sealed.digest)).toMatchObject({ code: 'plan-altered' });
    }
  });

  test('by a plan that begins with the same characters: few do not name a plan', async () => {
    const victim = await here.bench.compromise();
    const hex = victim.plan.digest.slice('sha256:'.length);
    for (const length of [1, 8, 12, 19]) {
      expect(await approve(victim, hex.slice(0, length))).toMatchObject({
        code: 'wrong-plan',
        remedy: expect.stringContaining('20 or more'),
      });
    }
    // Twenty do; then only the case's workflow is missing here.
    expect(await approve(victim, hex.slice(0, 20))).not.toMatchObject({ code: 'wrong-plan' });
  });

  test('for what is signed is printed first, each action with its target and parameters', async () => {
    const victim = await here.bench.compromise();
    const shown: string[] = [];
    await approve(victim, victim.plan.digest, shown);
    const printed = JSON.parse(
      shown
        .slice(shown.indexOf('  {'), shown.indexOf(''))
        .map((line) => line.trimStart())
        .join(''),
    ) as unknown;
    expect(printed).toMatchObject({
      planDigest: victim.plan.digest,
      reason: 'not ours',
      actions: [rotationOf(victim.plan)],
    });
    expect(shown.join('\n')).toContain(canonicalDigest(printed).slice('sha256:'.length));
  });
});

describe('whoever owns the store cannot have a signature taken for something else', () => {
  test.each(alterations)('by changing %s of the plan after it was signed', async (_what, change) => {
    const victim = await here.bench.compromise();
    const input = await victim.input();
    const before = here.writesSeen();
    await overwrite(victim, altered(victim.plan, change, 'as it was'));
    expect(await carriedOut(victim, input)).toMatchObject({ ended: 'failed', actions: [{ outcome: 'refused' }] });
    const forged = altered(victim.plan, change, 'anew');
    await overwrite(victim, forged, forged.digest);
    const again = { ...input, planDigest: forged.digest };
    expect(await carriedOut(victim, again)).toMatchObject({ ended: 'failed', actions: [{ outcome: 'refused' }] });
    expect(here.writesSeen()).toBe(before);
  });

  test.each(alterations)('by a signed statement whose action differs from the plan in %s', async (_what, change) => {
    const victim = await here.bench.compromise();
    const before = here.writesSeen();
    const statement = approvalOf(victim.plan, 'ann', { actions: [change(rotationOf(victim.plan)) as Action] });
    const decisions = [await signDecision(statement, here.bench.approver.signing)];
    const result = await carriedOut(victim, { ...(await victim.input()), decisions });
    expect(result.actions[0]?.detail).toMatch(/action-differs|unknown-action/);
    expect(here.writesSeen()).toBe(before);
  });
});

describe('the writer refuses what its own configuration does not allow, though a person approved it', () => {
  const limits: readonly (readonly [string, string, (action: Rotation) => Rotation])[] = [
    [
      'a secret whose name does not begin as configured',
      'secret-name-not-allowed',
      (action) => ({ ...action, params: { ...action.params, secretName: 'open/to-all' } }),
    ],
    [
      'a secret in another region',
      'secret-region-not-allowed',
      (action) => ({ ...action, params: { ...action.params, secretRegion: 'eu-west-3' } }),
    ],
    [
      'an account without a right to respond',
      'account-not-allowed',
      (action) => ({ ...action, target: { ...action.target, accountId: '999988887777' as AccountId } }),
    ],
    [
      'a protected user',
      'identity-protected',
      (action) => ({ ...action, target: { ...action.target, userName: 'break-glass' } }),
    ],
  ];
  test.each(limits)('%s: %s', async (_what, code, change) => {
    const victim = await here.bench.compromise();
    const { digest: _, ...content } = victim.plan;
    const plan = sealPlan({ ...content, actions: [change(rotationOf(victim.plan))] });
    await overwrite(victim, plan, plan.digest);
    const decisions = [await signDecision(approvalOf(plan, 'ann'), here.bench.approver.signing)];
    const before = here.writesSeen();
    const input = { ...(await victim.input()), planDigest: plan.digest, decisions };
    const result = await carriedOut(victim, input);
    expect(result.actions[0]?.detail).toContain(code);
    expect(here.writesSeen()).toBe(before);
    expect(userStateOf(here.simulator, victim.target).all.map(({ status }) => status)).toEqual(['Active']);
  });

  test('and carries out what it does allow', async () => {
    const victim = await here.bench.compromise();
    expect(await carriedOut(victim, await victim.input())).toMatchObject({ ended: 'contained' });
  });
});
