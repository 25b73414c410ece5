import { finding, namesInWords, ownEffects, type FindingRule } from './finding-rule.ts';

/** The actor stopped or thinned out a trail: what came after may be missing. */
export const trailWeakened: FindingRule = (context) => {
  const { effects, evidence } = ownEffects(context, 'watching-weakened');
  if (evidence === undefined) return [];
  return [
    finding({
      kind: 'trail-weakened',
      sentence: `Trails were stopped, deleted or narrowed: ${namesInWords(effects.map((effect) => effect.name))}. LookupEvents does not depend on them.`,
      direction: 'suspicious',
      confidence: 'high',
      evidence,
      techniques: ['T1562.008'],
    }),
  ];
};
