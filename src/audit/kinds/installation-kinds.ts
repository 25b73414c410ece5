import { z } from 'zod';
import type { Digest } from '../../model/ids.ts';
import { counted } from '../../model/counted.ts';
import { auditKind, nothing, texts, told } from '../audit-kind.ts';
import type { InventoryChange } from '../inventory-change.ts';
import { utcTime } from '../../model/utc-time.ts';

const digest = z.custom<Digest>((value) => typeof value === 'string' && value.startsWith('sha256:'));

const change = z.object({
  digest,
  before: digest.nullable(),
  added: texts,
  removed: texts,
  changed: texts,
  parts: z.record(z.string(), digest),
}) satisfies z.ZodType<InventoryChange>;

/** So many of each are named in a sentence; the record has all. */
const namedParts = 12;

function tellChange(what: string, { before, parts, ...lists }: InventoryChange) {
  if (before === null) return told('seen', `${what} are on record from now on: ${Object.keys(parts).length}.`);
  const { added, removed, changed } = lists;
  const differences = Object.entries({ added, removed, changed }).flatMap(([how, ids]) =>
    ids.length === 0 ? [] : [`${ids.length} ${how} (${named(ids)})`],
  );
  return told('state', `${what} are others than before: ${differences.join(', ')}.`);
}

function named(ids: readonly string[]): string {
  return ids.length > namedParts ? `${ids.slice(0, namedParts).join(', ')}, ...` : ids.join(', ');
}

function grouped(number: number): string {
  return number.toLocaleString('en');
}

/** What people change about what is watched, and with what it is run: records of no case. Their subject is the account, the backfill, the log source, or what has changed. */
export const installationKinds = {
  'configuration-changed': auditKind(change, (data) => tellChange('Settings', data)),
  'rules-changed': auditKind(change, (data) => tellChange('Rules', data)),
  'exceptions-changed': auditKind(change, (data) => tellChange('Exceptions', data)),
  'account-added': auditKind(
    z.object({
      name: z.string(),
      regions: z.array(z.string()).readonly(),
      reads: z.enum(['all', 'write-only']),
      roles: z.record(z.string(), z.string()),
      pollIntervalMs: z.number(),
    }),
    ({ regions, reads }, account) => {
      const where = regions.length === 0 ? 'all regions that it has enabled' : regions.join(', ');
      return told(
        'state',
        `Account ${account} was added: ${where}${reads === 'all' ? '' : ', write-only events alone'}.`,
      );
    },
  ),
  'account-paused': auditKind(
    z.object({ reason: z.string(), owner: z.string(), until: z.string() }),
    ({ reason, owner, until }, account) =>
      told('state', `Account ${account} is not read until ${utcTime(until)} UTC, for ${owner}: ${reason}`),
  ),
  'account-resumed': auditKind(nothing, (_data, account) => told('state', `Account ${account} is read again.`)),
  'account-removed': auditKind(nothing, (_data, account) =>
    told('state', `Account ${account} was retired: it is read no more, and what is known of it stays.`),
  ),
  'backfill-started': auditKind(
    z.object({
      accountId: z.string(),
      regions: z.array(z.string()).readonly().nullable(),
      from: z.string(),
      to: z.string(),
    }),
    ({ accountId, from, to }) =>
      told('state', `A backfill of account ${accountId} was started: ${utcTime(from)} to ${utcTime(to)} UTC.`),
  ),
  'backfill-changed': auditKind(z.object({ change: z.enum(['pause', 'resume', 'cancel']) }), ({ change }, id) =>
    told('state', `Backfill ${id} was asked to ${change}.`),
  ),
  'import-begun': auditKind(
    z.object({
      /** As they were named, from the root of that machine on. */
      paths: texts,
      inputs: z.number(),
      /** Null where they come by standard input. */
      bytes: z.number().nullable(),
    }),
    ({ paths, inputs }, source) =>
      told('state', `An import as log source ${source} was begun: ${counted(inputs, 'input')} of ${named(paths)}.`),
  ),
  'import-ended': auditKind(
    z.object({
      /** The record that says that it began. */
      begun: digest,
      /** Of the digests of its records and of what is none, each in the order in which they were read. */
      digest,
      records: z.number(),
      malformed: z.number(),
      /** Records that the store did not have, and events that detection was given, by all runs of the import. */
      newRecords: z.number(),
      published: z.number(),
    }),
    (data, source) => {
      const { records, newRecords, malformed, published } = data;
      const known = [
        `${grouped(newRecords)} new`,
        `${grouped(records - newRecords)} known already`,
        `${grouped(malformed)} malformed`,
      ];
      return told(
        'state',
        `The import as log source ${source} is complete: ${counted(records, 'record')} (${known.join(', ')}), ${counted(published, 'event')} for detection; its content is ${data.digest}.`,
      );
    },
  ),
};
