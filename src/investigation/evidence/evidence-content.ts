import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Instant } from '../../model/ids.ts';
import { wellFormed } from '../../model/well-formed.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import type { TracedAttribution } from '../attribution.ts';
import type { UserState } from '../evidence-ports.ts';
import type { ActivityContent } from './activity-summary.ts';
import type { AlertEventsContent } from './alert-events-content.ts';
import type { EvidencePivot } from './evidence-pivot.ts';
import type { NotFollowed } from './followed.ts';

/** What each kind of evidence holds. A new kind is a line here and a file beside this one. */
export interface EvidenceContents {
  readonly 'alert-events': AlertEventsContent;
  readonly attribution: TracedAttribution;
  readonly 'access-key-activity': ActivityContent;
  readonly 'user-activity': ActivityContent;
  readonly 'session-activity': ActivityContent;
  readonly 'source-address-activity': ActivityContent;
  readonly 'not-followed': readonly NotFollowed[];
  readonly 'not-asked': NotAsked;
  readonly 'not-gathered': NotGathered;
  readonly 'user-state': UserState & { readonly accountId: string; readonly userName: string };
}

/** What a look left out because its budget of requests was spent. */
export interface NotAsked {
  readonly budget: number;
  readonly asked: number;
  /** Pieces that were gathered without asking AWS for all of it. */
  readonly pieces: number;
}

/** A piece that could not be gathered, whatever was tried. */
export interface NotGathered {
  readonly of: string;
  readonly pivot: EvidencePivot;
  readonly because: string;
}

export type EvidenceKind = keyof EvidenceContents;

/** Evidence of one kind with its content. */
export type EvidenceOf<K extends EvidenceKind> = Evidence & { readonly kind: K; readonly content: EvidenceContents[K] };

/** Evidence of any kind, told apart by `kind`. */
export type GatheredEvidence = { [K in EvidenceKind]: EvidenceOf<K> }[EvidenceKind];

interface Sight<K extends EvidenceKind> extends Pick<Evidence, 'source' | 'availability'> {
  readonly kind: K;
  readonly content: EvidenceContents[K];
  readonly takenAt: Instant;
  readonly why?: string | undefined;
}

/** No piece of evidence is larger, in bytes of JSON; what each source keeps is bounded far below it. */
const mostBytes = 8 * 1024 * 1024;

/** A piece that would fill the store: the case goes on without it, and says so. */
export class EvidenceTooLargeError extends TrailhoundError {
  override readonly name = 'EvidenceTooLargeError';
  override readonly code = 'evidence-too-large';
  constructor(kind: EvidenceKind, bytes: number) {
    super(`evidence of kind ${kind} would have ${bytes} bytes; no piece has more than ${mostBytes}`, {
      remedy: 'look at the records themselves: `trailhound events search`',
    });
  }
}

/**
 * Seals a piece of evidence: its digest is over everything but the time, so that the same sight twice is one.
 *
 * @throws EvidenceTooLargeError
 */
export function sealEvidence<K extends EvidenceKind>(sight: Sight<K>): EvidenceOf<K> {
  const { takenAt, why, ...rest } = sight;
  // Events that were stored by an earlier version may hold what is no text.
  const named = wellFormed(why === undefined ? rest : { ...rest, why });
  const bytes = Buffer.byteLength(JSON.stringify(named));
  if (bytes > mostBytes) throw new EvidenceTooLargeError(sight.kind, bytes);
  return { ...named, takenAt, digest: canonicalDigest(named) };
}

/** The pieces of some kinds. */
export function evidenceOf<K extends EvidenceKind>(
  evidence: readonly GatheredEvidence[],
  ...kinds: readonly K[]
): readonly EvidenceOf<K>[] {
  const wanted: ReadonlySet<string> = new Set(kinds);
  return evidence.filter((each): each is EvidenceOf<K> & GatheredEvidence => wanted.has(each.kind));
}
