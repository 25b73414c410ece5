import type { JsonObject } from '../../model/json.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { eventRefKey, type EventRef } from '../../model/trail-event.ts';
import { effectsOfKind, type CaseEffect } from '../case/case-effects.ts';
import type { EffectKind } from '../effects/effect.ts';
import type { SeenEvent } from '../seen-event.ts';
import type { CaseFinding, FindingGround } from './case-finding.ts';
import { toldName } from '../effects/unrecorded.ts';

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

export function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** A few names for a sentence, made safe and bounded; the rest is counted. */
export function inWords(names: readonly string[], shown = 4): SafeText {
  const all = distinct(names);
  const listed = all.slice(0, shown).map((name) => plainText(toldName(briefArn(name)), 64));
  const [first = safe``, ...others] = listed;
  const text = others.reduce((said, name) => safe`${said}, ${name}`, first);
  const rest = all.length - listed.length;
  return rest > 0 ? safe`${text} and ${rest} more` : text;
}

/** Whom something lets in: somebody of an account with that account, for the same name may be anybody's. */
export function whoInWords(principal: string): string {
  if (principal === '*') return 'everybody';
  const [, accountId, name] = /^arn:aws[\w-]*:(?:iam|sts)::(\d{12}):(.+)$/u.exec(principal) ?? [];
  return accountId === undefined || name === 'root' || name?.includes('-provider/') === true
    ? principal
    : `${name} of account ${accountId}`;
}

/** AWS's own policies are known by their names. */
const managedPolicy = /arn:aws[\w-]*:iam::aws:policy\/(?:[\w-]+\/)*(?=[\w+=,.@-])/g;

/** The resource's part of an ARN: the beginnings of ARNs are all alike. The root of an account is that account. */
export function briefArn(name: string): string {
  const ofAccount = /^arn:aws[\w-]*:iam::(\d{12}):root$/.exec(name)?.[1];
  if (ofAccount !== undefined) return `account ${ofAccount}`;
  return name.replaceAll(managedPolicy, '').replaceAll(/arn:aws[\w-]*:[\w-]*:[\w-]*:[\d*]*:/g, '');
}
