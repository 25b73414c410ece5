import { type EventExport, type ExportedSighting, exportSightings } from '../../adapters/store/events/event-export.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import type { Config } from '../config/config.ts';
import { counted } from '../../model/counted.ts';
import { printPart, tellLine } from '../terminal/terminal-output.ts';
import { overStore } from '../compose/over-installation.ts';
import { safe, safeJoin, safeJson, type SafeText } from '../../model/safe-text.ts';

export interface ExportRequest {
  readonly account?: AccountId;
  readonly from?: Instant;
  readonly to?: Instant;
}

/** Prints every event with every log source that showed it, a line each. */
export async function printExport(config: Config, { account, from, to }: ExportRequest): Promise<void> {
  const request: EventExport = {
    ...(account === undefined ? {} : { accountId: account }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const printed = await overStore(
    config,
    async (store) => {
      let lines = 0;
      for await (const sightings of exportSightings(store, request)) {
        lines += sightings.length;
        await printPart(safeJoin(sightings.map(exportLine), ''));
      }
      return lines;
    },
    { maxConnections: 1 },
  );
  tellLine(counted(printed, 'line'));
}

export function exportLine(sighting: ExportedSighting): SafeText {
  return safe`${safeJson({
    account: sighting.accountId,
    event_id: sighting.eventId,
    occurred_at: sighting.occurredAt,
    ingested_at: sighting.ingestedAt,
    source: sighting.sourceId,
  })}\n`;
}
