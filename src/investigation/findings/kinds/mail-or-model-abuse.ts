import { safe } from '../../../model/safe-text.ts';
import { isLongTermKey } from '../../attribution.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';
import { habitDays } from '../../habits/habit-days.ts';
import { daysIn, habitOf } from '../habit.ts';

/** Mail sending or AI models that the account pays for, prepared or used by an identity that never did. */
export const mailOrModelAbuse: FindingKind = (ground) => {
  const usual = habitOf(ground);
  function isUsual(kind: 'mail-prepared' | 'model-used') {
    return daysIn(usual.filter(({ effects }) => effects.some((effect) => effect.kind === kind))) >= habitDays;
  }
  const mail = isUsual('mail-prepared') ? [] : drawnFrom(ground, 'mail-prepared').found;
  const models = isUsual('model-used') ? [] : drawnFrom(ground, 'model-used').found;
  const byKey = models.some(({ event }) => event.accessKeyId !== undefined && isLongTermKey(event.accessKeyId));
  return suspicious({
    kind: 'mail-or-model-abuse',
    sentence: safe`${mail.length > 0 ? safe`Mail sending was prepared or used: ${inWords(mail.map(({ effect }) => effect.what))}. ` : safe``}${models.length > 0 ? safe`AI models were set up or used: ${inWords(models.map(({ effect }) => `${effect.model} (${effect.what})`))}${byKey ? safe`, with a long-term key` : safe``}.` : safe``}`,
    confidence: byKey || mail.length > 0 ? 'medium' : 'low',
    techniques: ['T1496.004'],
    facts: {
      mail: mail.map(({ effect }) => ({ what: effect.what, name: effect.name })),
      models: models.map(({ effect }) => ({ what: effect.what, model: effect.model })),
    },
    events: eventsOf([...mail, ...models]),
  });
};
