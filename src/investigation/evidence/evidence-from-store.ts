import type { Actor } from '../../model/actor.ts';
import type { Instant } from '../../model/ids.ts';
import type { NotKnownYet } from '../../model/plan.ts';
import type { Asking, EventArchive, EvidenceSpan } from '../evidence-ports.ts';
import type { ClaimedAlert } from './alert-events-content.ts';
import { caseSubject, lookedIntoFrom } from './case-subject.ts';
import { evidenceOf, type GatheredEvidence } from './evidence-content.ts';
import { notGathered, piecesFromStore, sourceOf } from './evidence-sources.ts';
import type { GatheringPorts, Look } from './evidence-source.ts';
import { suspectedUsers } from './suspected-users.ts';

/** A look at what the store has of a case. */
export interface LookIntoStore {
  readonly alerts: readonly ClaimedAlert[];
  readonly at: Instant;
  readonly lookBackMs: number;
}

/**
 * What the alerts are about and who is behind it, as far as the store has it: AWS is not asked. What cannot be gathered is evidence too,
 * for it is tried again when AWS is.
 */
export async function evidenceFromStore(
  actor: Actor,
  { at, lookBackMs, ...about }: LookIntoStore,
  { archive, isPassing }: { readonly archive: EventArchive; readonly isPassing: (error: unknown) => boolean },
): Promise<readonly GatheredEvidence[]> {
  const ports: GatheringPorts = {
    archive,
    identities: { userState: () => Promise.reject(new Error('IAM is not asked')) },
  };
  const evidence: GatheredEvidence[] = [];
  for (let row = 0, last = false; !last; row += 1) {
    const subject = caseSubject(actor, evidence);
    const next = piecesFromStore(row, subject);
    const span = { from: lookedIntoFrom(subject, at, lookBackMs), to: at };
    const look: Look = { ...about, span, at, asking: nothingIsAsked };
    for (const piece of next.pieces) {
      const gathered = await sourceOf(piece)
        .gather(piece.pivot, look, ports)
        .catch((error: unknown) => {
          if (isPassing(error)) throw error;
          return notGathered(piece, error, at);
        });
      evidence.push(gathered);
    }
    last = next.last;
  }
  return evidence;
}

/** What a plan cannot know before AWS was asked, by what was gathered and what earlier looks have brought. */
export async function notKnownYet(
  actor: Actor,
  evidence: readonly GatheredEvidence[],
  { at, lookBackMs }: Pick<LookIntoStore, 'at' | 'lookBackMs'>,
  archive: EventArchive,
): Promise<readonly NotKnownYet[]> {
  const subject = caseSubject(actor, evidence);
  const span = { from: lookedIntoFrom(subject, at, lookBackMs), to: at };
  const shown = new Set(
    evidenceOf(evidence, 'user-state').map(({ content }) => `${content.accountId}/${content.userName}`),
  );
  const users = suspectedUsers(subject).followed.filter(({ accountId, name }) => !shown.has(`${accountId}/${name}`));
  const unread = await unreadBefore(subject.accountId, evidence, span, archive);
  return [
    ...(users.length === 0 ? [] : [{ kind: 'identity-state', users: users.length } as const]),
    ...(unread === undefined ? [] : [{ kind: 'older-events', before: unread } as const]),
  ];
}

/** From when on the store has the account's events, where that is too late and LookupEvents was not asked. */
async function unreadBefore(
  accountId: ReturnType<typeof caseSubject>['accountId'],
  evidence: readonly GatheredEvidence[],
  span: EvidenceSpan,
  archive: EventArchive,
) {
  const asked = evidenceOf(evidence, 'access-key-activity', 'user-activity', 'session-activity').length > 0;
  if (accountId === null || asked) return undefined;
  const { coveredFrom } = await archive.reach(accountId, span);
  return coveredFrom !== null && Date.parse(coveredFrom) <= Date.parse(span.from) ? undefined : coveredFrom;
}

const nothingIsAsked: Asking = {
  budget: 0,
  spend: async () => false,
  known: async () => null,
  keep: async () => undefined,
};
