import type { AccountId, Instant } from '../../model/ids.ts';
import { eventRefKey, type EventRef } from '../../model/trail-event.ts';
import { actorKey } from '../../cloudtrail/actor.ts';
import { attribute, type FindMinting } from '../attribution.ts';
import type { Asking } from '../evidence-ports.ts';
import { lookupCost, lookupPermission } from '../lookup-events.ts';
import { seenEvent, type SeenEvent } from '../seen-event.ts';
import { sealEvidence, type EvidenceOf } from './evidence-content.ts';
import type { EvidenceSource, GatheringPorts, Look } from './evidence-source.ts';
import type { EvidencePivot } from './evidence-pivot.ts';
import { followed } from './followed.ts';
import { ReadableEvents } from './readable-events.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { instantAfter } from '../../model/instant.ts';
import { hourMs } from '../../model/duration.ts';

/** The record of the minting call and the session's own begin are a second apart at most; clocks are not AWS's alone. */
const aroundMs = 10_000;
/** The longest session that AWS gives: GetSessionToken's 36 h. */
const longestSessionMs = 36 * hourMs;
const mintingLimit = 20_000;

/** Evidence: who is behind the credential of a call, hop by hop. */
export const attribution: EvidenceSource<Extract<EvidencePivot, { kind: 'call' }>> = {
  kind: 'attribution',
  permissions: [lookupPermission],
  // A hop where the session's beginning is known; more are rare, and the budget counts what is asked.
  cost: (regions) => lookupCost('minting', regions),

  /** One call for each credential: following it once is enough. */
  pivots({ calls }) {
    const confirmed = calls.filter(({ unconfirmed }) => unconfirmed === undefined);
    const credentials = followed('credentials', confirmed, (call) => call.accessKeyId ?? actorKey(call.actor));
    // How many are not followed is said by their activity.
    return { pivots: credentials.followed.map(({ ref }) => ({ kind: 'call', ref })), notFollowed: [] };
  },

  async gather({ ref }, look, ports) {
    const [found] = await ports.archive.events([ref]);
    if (found === undefined) throw new NotInStoreError(ref);
    return await whoIsBehind(seenEvent(found), look, ports);
  },
};

/** A call that was in the event store a moment ago: it has been kept for long enough, and was pruned. */
export class NotInStoreError extends TrailhoundError {
  override readonly name = 'NotInStoreError';
  override readonly code = 'not-in-store';
  constructor(ref: EventRef) {
    super(`event ${eventRefKey(ref)} is not in the event store any more`, {
      remedy: 'keep events for longer than cases wait (`collection.keep_events`), or import the recording that has it',
    });
  }
}

async function whoIsBehind(event: SeenEvent, look: Look, sources: GatheringPorts): Promise<EvidenceOf<'attribution'>> {
  const unread: string[] = [];
  const readable = new ReadableEvents();
  const findMinting: FindMinting = async (accountId, around) => {
    const span = mintingSpan(around, event.at);
    const stored = await sources.archive.find({ kind: 'minting', accountId }, span, mintingLimit);
    if (stored.more) unread.push(`Only the latest ${mintingLimit} calls that hand out sessions were looked at.`);
    const older = await olderMinting(accountId, span, look.asking, sources);
    if (older.why !== null) unread.push(older.why);
    // A made-up minting would lead to whomever its author wanted.
    const minting = [...stored.events, ...older.events].filter(({ unconfirmed }) => unconfirmed === undefined);
    return readable.read(minting);
  };
  const content = await attribute(event, findMinting);
  unread.push(...readable.unreadableInWords());
  const unsure = content.end === 'unprovable' && unread.length > 0;
  return sealEvidence({
    kind: 'attribution',
    source: 'CloudTrail records',
    takenAt: look.at,
    content,
    availability: unsure ? 'partial' : 'complete',
    why: unsure ? [...new Set(unread)].join(' ') : undefined,
  });
}

function mintingSpan(around: Instant | null, usedAt: Instant): { readonly from: Instant; readonly to: Instant } {
  if (around === null) return { from: instantAfter(usedAt, -longestSessionMs), to: usedAt };
  return { from: instantAfter(around, -aroundMs), to: instantAfter(around, aroundMs) };
}

async function olderMinting(
  accountId: AccountId,
  span: { readonly from: Instant; readonly to: Instant },
  asking: Asking,
  { archive, lookup }: GatheringPorts,
) {
  const { coveredFrom } = await archive.reach(accountId, span);
  if (coveredFrom !== null && Date.parse(coveredFrom) <= Date.parse(span.from)) return { events: [], why: null };
  const reading = await lookup?.lookUp({ kind: 'minting', accountId }, span, asking);
  if (reading?.kind === 'read') return { events: reading.events, why: reading.notAsked ?? null };
  return {
    events: [],
    why:
      reading?.why ??
      (coveredFrom === null
        ? `Nobody has read the trail of account ${accountId} here: only what was imported is known.`
        : `What happened before ${coveredFrom} has not been read.`),
  };
}
