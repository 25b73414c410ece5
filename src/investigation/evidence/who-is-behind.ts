import type { AccountId, Instant } from '../../model/ids.ts';
import { attribute, type FindMinting } from '../attribution.ts';
import type { EventArchive, TrailLookup } from '../evidence-ports.ts';
import { seenEvent, type SeenEvent } from '../seen-event.ts';
import { sealEvidence, type EvidenceOf } from './evidence-content.ts';

/** The record of the minting call and the session's own begin are a second apart at most; clocks are not AWS's alone. */
const aroundMs = 10_000;
/** The longest session that AWS gives: GetSessionToken's 36 h. */
const longestSessionMs = 36 * 3_600_000;
const mintingLimit = 20_000;

/** Evidence: who is behind the credential of an event, hop by hop. */
export async function whoIsBehind(
  event: SeenEvent,
  sources: { readonly archive: EventArchive; readonly lookup: TrailLookup | undefined },
  takenAt: Instant,
): Promise<EvidenceOf<'attribution'>> {
  const unread: string[] = [];
  const findMinting: FindMinting = async (accountId, around) => {
    const span = mintingSpan(around, event.at);
    const stored = await sources.archive.find({ kind: 'minting', accountId }, span, mintingLimit);
    if (stored.more) unread.push(`Only the latest ${mintingLimit} calls that hand out sessions were looked at.`);
    const older = await olderMinting(accountId, span, sources);
    if (older.why !== null) unread.push(older.why);
    // A made-up minting would lead to whomever its author wanted.
    const minting = [...stored.events, ...older.events].filter(({ unconfirmed }) => unconfirmed === undefined);
    return minting.map(seenEvent);
  };
  const content = await attribute(event, findMinting);
  const unsure = content.end === 'unprovable' && unread.length > 0;
  return sealEvidence({
    kind: 'attribution',
    source: 'CloudTrail records',
    takenAt,
    content,
    availability: unsure ? 'partial' : 'complete',
    why: unsure ? [...new Set(unread)].join(' ') : undefined,
  });
}

function mintingSpan(around: Instant | null, usedAt: Instant): { readonly from: Instant; readonly to: Instant } {
  if (around === null) return { from: shifted(usedAt, -longestSessionMs), to: usedAt };
  return { from: shifted(around, -aroundMs), to: shifted(around, aroundMs) };
}

async function olderMinting(
  accountId: AccountId,
  span: { readonly from: Instant; readonly to: Instant },
  { archive, lookup }: { readonly archive: EventArchive; readonly lookup: TrailLookup | undefined },
) {
  const { coveredFrom } = await archive.reach(accountId, span);
  if (coveredFrom !== null && Date.parse(coveredFrom) <= Date.parse(span.from)) return { events: [], why: null };
  const reading = await lookup?.lookUp({ kind: 'minting', accountId }, span);
  if (reading?.kind === 'read') return { events: reading.events, why: null };
  return {
    events: [],
    why: reading?.why ?? `Records from before ${coveredFrom ?? span.to} are not in the event store.`,
  };
}

function shifted(instant: Instant, byMs: number): Instant {
  return new Date(Date.parse(instant) + byMs).toISOString() as Instant;
}
