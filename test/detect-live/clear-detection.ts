import type { Store } from '../../src/adapters/store/database.ts';

/** Empties all that detection reads and writes, so that a run begins as in a new store. */
export async function clearDetection(store: Store): Promise<void> {
  for (const table of [
    'alert_events',
    'alerts',
    'case_identities',
    'case_seeds',
    'cases',
    'rule_candidates',
    'held_back_counts',
    'rule_versions',
    'rule_readiness',
    'sightings',
    'event_keys',
    'events',
  ] as const) {
    await store.db.deleteFrom(table).execute();
  }
  await store.db.updateTable('detect_cursor').set({ seq: 0n }).execute();
  await store.db.updateTable('publish_sequence').set({ last_seq: 0n, ring_pending: false }).execute();
}
