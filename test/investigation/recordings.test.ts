import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalDigest } from '../../src/digest/canonical-digest.ts';
import { actorKey, actorOf, describeActor } from '../../src/cloudtrail/actor.ts';
import { gatherEvidence } from './gathered.ts';
import { buildPlan } from '../../src/investigation/plan/plan.ts';
import type { AlertId, CaseId, Instant } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { archiveOf, found } from './archive-of.ts';
import { materialOf } from './material-of.ts';
import { unreadUser } from './user-states.ts';

const folder = new URL('../../../shared/corpora/cloudtrail-stratus/', import.meta.url);
const present = existsSync(folder);
if (!present) console.warn('SKIPPED: the recordings in ../shared/corpora/cloudtrail-stratus are not here');

const recordings = present ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
function recordsOf(name: string) {
  return (JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as JsonObject[]).map(found);
}

describe.skipIf(!present)('on recordings of real attacks', () => {
  test.each(recordings)(
    'every record of %s has an actor, whose plan acts on IAM users and on roles that are not kept by AWS',
    async (name) => {
      const events = recordsOf(name);
      for (const event of events) {
        const actor = actorOf(event.ecs);
        expect(actorKey(actor)).not.toBe('');
        expect(describeActor(actor)).not.toMatch(/undefined|unknown identity/);
      }
      const byActor = Map.groupBy(events, ({ ecs }) => actorKey(actorOf(ecs)));
      for (const group of byActor.values()) {
        const [first] = group;
        if (first === undefined) continue;
        const actor = actorOf(first.ecs);
        const now = events
          .map(({ at }) => at)
          .sort()
          .at(-1) as Instant;
        const alert = {
          id: 'sha256:1' as string as AlertId,
          ruleId: 'r',
          ruleName: 'r',
          ruleDigest: canonicalDigest('r'),
          severity: 'low' as const,
          eventRefs: group.map(({ ref }) => ref),
        };
        const evidence = await gatherEvidence(
          { actor, alerts: [alert], now, lookBackMs: 3_600_000 },
          { archive: archiveOf(events), identities: { userState: async () => unreadUser } },
        );
        const plan = buildPlan({
          caseId: 'TH-TEST' as CaseId,
          version: 1,
          material: await materialOf(events, evidence, now),
          evidence,
          policy: canonicalDigest('p'),
          secrets: { namePrefix: 'trailhound/', region: 'us-east-1' },
          mayChange: () => true,
          presented: null,
          now,
        });
        const isOfAws = actor.kind === 'role-session' && /^AWS(ServiceRole|Reserved)/.test(actor.roleName);
        expect(plan.actions.length > 0).toBe(actor.kind === 'user' || (actor.kind === 'role-session' && !isOfAws));
        expect(plan.actions.length + plan.byHand.length).toBeGreaterThan(0);
      }
    },
  );
});
