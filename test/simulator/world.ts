import type { AwsCredentialIdentity } from '@smithy/types';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { startSimulator } from '../../simulator/server.ts';
import type { Simulator, SimulatorOptions } from '../../simulator/server.ts';
import { clientsFor } from './clients.ts';

export const accountId = '111122223333';
const otherAccountId = '444455556666';
export const admin = {
  accessKeyId: 'AKIAADMIN00000000001',
  secretAccessKey: 'admin/secret+of+the+simulated+account+01',
};
export const nobody = {
  accessKeyId: 'AKIANOBODY0000000001',
  secretAccessKey: 'nobody/secret+of+the+simulated+account01',
};

/** A simulated AWS with an administrator and a user without rights in one account, and a second account beside it. */
export async function startWorld(options: SimulatorOptions = {}): Promise<Simulator> {
  return startSimulator({
    accounts: [
      {
        id: accountId,
        regions: ['us-east-1', 'eu-central-1'],
        users: [
          {
            name: 'admin',
            keys: [{ id: admin.accessKeyId, secret: admin.secretAccessKey }],
            attachedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
          },
          { name: 'nobody', keys: [{ id: nobody.accessKeyId, secret: nobody.secretAccessKey }] },
        ],
      },
      { id: otherAccountId, regions: ['us-east-1'] },
    ],
    lookupRate: 1_000,
    ...options,
  });
}

/** Assumes one of the watch roles as Trailhound's own process does. */
export async function assume(
  simulator: Simulator,
  purpose: 'poll' | 'evidence' | 'respond',
  more: { readonly SourceIdentity?: string; readonly RoleSessionName?: string } = {},
): Promise<AwsCredentialIdentity> {
  const { credentials, accounts } = simulator.world;
  const role = accounts.find((account) => account.id === accountId)?.roles[purpose];
  const { sts } = clientsFor(simulator.url, credentials);
  const answer = await sts.send(
    new AssumeRoleCommand({ RoleArn: role?.arn, ExternalId: role?.externalId, RoleSessionName: 'session-1', ...more }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** The name of the error that a call ends with, or `no error`. */
export async function errorName(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
}
