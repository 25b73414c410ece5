import type { Correcting } from '../../model/correction-chain.ts';
import { eventRefKey } from '../../model/trail-event.ts';
import type { AlertId } from '../../model/ids.ts';
import { originNames } from '../offline/event-copies.ts';
import type { JudgedDraft } from './excepted-drafts.ts';
import type { AlertChange, StoredAlert } from './live-ports.ts';

type Anchored = Pick<StoredAlert, 'anchor' | 'corrects'>;
/** The ID of the event that an alert's anchor corrects in the end; left out where it corrects none. */
type OriginOf = (alert: Anchored) => string | undefined;

/** Follows what alerts are anchored at along corrections. */
export function alertOrigins(corrections: readonly Correcting[]): OriginOf {
  const originOf = originNames(corrections);
  return ({ anchor, corrects }) => {
    const origin = originOf(corrects === undefined ? anchor : { ...anchor, eventId: corrects });
    return origin === anchor.eventId ? undefined : origin;
  };
}

/** What an exception prevented says nothing about a copy of its event that the exception does not speak of. */
export function isKnownBy(
  draft: JudgedDraft,
  alert: Anchored & Pick<StoredAlert, 'status'>,
  originOf: OriginOf,
): boolean {
  const sameContent = eventRefKey(draft.anchor) === eventRefKey(alert.anchor);
  const speaksOfCopies = draft.exceptedBy !== null || alert.status.kind !== 'excepted';
  return sameContent || (speaksOfCopies && originKey(draft, originOf) === originKey(alert, originOf));
}

function originKey(alert: Anchored, originOf: OriginOf): string {
  return `${alert.anchor.accountId}/${originOf(alert) ?? alert.anchor.eventId}`;
}

/** What new links of a chain of corrections show of alerts that are stored. */
export interface JoinedAlerts {
  /** They correct something else, in the end, than was known of them. */
  readonly learnt: readonly { readonly id: AlertId; readonly corrects: string }[];
  /** Another alert turns out to be of the same event. */
  readonly ended: readonly { readonly alert: StoredAlert; readonly change: AlertChange }[];
}

/** Of alerts that turn out to be of one event, that of the event itself stays, else the first by time. */
export function joinedAlerts(alerts: readonly StoredAlert[], originOf: OriginOf): JoinedAlerts {
  const learnt = alerts.flatMap((alert) => {
    const corrects = originOf(alert);
    return corrects === undefined || corrects === alert.corrects ? [] : [{ id: alert.id, corrects }];
  });
  const standing = alerts.filter(({ status }) => status.kind === 'live');
  const ended = [...Map.groupBy(standing, (alert) => originKey(alert, originOf)).values()].flatMap((alike) => {
    const [kept, ...others] = alike.toSorted(
      (a, b) => Number(originOf(a) !== undefined) - Number(originOf(b) !== undefined) || byTime(a, b),
    );
    return others.map((alert) => ({ alert, change: supersededBy(alert, kept) }));
  });
  return { learnt, ended };
}

function byTime(a: StoredAlert, b: StoredAlert): number {
  return a.eventTimeMs - b.eventTimeMs || (a.anchor.eventId < b.anchor.eventId ? -1 : 1);
}

function supersededBy({ id, eventRefs, detail }: StoredAlert, by: StoredAlert | undefined): AlertChange {
  return { id, eventRefs, detail, status: { kind: 'superseded', by: by?.id ?? null }, late: true };
}
