import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { KeptLinks } from '../../src/adapters/store/events/kept-links.ts';
import { storedLinks } from '../../src/adapters/store/events/link-store.ts';
import type { IdentityId } from '../../src/model/identity.ts';
import type { Link } from '../../src/model/link.ts';
import { SeededRandom } from '../../bench/detect/random.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { appAccount, Cloud, userOf, type Who } from '../investigation/expected/cloud.ts';
import { publishRecords } from '../investigation/live-store.ts';

const users = ['ann', 'ben', 'pipeline'] as const;
const roles = ['deploy', 'admin'] as const;
const from = '198.51.100.7';
let store: Store;

beforeEach(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});

afterEach(() => store.close());

function whoIs(name: string): Who {
  return userOf(appAccount, name, `AKIA${name.toUpperCase().padEnd(16, '0')}`);
}

/** Some calls at any time of some days, so that what is published later was often done earlier. */
function someCalls(cloud: Cloud, random: SeededRandom, count: number): void {
  for (let n = 0; n < count; n += 1) {
    const at = random.below(3 * 86_400);
    const who = whoIs(random.chance(0.8) ? 'pipeline' : random.pick(users));
    if (random.chance(0.05)) {
      const userName = `made-${cloud.records.length}`;
      cloud.call(who, 'iam:CreateUser', { at, from, request: { userName }, response: { user: { userName } } });
    } else {
      const session = `s${random.below(30)}`;
      const key = `ASIA${cloud.records.length}`;
      cloud.assume(who, { account: appAccount, role: random.pick(roles), session, key }, { at, from });
    }
  }
}

function inWords({ at, how, from: maker, to, gave }: Link): string {
  return [at, how, maker, to, gave].join(' ');
}

test('what was read before, with what was published since, is what the store has', async () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000_007);
  console.info(`seed ${seed} (FUZZ_SEED=${seed} runs it again)`);
  const random = new SeededRandom(seed);
  const kept = new KeptLinks();
  const cloud = new Cloud();
  const ids: readonly IdentityId[] = [
    ...users.flatMap((name) => [`user/${appAccount}/${name}`, `access-key/AKIA${name.toUpperCase().padEnd(16, '0')}`]),
    ...roles.flatMap((role) => [`role/${appAccount}/${role}`, `session/${appAccount}/${role}/s3`]),
  ];
  const busyOnes = new Set<IdentityId>();
  // The pipeline has very many from the third publication or so on.
  const counts = [1080, 40, 60, 120, 30, 40];
  for (const [round, count] of counts.entries()) {
    const known = cloud.records.length;
    someCalls(cloud, random, count);
    await publishRecords(store, cloud.records.slice(known));
    const links = storedLinks(store.db, new Set(), kept);
    for (const id of ids.filter(() => round === counts.length - 1 || random.chance(0.7))) {
      const answer = await links.touching([id], [from]);
      const answerOfStore = await storedLinks(store.db, new Set()).touching([id], [from]);
      const found = answer.byNode.get(id) ?? [];
      const inStore = answerOfStore.byNode.get(id) ?? [];
      const missing = new Set(inStore.map(inWords));
      for (const link of found) missing.delete(inWords(link));
      expect([id, ...missing]).toEqual([id]);
      expect(found.map(({ at }) => at)).toEqual(found.map(({ at }) => at).toSorted());
      expect([id, ...answer.busy]).toEqual([id, ...answerOfStore.busy]);
      if (answerOfStore.busy.size === 0) expect(found.map(inWords)).toEqual(inStore.map(inWords));
      for (const busy of answer.busy) busyOnes.add(busy);
    }
  }
  expect(busyOnes).toContain(`user/${appAccount}/pipeline`);
}, 120_000);
