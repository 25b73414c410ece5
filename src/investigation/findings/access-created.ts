import type { EffectOf } from '../effects/effect.ts';
import { finding, namesInWords, ownEffects, type FindingRule } from './finding-rule.ts';

type AccessEffect = EffectOf<'key-created' | 'user-created' | 'password-set' | 'role-created' | 'trust-changed'>;

/** The actor made keys, users, passwords or roles: ways back in that stay when its own key is gone. */
export const accessCreated: FindingRule = (context) => {
  const kinds = ['key-created', 'user-created', 'password-set', 'role-created', 'trust-changed'] as const;
  const { effects, evidence } = ownEffects(context, ...kinds);
  if (evidence === undefined) return [];
  return [
    finding({
      kind: 'access-created',
      sentence: `Ways back in were made: ${namesInWords(effects.map(inWords))}.`,
      direction: 'suspicious',
      confidence: 'high',
      evidence,
      techniques: ['T1098.001', 'T1136.003'],
    }),
  ];
};

function inWords(effect: AccessEffect): string {
  switch (effect.kind) {
    case 'key-created':
      return `access key ${effect.accessKeyId} of ${effect.userName}`;
    case 'user-created':
      return `user ${effect.userName}`;
    case 'password-set':
      return `console password of ${effect.userName}`;
    case 'role-created':
      return `role ${effect.roleName}`;
    default:
      return `changed trust of role ${effect.roleName}`;
  }
}
