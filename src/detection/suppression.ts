import { type EventRef, eventRefKey } from '../model/trail-event.ts';
import type { EventFields, FieldTable } from './fields/event-fields.ts';
import type { AlertSuppression } from './rule-file/rule-file.ts';
import type { AlertDraft, DetectionEvent } from './rule-type.ts';

/** Knows which alerts of a rule are suppressed: those that follow another with the same values within the rule's duration. */
export interface Suppression {
  /** The values by which an event is grouped; `null` where it lacks one and the rule does not suppress such. */
  groupOf(event: DetectionEvent): string | null;
  /** Remembers an event's group, for alerts that rest on it. */
  note(ref: EventRef, group: string | null): void;
  /** For each alert, in event-time order, whether an earlier one stands for it. */
  judge(drafts: readonly AlertDraft[]): readonly boolean[];
}

/** @param executionMs how much event time one execution of the rule covers: the duration where the rule states none. */
export function createSuppression(suppression: AlertSuppression, executionMs: number, fields: FieldTable): Suppression {
  const slots = suppression.groupBy.map((path) => fields.slotOf(path));
  const durationMs = suppression.durationMs ?? executionMs;
  const groups = new Map<string, string | null>();
  return {
    groupOf: ({ fields: event }) => groupOf(event, slots, suppression.missingFields),
    note: (ref, group) => groups.set(eventRefKey(ref), group),
    judge(drafts) {
      const openUntilMs = new Map<string, number>();
      return drafts.map(({ anchor, eventTimeMs }) => {
        const group = groups.get(eventRefKey(anchor)) ?? null;
        if (group === null) return false;
        if (eventTimeMs < (openUntilMs.get(group) ?? Number.NEGATIVE_INFINITY)) return true;
        openUntilMs.set(group, eventTimeMs + durationMs);
        return false;
      });
    },
  };
}

/** `null` where the event lacks a field and the rule does not suppress such. */
function groupOf(
  event: EventFields,
  slots: readonly number[],
  missing: AlertSuppression['missingFields'],
): string | null {
  const values = slots.map((slot) => event.values(slot).map(String));
  if (missing === 'doNotSuppress' && values.some((list) => list.length === 0)) return null;
  return JSON.stringify(values);
}
