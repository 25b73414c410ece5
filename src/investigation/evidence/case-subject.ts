import type { Actor } from '../../model/actor.ts';
import { actorAccount } from '../../cloudtrail/actor.ts';
import type { Instant } from '../../model/ids.ts';
import { instantOfMs } from '../../model/instant.ts';
import type { SeenEvent } from '../seen-event.ts';
import { evidenceOf, type GatheredEvidence } from './evidence-content.ts';
import type { CaseSubject } from './evidence-source.ts';

/** What a case is about, by its actor and the evidence that there is of it. */
export function caseSubject(actor: Actor, evidence: readonly GatheredEvidence[]): CaseSubject {
  const events = evidenceOf(evidence, 'alert-events').flatMap(({ content }) => content.events);
  return {
    actor,
    accountId: actorAccount(actor) ?? events[0]?.ref.accountId ?? null,
    calls: events.toSorted((a, b) => weight(b) - weight(a)),
    attributions: evidenceOf(evidence, 'attribution').map(({ content }) => content),
  };
}

/** From when on a case is looked into: so long before the first call of its alerts. */
export function lookedIntoFrom({ calls }: CaseSubject, at: Instant, lookBackMs: number): Instant {
  const firstMs = calls.reduce((first, call) => Math.min(first, Date.parse(call.at)), Date.parse(at));
  return instantOfMs(firstMs - lookBackMs);
}

function weight(event: SeenEvent): number {
  if (event.unconfirmed !== undefined) return -1;
  return event.effects.length > 0 || event.outcome === 'failure' ? 1 : 0;
}
