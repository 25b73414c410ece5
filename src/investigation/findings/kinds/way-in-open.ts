import { safe, safeJoin } from '../../../model/safe-text.ts';
import type { WayIn } from '../../../model/way-in.ts';
import { wayInWords } from '../../way-in-words.ts';
import type { FindingKind } from '../case-finding.ts';
import { suspicious } from '../drawing.ts';
import { counted, forNumber } from '../../../model/counted.ts';

/** What the case itself began with is what it is about; this is what it made besides, so that it can come back. */
export const wayInOpen: FindingKind = ({ waysIn, material }) => {
  const open = waysIn.filter(({ state, origin }) => state === 'open' && origin === 'made');
  const shown = open.slice(0, 3).map((each) => wayInWords(each).sentence);
  const more = open.length - shown.length;
  return suspicious({
    kind: 'way-in-still-open',
    sentence: safe`${counted(open.length, 'way')} in that the case made or opened ${forNumber(open.length, 'is', 'are')} still there. ${safeJoin(shown, ' ')}${more > 0 ? safe` ${more} more ${forNumber(more, 'is', 'are')} there beside ${forNumber(open.length - more, 'it', 'them')}.` : safe``}`,
    confidence: 'high',
    techniques: techniquesOf(open),
    facts: { waysIn: open.map(({ id, what, until }) => ({ id, what: { ...what }, until })), asOf: material.now },
    events: open.flatMap(({ proof }) => proof.map((ref) => ({ ref }))),
  });
};

const techniqueOf: Readonly<Partial<Record<WayIn['what']['kind'], string>>> = {
  'access-key': 'T1098.001',
  'other-credential': 'T1098.001',
  password: 'T1098.001',
  user: 'T1136.003',
  role: 'T1136.003',
  grant: 'T1098.003',
  trust: 'T1098.003',
  provider: 'T1484.002',
  session: 'T1550.001',
  share: 'T1537',
  network: 'T1686.001',
};

function techniquesOf(waysIn: readonly WayIn[]): readonly string[] {
  return [...new Set(waysIn.flatMap(({ what }) => techniqueOf[what.kind] ?? []))].sort();
}
