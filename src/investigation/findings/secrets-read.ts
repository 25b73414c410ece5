import { counted, finding, namesInWords, ownEffects, type FindingRule } from './finding-rule.ts';

/** The actor read secrets: whoever has them now has more than this actor's access. */
export const secretsRead: FindingRule = (context) => {
  const { effects, evidence } = ownEffects(context, 'secret-read');
  if (evidence === undefined) return [];
  const names = effects.flatMap((effect) => effect.names);
  return [
    finding({
      kind: 'secrets-read',
      sentence: `${counted(effects.length, 'read')} of secrets or parameters: ${namesInWords(names)}. Change what they hold.`,
      direction: 'suspicious',
      confidence: 'medium',
      evidence,
      techniques: ['T1555.006'],
    }),
  ];
};
