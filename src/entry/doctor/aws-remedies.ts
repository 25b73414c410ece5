import type { Config } from '../config/config.ts';

/** What to do where AWS gives no answer: no right is missing there. */
export function unreachableRemedy({ aws: { endpoint } }: Pick<Config, 'aws'>): string {
  return endpoint === undefined
    ? 'find out what keeps this machine from AWS: DNS, proxy or firewall (`aws sts get-caller-identity` has to answer)'
    : `start what serves ${endpoint} (a simulated AWS runs with \`npm start\`), or correct \`aws.endpoint\``;
}

/** What to do where this process has nothing to sign with. */
export const ownCredentialsRemedy =
  'give this process AWS credentials (environment, profile, or the role of its machine)';
