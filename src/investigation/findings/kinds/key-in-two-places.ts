import { dayMs } from '../../../model/duration.ts';
import { plainText, safe } from '../../../model/safe-text.ts';
import { isIpAddress } from '../../../cloudtrail/ip-address.ts';
import type { SeenEvent } from '../../seen-event.ts';
import type { FindingKind } from '../case-finding.ts';
import { suspicious } from '../drawing.ts';

/**
 * One key from A, then B, then A again within a day, with other clients, and B never seen before: its owner goes on with it
 * while somebody else has it. Two networks of one name, and addresses of AWS's services, are no two places.
 */
export const keyInTwoPlaces: FindingKind = (ground) => {
  const byKey = Map.groupBy(
    ground.calls.all.filter(({ accessKeyId }) => accessKeyId !== undefined),
    ({ accessKeyId }) => accessKeyId ?? '',
  );
  const suspected = new Set(ground.calls.calls.map(({ accessKeyId }) => accessKeyId));
  return [...byKey].flatMap(([accessKeyId, events]) => {
    if (!suspected.has(accessKeyId)) return [];
    const seen = sandwich(events.filter(hasPlace));
    if (seen === null) return [];
    const [before, between, after] = seen;
    return suspicious({
      kind: 'key-in-two-places',
      sentence: safe`Key ${plainText(accessKeyId)} is in two places: ${plainText(before.sourceAddress ?? '')} goes on using it while ${plainText(between.sourceAddress ?? '')}, never seen before, uses it too.`,
      confidence: 'high',
      techniques: ['T1078.004'],
      facts: { accessKeyId, owner: before.sourceAddress ?? '', other: between.sourceAddress ?? '', at: between.at },
      events: [before, between, after],
    });
  });
};

function hasPlace({ sourceAddress }: SeenEvent): boolean {
  return sourceAddress !== undefined && isIpAddress(sourceAddress);
}

function sandwich(events: readonly SeenEvent[]): readonly [SeenEvent, SeenEvent, SeenEvent] | null {
  for (const [index, between] of events.entries()) {
    if (index !== events.findIndex(({ sourceAddress }) => sourceAddress === between.sourceAddress)) continue;
    function isOther(event: SeenEvent) {
      return (
        event.sourceAddress !== between.sourceAddress &&
        event.userAgent !== between.userAgent &&
        (event.sourcePlace === undefined || event.sourcePlace !== between.sourcePlace) &&
        Math.abs(Date.parse(event.at) - Date.parse(between.at)) <= dayMs
      );
    }
    const before = events.slice(0, index).findLast(isOther);
    const after = events
      .slice(index + 1)
      .find((event) => isOther(event) && event.sourceAddress === before?.sourceAddress);
    if (before !== undefined && after !== undefined) return [before, between, after];
  }
  return null;
}
