import type { AccountId, Instant } from '../../model/ids.ts';
import { sightings } from '../../views/sightings.ts';
import type { Config } from '../config/config.ts';
import { counted } from '../../model/counted.ts';
import { answerLines, tellLine } from '../terminal/terminal-output.ts';
import { eventPorts } from '../compose/event-ports.ts';
import { overStore } from '../compose/over-installation.ts';

export interface ExportRequest {
  readonly account?: AccountId;
  readonly from?: Instant;
  readonly to?: Instant;
}

/** Prints every event with every log source that showed it, a line each. */
export async function printExport(config: Config, { account, from, to }: ExportRequest): Promise<void> {
  const span = {
    ...(account === undefined ? {} : { accountId: account }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const printed = await overStore(
    config,
    async (store) => {
      const lines = answerLines('events export');
      let count = 0;
      for await (const part of sightings(eventPorts(store), span)) {
        count += part.length;
        await lines.print(part);
      }
      return count;
    },
    { maxConnections: 1 },
  );
  tellLine(counted(printed, 'line'));
}
