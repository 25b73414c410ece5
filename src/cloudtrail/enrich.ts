import type { JsonObject } from '../model/json.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { compact, objectAt, fieldText } from './record-fields.ts';

/** What a database knows of an address, as ECS has it. */
export interface AddressFacts {
  /** `source.geo`. */
  readonly geo?: JsonObject;
  /** `source.as`. */
  readonly as?: JsonObject;
}

export type AddressLookup = (ip: string) => AddressFacts;

/** Adds `source.geo` and `source.as`; what the document has already is kept. */
export function enrichSource(document: EcsDocument, lookup: AddressLookup): EcsDocument {
  const source = objectAt(document, 'source');
  const ip = fieldText(source, 'ip');
  if (ip === undefined) return document;
  const { geo, as } = lookup(ip);
  const enriched = compact({ geo, as, ...source });
  return enriched === undefined ? document : { ...document, source: enriched };
}
