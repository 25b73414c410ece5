import { storeImports } from '../../adapters/store/collection/begun-imports.ts';
import { createDoorbells } from '../../adapters/temporal/doorbells.ts';
import type { ImportPorts } from '../../commands/import-recordings.ts';
import { currentInstant } from '../../model/instant.ts';
import type { Connections } from './connections.ts';

/** @param ringLost told why detection could not be rung; it begins when it is rung again, within minutes. */
export function importPorts(connections: Connections, ringLost: (error: unknown) => void): ImportPorts {
  const doorbells = createDoorbells(connections);
  return {
    ...storeImports(connections.store),
    ringDetect: () => doorbells.ringDetect().catch(ringLost),
    now: currentInstant,
  };
}
