import { counted, finding, namesInWords, ownEffects, type FindingRule } from './finding-rule.ts';

/** The actor changed policies or groups: its own rights, or somebody's, may have grown. */
export const policiesChanged: FindingRule = (context) => {
  const { effects, evidence } = ownEffects(context, 'policy-granted', 'group-joined');
  if (evidence === undefined) return [];
  return [
    finding({
      kind: 'policies-changed',
      sentence: `${counted(effects.length, 'change')} of policies or groups, of ${namesInWords(effects.map((effect) => (effect.kind === 'group-joined' ? effect.userName : effect.holder.name)))}.`,
      direction: 'suspicious',
      confidence: 'medium',
      evidence,
      techniques: ['T1098.003'],
    }),
  ];
};
