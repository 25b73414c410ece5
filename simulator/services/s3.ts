import { AwsError } from '../aws-error.ts';
import type { JsonObject } from '../json.ts';
import type { CallContext, Operation, Output } from '../operation.ts';
import { optionalText, trailParameters } from '../operation-input.ts';

/**
 * The bucket calls that CloudTrail keeps as management events. Callers inside the simulator make them; there is no S3
 * protocol here, and object reads never appear in the event history at all.
 */
export const s3Operations: readonly Operation[] = [
  {
    service: 's3',
    name: 'ListBuckets',
    readOnly: true,
    needs: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
    run: (_input, { account }) => ({ output: { Buckets: account.buckets.map((Name) => ({ Name })) } }),
    parameters: () => ({ Host: 's3.amazonaws.com' }),
  },
  bucketRead('GetBucketLocation', 's3:GetBucketLocation', 'location', (_bucket, { region }) => ({
    LocationConstraint: region,
  })),
  bucketRead('GetBucketAcl', 's3:GetBucketAcl', 'acl', () => ({ Grants: [] })),
  bucketRead('GetBucketPolicy', 's3:GetBucketPolicy', 'policy', () => ({ Policy: '{}' })),
];

function bucketRead(
  name: string,
  action: string,
  query: string,
  answer: (bucket: string, context: CallContext) => Output,
): Operation {
  return {
    service: 's3',
    name,
    readOnly: true,
    needs: (input, { account }) => [{ action, resource: `arn:${account.partition}:s3:::${bucketName(input)}` }],
    run(input, context) {
      const bucket = bucketName(input);
      if (!context.account.buckets.includes(bucket))
        throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', { status: 404 });
      const { account } = context;
      return {
        output: answer(bucket, context),
        resources: [{ ARN: `arn:${account.partition}:s3:::${bucket}`, accountId: account.id, type: 'AWS::S3::Bucket' }],
      };
    },
    parameters: (input) => ({
      ...trailParameters({ bucketName: bucketName(input) }),
      Host: 's3.amazonaws.com',
      [query]: '',
    }),
  };
}

function bucketName(input: JsonObject): string {
  return optionalText(input, 'Bucket') ?? '';
}
