import { z } from 'zod';
import type { WrittenRecord } from '../audit/audit-record.ts';
import { tellRecord } from '../audit/case-story.ts';
import type { Instant } from '../model/ids.ts';
import { list } from './scalars.ts';
import { storyEntrySchema } from './story.ts';

export interface InstallationStoryQuery {
  readonly from?: Instant;
  readonly to?: Instant;
  readonly limit: number;
}

export interface InstallationStoryPorts {
  /** The audit records of no case, the latest first. */
  readonly records: (
    query: InstallationStoryQuery,
  ) => Promise<readonly (WrittenRecord & { readonly intact: boolean })[]>;
}

export const installationStorySchema = z.strictObject({
  /** The latest first. */
  entries: list(storyEntrySchema),
  /** The IDs of rows that are not what their IDs were made of. */
  altered: list(z.string()),
});
export type InstallationStory = z.infer<typeof installationStorySchema>;

/** What people changed about the installation, and what it has been run with: accounts, backfills, rules, exceptions, settings. */
export async function installationStory(
  ports: InstallationStoryPorts,
  query: InstallationStoryQuery,
): Promise<InstallationStory> {
  const records = await ports.records(query);
  return {
    entries: records.map(tellRecord),
    altered: records.filter(({ intact }) => !intact).map(({ id }) => id),
  };
}
