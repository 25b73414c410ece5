import type { Identity } from '../../model/identity.ts';
import { account, accountOfPrincipal } from '../../cloudtrail/identities.ts';
import { callOf, type EffectCall } from '../effects/call.ts';
import { opened, type DoorRow } from '../effects/doors/door-row.ts';
import { doorRows } from '../effects/doors/door-rows.ts';
import type { Effect } from '../effects/effect.ts';
import { principalIn } from '../effects/policy-content.ts';
import { shareEffects } from '../effects/shares.ts';
import { stepName, type StepCall, type Step, type StepTable } from './step.ts';

/** Calls by these names end something: whom they let in nobody is by them alone. */
const ending = /\/(?:Delete|Disassociate|Remove|Retire|Revoke)/u;

const rowsThatShare = doorRows.filter(
  ({ doubt, makes: { kind } }) => doubt === undefined && (kind === 'policy' || kind === 'list' || kind === 'access'),
);

/** Calls that let other accounts at a resource: those whose effects say so. */
export const shareSteps: StepTable = {
  ...Object.fromEntries(
    Object.entries(shareEffects).flatMap(([opening, effectsOf]) =>
      ending.test(opening) ? [] : [[stepName(opening), (call: StepCall) => shared(call, effectsOf)]],
    ),
  ),
  ...Object.fromEntries(
    rowsThatShare.flatMap((row) =>
      row.opens.map((opening) => [stepName(opening), (call: StepCall) => byRow(row, call)]),
    ),
  ),
};

function byRow(row: DoorRow, call: StepCall): readonly Step[] {
  return shared(call, (read) => opened(row, read));
}

/** Other accounts that a call let at something. */
function shared(call: StepCall, effectsOf: (read: EffectCall) => readonly Effect[]): readonly Step[] {
  const read = callOf(call.ecs);
  const letIn = (read === undefined ? [] : effectsOf(read)).flatMap(accountsLetIn);
  const outside = letIn.filter(({ accountId }) => accountId !== call.accountId);
  const distinct = new Map(outside.map((each) => [each.id, each]));
  return [...distinct.values()].map((to) => ({ to, how: 'shared-with', as: 'outside' }));
}

function accountsLetIn(effect: Effect): readonly Identity[] {
  if (effect.kind === 'access-granted')
    return [accountOfPrincipal(principalIn(effect.holder) ?? '')].filter((each) => each !== undefined);
  // Nobody is let in by what takes off a block alone.
  if (effect.kind !== 'shared' || effect.by === 'block') return [];
  return effect.with.flatMap(({ kind, accountId }) => {
    if (kind === 'anyone') return [account('*')];
    return kind === 'account' && accountId !== null ? [account(accountId)] : [];
  });
}
