import { actorAccount } from '../../cloudtrail/actor.ts';
import { finding, namesInWords, ownEffects, type FindingRule } from './finding-rule.ts';

/** The actor assumed roles of other accounts. */
export const crossAccount: FindingRule = (context) => {
  const home = actorAccount(context.actor);
  const { effects, evidence } = ownEffects(context, 'session-minted');
  const elsewhere = effects
    .map((effect) => effect.roleAccountId)
    .filter((account) => account !== null)
    .filter((account) => account !== home);
  if (evidence === undefined || home === undefined || elsewhere.length === 0) return [];
  return [
    finding({
      kind: 'cross-account',
      sentence: `Roles of other accounts were assumed: ${namesInWords(elsewhere)}.`,
      direction: 'suspicious',
      confidence: 'medium',
      evidence,
      techniques: ['T1078.004'],
    }),
  ];
};
