import { CreateSecretCommand, DescribeSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CallFailure } from '../../response/call-failure.ts';
import type { SecretStore } from '../../response/ports.ts';
import { orCallFailure } from './call-failures.ts';
import { withRequestId } from './key-administration.ts';
import { required } from './readable-answers.ts';

const accessKeyTag = 'trailhound:access-key-id';

/**
 * {@link SecretStore} by AWS Secrets Manager. A secret is made with its tags in one call, under a token that is the ID of its
 * first version, so that what is there tells whose it is without being read; GetSecretValue is never called.
 */
export function secretsManagerStore(
  clientFor: (region: string) => SecretsManagerClient,
  accountId: string,
): SecretStore {
  function ask<T>(operation: string, call: () => Promise<T>) {
    return orCallFailure(`secretsmanager:${operation}`, accountId, call);
  }

  return {
    describe: async (name, region) => {
      try {
        return await ask('DescribeSecret', async () => {
          const answer = await clientFor(region).send(new DescribeSecretCommand({ SecretId: name }));
          const description = {
            arn: required(answer.ARN, 'ARN'),
            tokens: Object.keys(required(answer.VersionIdsToStages, 'list of versions')),
            accessKeyId: answer.Tags?.find((tag) => tag.Key === accessKeyTag)?.Value ?? null,
          };
          return withRequestId(description, answer);
        });
      } catch (error) {
        if (error instanceof CallFailure && error.facts.kind === 'not-found') {
          const { awsRequestId } = error.facts;
          return { value: null, awsRequestIds: awsRequestId === null ? [] : [awsRequestId] };
        }
        throw error;
      }
    },

    store: ({ name, region, token, userName, key, caseId }) =>
      ask('CreateSecret', async () => {
        const answer = await clientFor(region).send(
          new CreateSecretCommand({
            Name: name,
            ClientRequestToken: token,
            Description: `Access key of IAM user ${userName}, made by Trailhound for case ${caseId}`,
            SecretString: JSON.stringify({
              accessKeyId: key.accessKeyId,
              secretAccessKey: key.secret.reveal(),
              userName,
            }),
            Tags: [
              { Key: accessKeyTag, Value: key.accessKeyId },
              { Key: 'trailhound:case', Value: caseId },
              { Key: 'trailhound:intent', Value: token },
            ],
          }),
        );
        return withRequestId({ arn: required(answer.ARN, 'ARN') }, answer);
      }),
  };
}
