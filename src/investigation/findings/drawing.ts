import type { JsonObject } from '../../model/json.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { eventRefKey, type EventRef } from '../../model/trail-event.ts';
import { effectsOfKind, type CaseEffect } from '../case-effects.ts';
import type { EffectKind, EffectOf } from '../effects/effect.ts';
import type { SeenEvent } from '../seen-event.ts';
import type { CaseFinding, FindingGround } from './case-finding.ts';

/** More proof than this proves nothing more; the timeline has all. */
const proofLimit = 100;

interface Drawn {
  readonly kind: string;
  readonly sentence: SafeText;
  readonly confidence: CaseFinding['confidence'];
  readonly techniques: readonly string[];
  readonly facts: JsonObject;
  readonly events: readonly { readonly ref: EventRef }[];
}

/** A suspicious conclusion, where there are events that prove it. */
export function suspicious(drawn: Drawn): readonly CaseFinding[] {
  return conclusion('suspicious', drawn);
}

/** An explanation that is shown beside, and closes nothing by itself. */
export function benign(drawn: Drawn): readonly CaseFinding[] {
  return conclusion('benign', drawn);
}

function conclusion(direction: CaseFinding['direction'], { events, ...said }: Drawn): readonly CaseFinding[] {
  const proof = [...new Map(events.map(({ ref }) => [eventRefKey(ref), ref])).values()].slice(0, proofLimit);
  return proof.length === 0 ? [] : [{ ...said, direction, proof }];
}

/** The effects of some kinds, and the events that had them. */
export function drawnFrom<K extends EffectKind>({ effects }: FindingGround, ...kinds: readonly K[]) {
  const found = effectsOfKind(effects.effects, ...kinds);
  return { found, events: eventsOf(found) };
}

export function eventsOf(effects: readonly CaseEffect[]): readonly SeenEvent[] {
  return [...new Set(effects.map(({ event }) => event))];
}

export function effectsIn<K extends EffectKind>(found: readonly CaseEffect<EffectOf<K>>[]): readonly EffectOf<K>[] {
  return found.map(({ effect }) => effect);
}

export function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** A few names for a sentence, made safe and bounded; the rest is counted. */
export function inWords(names: readonly string[], shown = 4): SafeText {
  const all = distinct(names);
  const listed = all.slice(0, shown).map((name) => plainText(brief(name), 64));
  const [first = safe``, ...others] = listed;
  const text = others.reduce((said, name) => safe`${said}, ${name}`, first);
  const rest = all.length - listed.length;
  return rest > 0 ? safe`${text} and ${rest} more` : text;
}

/** The resource's part of an ARN: the beginnings of ARNs are all alike. */
function brief(name: string): string {
  return name.replaceAll(/arn:aws[\w-]*:[\w-]*:[\w-]*:[\d*]*:/g, '');
}

/** `1 secret`, `2 secrets`. */
export function counted(count: number, noun: string): SafeText {
  return safe`${count} ${plainText(count === 1 ? noun : `${noun}s`)}`;
}

/** Calls by the case's identities, and before the case began: what is usual for them. */
export function habitOf({ calls, material }: FindingGround): readonly SeenEvent[] {
  const acting = new Set(material.identities.filter(({ role }) => role === 'suspect').map(({ id }) => id));
  const firstAlert = firstAlertMs(material.alerts, calls.all);
  return calls.all.filter((event) => Date.parse(event.at) < firstAlert && event.callers.some((id) => acting.has(id)));
}

function firstAlertMs(alerts: FindingGround['material']['alerts'], all: readonly SeenEvent[]): number {
  const alerted = new Set(alerts.flatMap(({ eventRefs }) => eventRefs.map(({ eventId }) => eventId)));
  return Math.min(...all.filter(({ ref }) => alerted.has(ref.eventId)).map(({ at }) => Date.parse(at)));
}

/** The events that the case's alerts are about. */
export function alertedEvents({ material, calls }: FindingGround): readonly SeenEvent[] {
  const alerted = new Set(material.alerts.flatMap(({ eventRefs }) => eventRefs.map(({ eventId }) => eventId)));
  return calls.all.filter(({ ref }) => alerted.has(ref.eventId));
}

/** On how many days, in UTC. */
export function daysIn(events: readonly SeenEvent[]): number {
  return new Set(events.map(({ at }) => at.slice(0, 10))).size;
}
