import { sightMaterial } from '../../src/investigation/case/case-sight.ts';
import type { CaseMaterial } from '../../src/investigation/case/case-material.ts';
import { evidenceOf, type GatheredEvidence } from '../../src/investigation/evidence/evidence-content.ts';
import { LinkGatherer, underOwnName } from '../../src/investigation/links/link-facts.ts';
import { LinksInMemory } from '../../src/investigation/links/link-index.ts';
import { seedOfEvent } from '../../src/cloudtrail/seed.ts';
import { walk } from '../../src/investigation/links/walk.ts';
import { seenEvent, type FoundEvent } from '../../src/investigation/seen-event.ts';
import type { Instant } from '../../src/model/ids.ts';

/** What a case about the calls of its alerts is assessed from, as the store would give it: the walk, and every event there is. */
export async function materialOf(
  events: readonly FoundEvent[],
  evidence: readonly GatheredEvidence[],
  now: Instant,
): Promise<CaseMaterial> {
  const alerts = evidenceOf(evidence, 'alert-events').flatMap(({ content }) => content.alerts);
  const alerted = new Set(alerts.flatMap(({ eventRefs }) => eventRefs.map(({ eventId }) => eventId)));
  const gatherer = new LinkGatherer();
  for (const event of events) gatherer.event(event);
  const { links, aliases, instanceSessions, identities } = gatherer.facts();
  const accounts = [...new Set(events.map(({ ref }) => ref.accountId))];
  const index = new LinksInMemory(
    links.map((link) => underOwnName(link, aliases)),
    { instanceSessions, watched: accounts },
  );
  const seeds = events
    .filter(({ ref, unconfirmed }) => alerted.has(ref.eventId) && unconfirmed === undefined)
    .map(({ ecs }) => seedOfEvent(ecs));
  return sightMaterial(
    {
      walk: await walk(seeds, index),
      identities: new Map(identities.map((each) => [each.id, each])),
      alerts,
      events: events.map(seenEvent),
      left: 0,
      unread: [],
      evidence,
      closures: [],
      acceptances: [],
      ownAccounts: accounts,
      newlyRecorded: [],
      planPresentedAt: null,
      sincePlan: new Set(),
      upToSeq: 0n,
    },
    now,
  );
}
