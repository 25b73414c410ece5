import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../simulator/server.ts';
import { clientsFor } from './clients.ts';

const folder = fileURLToPath(new URL('../../../shared/corpora/cloudtrail-stratus', import.meta.url));
const present = existsSync(folder);
if (!present) console.warn(`SKIPPED: the recordings are missing (${folder})`);

describe.skipIf(!present)('recordings', () => {
  it('are served whole, each shifted to now, with the accounts and regions of their records', async () => {
    const recorded = readdirSync(folder).flatMap(
      (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as { eventID: string }[],
    );
    const simulator = await startSimulator({ recordsFolder: folder, lookupRate: 1_000 });
    try {
      const { accounts, credentials } = simulator.world;
      expect(accounts).toHaveLength(35);
      const { sts } = clientsFor(simulator.url, credentials);
      const seen = new Set<string>();
      const StartTime = new Date(Date.now() - 24 * 60 * 60_000);
      for (const { roles, regions } of accounts) {
        const { Credentials } = await sts.send(
          new AssumeRoleCommand({
            RoleArn: roles.poll.arn,
            ExternalId: roles.poll.externalId,
            RoleSessionName: 'poll',
          }),
        );
        const session = {
          accessKeyId: Credentials?.AccessKeyId ?? '',
          secretAccessKey: Credentials?.SecretAccessKey ?? '',
          sessionToken: Credentials?.SessionToken ?? '',
        };
        for (const region of regions) {
          const { cloudTrail } = clientsFor(simulator.url, session, region);
          let NextToken: string | undefined;
          do {
            const page = await cloudTrail.send(new LookupEventsCommand({ NextToken, StartTime }));
            for (const event of page.Events ?? []) seen.add(event.EventId ?? '');
            NextToken = page.NextToken;
          } while (NextToken !== undefined);
        }
      }
      expect([...new Set(recorded.map(({ eventID }) => eventID))].filter((id) => !seen.has(id))).toEqual([]);
    } finally {
      await simulator.stop();
    }
  });
});
