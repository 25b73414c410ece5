import type { JsonObject } from '../../model/json.ts';
import type { SafeText } from '../../model/safe-text.ts';
import type { EventRef } from '../../model/trail-event.ts';
import type { WayIn } from '../../model/way-in.ts';
import type { CaseCalls } from '../case/case-calls.ts';
import type { CaseEffects } from '../case/case-effects.ts';
import type { CaseMaterial } from '../case/case-material.ts';

/** A conclusion about a case: its facts as data, and the events that prove it. Its sentence is made of the facts by code. */
export interface CaseFinding {
  readonly kind: string;
  readonly sentence: SafeText;
  readonly direction: 'suspicious' | 'benign';
  readonly confidence: 'low' | 'medium' | 'high';
  /** ATT&CK v19 technique IDs. */
  readonly techniques: readonly string[];
  /** Names as the log has them. */
  readonly facts: JsonObject;
  readonly proof: readonly EventRef[];
}

/** What conclusions are drawn from. */
export interface FindingGround {
  readonly material: CaseMaterial;
  readonly calls: CaseCalls;
  readonly effects: CaseEffects;
  readonly waysIn: readonly WayIn[];
}

/** Draws conclusions of one kind; pure. A new kind of finding is a new file with one of these. */
export type FindingKind = (ground: FindingGround) => readonly CaseFinding[];
