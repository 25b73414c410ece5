import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { inWords, suspicious } from '../drawing.ts';
import { alertedEvents } from '../habit.ts';

/** Desktop and bulk-copy clients for S3 that people use to browse and take away; by their user agents. */
const uncommonClients = ['S3 Browser', 'Cyberduck', 'CloudBerry', 'MSP360', 'rclone', 'WinSCP', 'Transmit'] as const;

/** The alerts' calls came from a desktop or bulk-copy client for S3. */
export const uncommonS3Client: FindingKind = (ground) => {
  const seen = alertedEvents(ground).flatMap((event) => {
    const client = uncommonClients.find((name) => event.userAgent?.toLowerCase().includes(name.toLowerCase()) === true);
    return client === undefined ? [] : [{ event, client }];
  });
  const clients = [...new Set(seen.map(({ client }) => client))];
  return suspicious({
    kind: 'uncommon-s3-client',
    sentence: safe`S3 was used with ${inWords(clients)}: a client for browsing and copying buckets by hand. Object reads are not visible here.`,
    confidence: 'medium',
    techniques: ['T1530', 'T1567.002'],
    facts: { clients },
    events: seen.map(({ event }) => event),
  });
};
