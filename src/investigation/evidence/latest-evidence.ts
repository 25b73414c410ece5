import { canonicalDigest } from '../../digest/canonical-digest.ts';
import { actorKey } from '../../cloudtrail/actor.ts';
import type { TracedAttribution } from '../attribution.ts';
import type { GatheredEvidence } from './evidence-content.ts';

/** Of each thing that was looked at again and again, the latest sight. */
export function latestOfEach(evidence: readonly GatheredEvidence[]): readonly GatheredEvidence[] {
  const latest = new Map<string, GatheredEvidence>();
  for (const each of evidence) {
    const key = canonicalDigest([each.kind, lookedAt(each)]);
    const known = latest.get(key);
    if (known === undefined || Date.parse(known.takenAt) <= Date.parse(each.takenAt)) latest.set(key, each);
  }
  return [...latest.values()];
}

/** What a piece of evidence is a sight of, within its kind. */
function lookedAt(evidence: GatheredEvidence): string | readonly string[] {
  switch (evidence.kind) {
    case 'access-key-activity':
    case 'user-activity':
    case 'session-activity':
    case 'source-address-activity':
      return canonicalDigest(evidence.content.pivot);
    case 'user-state':
      return [evidence.content.accountId, evidence.content.userName];
    case 'attribution':
      return begunAt(evidence.content);
    case 'not-gathered':
      return [evidence.content.of, canonicalDigest(evidence.content.pivot)];
    // All that a case has of them is one sight.
    case 'alert-events':
    case 'not-followed':
    case 'not-asked':
      return '';
  }
}

/** Whose credential was followed: what was found before AWS was asked gives way to what it has answered. */
function begunAt({ actor, hops, origins }: TracedAttribution): readonly string[] {
  return [actorKey(hops[0]?.from ?? actor), origins[0]?.accessKeyId ?? ''];
}
