import { open, type Reader, type Response } from 'maxmind';
import { isIpAddress } from '../../cloudtrail/ip-address.ts';
import type { AddressFacts, AddressLookup } from '../../cloudtrail/enrich.ts';
import { compact } from '../../cloudtrail/record-fields.ts';
import type { JsonObject } from '../../model/json.ts';
import { InputPathError } from './input-paths.ts';

/** A lookup of addresses, and which fields its databases can give at all. */
export interface AddressDatabases extends AddressLookup {
  readonly gives: ReadonlySet<string>;
}

/**
 * Opens MMDB files (MaxMind's format: countries, cities, networks) as one lookup of addresses. Where two of them know an
 * address, the later one counts.
 *
 * @throws InputPathError where a file cannot be read or is no such database.
 */
export async function openAddressDatabases(paths: readonly string[]): Promise<AddressDatabases> {
  const readers = await Promise.all(paths.map(openDatabase));
  const lookup: AddressLookup = (ip) => {
    if (!isIpAddress(ip)) return {};
    return Object.assign({}, ...readers.map((reader) => factsOf(reader.get(ip)))) as AddressFacts;
  };
  return Object.assign(lookup, { gives: new Set(readers.flatMap((reader) => fieldsOf(reader.metadata.databaseType))) });
}

/** By what a database calls itself (`GeoLite2-City`, `country ipvAll`, `GeoLite2-ASN`); another name may stand for anything. */
function fieldsOf(databaseType: string): readonly string[] {
  const isOfPlaces = /city|cities|country|countries|location/i.test(databaseType);
  const isOfNetworks = /asn|isp|network/i.test(databaseType);
  return [
    ...(isOfPlaces || !isOfNetworks ? ['source.geo'] : []),
    ...(isOfNetworks || !isOfPlaces ? ['source.as'] : []),
  ];
}

async function openDatabase(path: string): Promise<Reader<Response>> {
  try {
    return await open<Response>(path);
  } catch {
    throw new InputPathError(
      `${path} cannot be read as an MMDB file`,
      'name a MaxMind database of countries, cities or networks',
    );
  }
}

/** The layouts of MaxMind's databases and of the flat country and network files that others publish. */
function factsOf(response: Response | null): AddressFacts {
  if (response === null) return {};
  // The library's types know MaxMind's layouts only; every value is checked where it is read.
  const found = response as unknown as Record<string, unknown>;
  const geo = compact({
    country_iso_code: text(part(found, 'country').iso_code) ?? text(found.country_code),
    country_name: text(part(part(found, 'country'), 'names').en),
    continent_name: text(part(part(found, 'continent'), 'names').en),
    city_name: text(part(part(found, 'city'), 'names').en),
    location: location(part(found, 'location')),
  });
  const number = found.autonomous_system_number;
  const organization = text(found.autonomous_system_organization);
  const as = compact({
    number: typeof number === 'number' ? number : undefined,
    organization: organization === undefined ? undefined : { name: organization },
  });
  return { ...(geo === undefined ? {} : { geo }), ...(as === undefined ? {} : { as }) };
}

function part(object: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = object[key];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function location({ latitude, longitude }: Record<string, unknown>): JsonObject | undefined {
  return typeof latitude === 'number' && typeof longitude === 'number' ? { lat: latitude, lon: longitude } : undefined;
}
