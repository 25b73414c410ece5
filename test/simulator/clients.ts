import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';

export interface Clients {
  readonly cloudTrail: CloudTrailClient;
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly secrets: SecretsManagerClient;
  readonly sts: STSClient;
}

/** The real SDK clients, pointed at a stand-in; one attempt each, so that a test sees every answer. */
export function clientsFor(endpoint: string, credentials: AwsCredentialIdentity, region = 'us-east-1'): Clients {
  const options = { endpoint, credentials, region, maxAttempts: 1 };
  return {
    cloudTrail: new CloudTrailClient(options),
    ec2: new EC2Client(options),
    iam: new IAMClient(options),
    secrets: new SecretsManagerClient(options),
    sts: new STSClient(options),
  };
}
