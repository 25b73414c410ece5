import { dayMs, hourMs, minuteMs } from '../src/model/duration.ts';
import { chooseRegions } from '../src/collection/region-discovery.ts';
import type { Chore, Pruned, RegionLister, UpkeepStore } from '../src/collection/upkeep-ports.ts';
import { currentInstant, instantOfMs } from '../src/model/instant.ts';
import { alive } from './alive.ts';

export interface UpkeepPorts {
  readonly store: UpkeepStore;
  readonly regions: RegionLister;
  readonly keepEventsMs: number;
  /** Told what was done. */
  readonly onDone?: (chore: Chore, outcome: Pruned | RegionsFound) => void;
}

export interface RegionsFound {
  readonly accounts: number;
  /** Accounts whose regions AWS did not list. */
  readonly troubles: number;
}

/** CloudTrail shows 90 days (its guide): what is older is no longer asked for, and its footprints are no longer expected. */
const keepCallsMs = 100 * dayMs;
const pruneWithinMs = 4 * minuteMs;
/** What could not be done goes on after this time, not only after a day. */
const againAfterMs = hourMs;

/** What is done about once a day; see `workflows/reconcile.ts`. */
export function createUpkeepActivities({ store, regions, keepEventsMs, onDone }: UpkeepPorts) {
  return {
    /** Asks AWS for the enabled regions of the accounts that are read in all of them. */
    async discoverRegions(): Promise<RegionsFound> {
      return alive(discover());
    },

    /** Deletes events, calls and reads that have been kept for long enough. */
    async pruneStore(): Promise<Pruned> {
      return alive(prune());
    },
  };

  async function discover(): Promise<RegionsFound> {
    const accounts = await store.discoveringAccounts();
    let troubles = 0;
    for (const account of accounts) {
      const { regions: chosen, trouble } = chooseRegions(account, await regions.enabledRegions(account));
      await store.setRegions(account, chosen, trouble, currentInstant());
      if (trouble !== null) troubles += 1;
    }
    await store.choreDone('discover-regions', currentInstant());
    const found = { accounts: accounts.length, troubles };
    onDone?.('discover-regions', found);
    return found;
  }

  async function prune(): Promise<Pruned> {
    const now = Date.now();
    const pruned = await store.prune({
      eventsBefore: instantOfMs(now - keepEventsMs),
      callsBefore: instantOfMs(now - keepCallsMs),
      deadline: now + pruneWithinMs,
    });
    // At once, another try would meet the same locks.
    await store.choreDone('prune', instantOfMs(pruned.left ? now - dayMs + againAfterMs : now));
    onDone?.('prune', pruned);
    return pruned;
  }
}
