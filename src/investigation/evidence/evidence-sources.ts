import { sealEvidence, type GatheredEvidence } from './evidence-content.ts';
import { alertEvents } from './alert-events.ts';
import { accessKeyActivity } from './access-key-activity.ts';
import type { CaseSubject, EvidenceSource } from './evidence-source.ts';
import type { EvidencePivot } from './evidence-pivot.ts';
import { sessionActivity } from './session-activity.ts';
import { sourceAddressActivity } from './source-address-activity.ts';
import { userActivity } from './user-activity.ts';
import { userState } from './user-state.ts';
import { attribution } from './who-is-behind.ts';
import type { Instant } from '../../model/ids.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { counted } from '../../model/counted.ts';

/**
 * All sources of evidence. Those of a row find their pivots in what the rows before have brought: first what the alerts are about, then
 * who is behind it, then what else they did and how they stand.
 */
const storeRows: readonly (readonly EvidenceSource[])[] = [[alertEvents], [attribution]];
const rows: readonly (readonly EvidenceSource[])[] = [
  ...storeRows,
  [userState, accessKeyActivity, userActivity, sessionActivity, sourceAddressActivity],
];

/** Sources, in the order in which they are asked. */
export const evidenceSources: readonly EvidenceSource[] = rows.flat();

/** A piece of evidence that is to be gathered. */
export interface EvidencePiece {
  readonly source: EvidenceSource['kind'];
  readonly pivot: EvidencePivot;
}

/** What is to be gathered next of a case. */
export interface NextPieces {
  readonly pieces: readonly EvidencePiece[];
  /** Nothing follows from what these pieces bring. */
  readonly last: boolean;
}

/** The pieces of a case's row of sources, from what is known of it. */
export function piecesOf(row: number, subject: CaseSubject): NextPieces {
  return piecesIn(rows, row, subject);
}

/** {@link piecesOf} what a plan can be made of before AWS is asked: what was done is assessed from the events themselves. */
export function piecesFromStore(row: number, subject: CaseSubject): NextPieces {
  return piecesIn(storeRows, row, subject);
}

function piecesIn(rows: readonly (readonly EvidenceSource[])[], row: number, subject: CaseSubject): NextPieces {
  const sources = rows[row] ?? [];
  const pieces = sources.flatMap((source) =>
    source.pivots(subject).pivots.map((pivot): EvidencePiece => ({ source: source.kind, pivot })),
  );
  return { pieces, last: row >= rows.length - 1 };
}

/** @throws UnknownSourceError where this version has no such source: the workflow was led by another. */
export function sourceOf({ source }: EvidencePiece): EvidenceSource {
  const known = evidenceSources.find(({ kind }) => kind === source);
  if (known === undefined) throw new UnknownSourceError(source);
  return known;
}

export class UnknownSourceError extends TrailhoundError {
  override readonly name = 'UnknownSourceError';
  override readonly code = 'unknown-source';
  constructor(source: string) {
    super(`this version has no source of evidence that is called ${source}`, {
      remedy: 'run workers of one version: another one began to gather for this case',
    });
  }
}

/** What a case has more of than is followed is evidence too: a person must know what nobody has looked at. */
export function notFollowed(subject: CaseSubject, takenAt: Instant): readonly GatheredEvidence[] {
  const content = evidenceSources.flatMap((source) => source.pivots(subject).notFollowed);
  if (content.length === 0) return [];
  const counts = content.map(({ what, count }) => `${count} more ${what}`).join(', ');
  return [
    sealEvidence({
      kind: 'not-followed',
      source: 'the case itself',
      takenAt,
      content,
      availability: 'partial',
      why: `${counts} were not followed.`,
    }),
  ];
}

/** A look that left something out, so as not to take more of AWS's requests than it may, says so. */
export function notAskedFor(
  spent: { readonly budget: number; readonly asked: number; readonly pieces: number },
  takenAt: Instant,
): readonly GatheredEvidence[] {
  if (spent.pieces === 0) return [];
  return [
    sealEvidence({
      kind: 'not-asked',
      source: 'the case itself',
      takenAt,
      content: spent,
      availability: 'partial',
      why: `AWS was not asked for all of ${counted(spent.pieces, 'piece')} of evidence: the budget of ${counted(spent.budget, 'request')} for this look was spent.`,
    }),
  ];
}

/** What stands in the place of a piece that cannot be gathered, so that the case goes on and says so. */
export function notGathered(piece: EvidencePiece, error: unknown, takenAt: Instant): GatheredEvidence {
  const because = error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : 'unknown';
  return sealEvidence({
    kind: 'not-gathered',
    source: 'the case itself',
    takenAt,
    content: { of: piece.source, pivot: piece.pivot, because },
    availability: 'unavailable',
    why: `The ${piece.source} could not be gathered: ${because}`,
  });
}
