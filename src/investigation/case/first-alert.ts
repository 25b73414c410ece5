import type { CaseMaterial } from './case-material.ts';
import { dayMs } from '../../model/duration.ts';

/** Older than the intrusion: what is as young may be the intruder's own. */
export const oldEnoughMs = dayMs;

/** When the first call was made that a case's alerts rest on; later than anything where none is known. */
export function firstAlertMs({ alerts, events }: Pick<CaseMaterial, 'alerts' | 'events'>): number {
  const alerted = new Set(alerts.flatMap(({ eventRefs }) => eventRefs.map(({ eventId }) => eventId)));
  return Math.min(...events.filter(({ ref }) => alerted.has(ref.eventId)).map(({ at }) => Date.parse(at)));
}
