import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { Actor } from '../../model/actor.ts';
import type { Finding } from '../../model/finding.ts';
import type { Digest } from '../../model/ids.ts';
import type { Effect, EffectKind, EffectOf } from '../effects/effect.ts';
import type { ActivityKind } from '../evidence/activity.ts';
import { evidenceOf, type EvidenceOf, type GatheredEvidence } from '../evidence/evidence-content.ts';
import { plainText } from '../../model/safe-text.ts';

/** What findings are drawn from. */
export interface FindingContext {
  readonly actor: Actor;
  readonly evidence: readonly GatheredEvidence[];
}

/** Draws conclusions of one kind; pure. A new kind of finding is a new file with one of these. */
export type FindingRule = (context: FindingContext) => readonly Finding[];

/** A finding with its ID, made of its kind and sentence: the same conclusion again is the same finding. */
export function finding(content: Omit<Finding, 'id'>): Finding {
  return { id: canonicalDigest({ kind: content.kind, sentence: content.sentence }), ...content };
}

/** Digests of evidence as a finding needs them: at least one. */
export function restingOn(evidence: readonly { readonly digest: Digest }[]): Finding['evidence'] | undefined {
  const [first, ...rest] = [...new Set(evidence.map((each) => each.digest))];
  return first === undefined ? undefined : [first, ...rest];
}

/** What the actor's own credentials did: by key, user and session, not by address, which others share. */
export function ownActivity(
  context: FindingContext,
): readonly EvidenceOf<Exclude<ActivityKind, 'source-address-activity'>>[] {
  return evidenceOf(context.evidence, 'access-key-activity', 'user-activity', 'session-activity');
}

/** A few names for a sentence, stripped and bounded; the rest is counted. */
export function namesInWords(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  const shown = distinct.slice(0, 3).map((name) => plainText(name, 64));
  const rest = distinct.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** `1 secret`, `2 secrets`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The effects of some kinds that the actor's own calls had, each call once, and the evidence that shows them. */
export function ownEffects<K extends EffectKind>(context: FindingContext, ...kinds: readonly K[]) {
  const wanted: ReadonlySet<string> = new Set(kinds);
  const isWanted = (effect: Effect): effect is EffectOf<K> => wanted.has(effect.kind);
  const shownBy = ownActivity(context).filter(({ content }) =>
    content.effects.some(({ effects }) => effects.some(isWanted)),
  );
  const calls = shownBy.flatMap(({ content }) => content.effects);
  const byEvent = new Map(calls.map(({ ref, effects }) => [ref.eventId, effects.filter(isWanted)]));
  return { effects: [...byEvent.values()].flat(), evidence: restingOn(shownBy) };
}
