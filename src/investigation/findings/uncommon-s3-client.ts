import { evidenceOf } from '../evidence/evidence-content.ts';
import { finding, restingOn, type FindingRule } from './finding-rule.ts';

/** Desktop and bulk-copy clients for S3 that people use to browse and take away; by their user agents. */
const uncommonClients = ['S3 Browser', 'Cyberduck', 'CloudBerry', 'MSP360', 'rclone', 'WinSCP', 'Transmit'] as const;

/** The alerts' events came from a desktop or bulk-copy client for S3. */
export const uncommonS3Client: FindingRule = (context) => {
  const alerted = evidenceOf(context.evidence, 'alert-events');
  const agents = alerted.flatMap(({ content }) => content.events).map((event) => event.userAgent?.toLowerCase() ?? '');
  const seen = uncommonClients.filter((client) => agents.some((agent) => agent.includes(client.toLowerCase())));
  const evidence = restingOn(alerted);
  if (seen.length === 0 || evidence === undefined) return [];
  return [
    finding({
      kind: 'uncommon-s3-client',
      sentence: `S3 was used with ${seen.join(' and ')}: a client for browsing and copying buckets by hand. Object reads are not visible here.`,
      direction: 'suspicious',
      confidence: 'medium',
      evidence,
      techniques: ['T1530', 'T1567.002'],
    }),
  ];
};
