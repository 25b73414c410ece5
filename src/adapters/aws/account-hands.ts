import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Account } from '../../model/account.ts';
import type { AccountId } from '../../model/ids.ts';
import type { OpenAccount, Responder } from '../../response/ports.ts';
import { StepBlocked } from '../../response/step.ts';
import { orCallFailure } from './call-failures.ts';
import type { AwsAccess } from './clients.ts';
import { iamKeyAdministration } from './key-administration.ts';
import { iamPrincipalAdministration } from './principal-administration.ts';
import { required } from './readable-answers.ts';
import { secretsManagerStore } from './secret-store.ts';
import { lookupTrailProof } from './trail-proof.ts';

export interface AccountHandsOptions {
  readonly access: AwsAccess;
  /** Those of the configuration: what the store says of an account gives nobody a right to change it. */
  readonly accounts: readonly Account[];
  /** Awaited before each LookupEvents request: the store's limiter of that account and region. */
  readonly pace?: (accountId: AccountId, region: string) => Promise<void>;
}

/** Where CloudTrail puts the records of IAM, which is global. */
const iamTrailRegions: Readonly<Record<Account['partition'], string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

/** Gives responses their hands: SDK clients under the account's respond role, in a session of the caller's naming. */
export function awsAccountHands({ access, accounts, pace }: AccountHandsOptions): OpenAccount {
  return async (accountId, session) => {
    const account = accounts.find((each) => each.id === accountId);
    if (account === undefined) {
      throw new StepBlocked(`Account ${accountId} is not in the configuration here: nothing can be changed in it.`);
    }
    const iam = access.iam(account, 'respond', session);
    const region = iamTrailRegions[account.partition];
    return {
      keys: iamKeyAdministration(iam, accountId),
      principals: iamPrincipalAdministration(iam, accountId),
      secrets: secretsManagerStore((at) => access.secretsManager(account, at, 'respond', session), accountId),
      trail: lookupTrailProof(
        access.cloudTrail(account, region, 'respond', session),
        accountId,
        async () => await pace?.(accountId, region),
      ),
      responder: () =>
        orCallFailure('sts:GetCallerIdentity', accountId, async (): Promise<Responder> => {
          const [arn, ownArn, credentials] = await Promise.all([
            callerArn(access.sts(account, 'respond', session)),
            callerArn(access.ownSts()),
            iam.config.credentials(),
          ]);
          return { arn, ownArn, signingKeyId: credentials.accessKeyId };
        }),
    };
  };
}

async function callerArn(sts: STSClient): Promise<string> {
  const { Arn: arn } = await sts.send(new GetCallerIdentityCommand({}));
  return required(arn, 'ARN');
}
