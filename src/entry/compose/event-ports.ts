import type { Store } from '../../adapters/store/database.ts';
import { exportSightings } from '../../adapters/store/events/event-export.ts';
import { searchEvents, storedSpan } from '../../adapters/store/events/event-search.ts';
import type { EventsPorts } from '../../views/events.ts';
import type { SightingsPorts } from '../../views/sightings.ts';

/** Where stored events, and who showed them, are read from. */
export function eventPorts(store: Store): EventsPorts & SightingsPorts {
  return {
    search: (search) => searchEvents(store.db, search),
    storedSpan: (accountId) => storedSpan(store.db, accountId),
    sightings: (span) => exportSightings(store, span),
  };
}
