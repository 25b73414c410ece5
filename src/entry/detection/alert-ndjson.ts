import { alertLine } from '../../detection/alert-row.ts';
import type { OfflineAlert } from '../../detection/offline.ts';
import { inParts } from './in-parts.ts';

/** One alert a line, as a JSON object. */
export function* ndjsonReport(alerts: readonly OfflineAlert[]): Generator<string> {
  for (const some of inParts(alerts)) yield some.map((alert) => `${alertLine(alert)}\n`).join('');
}
