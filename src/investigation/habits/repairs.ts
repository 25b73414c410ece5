import type { FindingGround } from '../findings/case-finding.ts';
import type { SeenEvent } from '../seen-event.ts';
import { putBack, type PutBack } from '../ways-in/put-back.ts';

/**
 * Tells calls that do nothing but put back what somebody else had changed, or take away.
 *
 * @param least `perhaps` takes those too of which the trail does not say whether that is how it was
 */
export function repairs({ effects }: Pick<FindingGround, 'effects'>, least: PutBack): (event: SeenEvent) => boolean {
  const byEvent = Map.groupBy(effects.effects, ({ event }) => event);
  return (event) => {
    const left = byEvent.get(event) ?? [];
    return (
      left.length > 0 &&
      left.every((each) => {
        const repair = putBack(each, effects);
        return repair === 'proved' || (repair === 'perhaps' && least === 'perhaps');
      })
    );
  };
}
