import type { JsonObject, JsonValue } from '../../model/json.ts';
import { textAt, valueAt } from '../../cloudtrail/ecs-path.ts';
import type { EffectCall } from './call.ts';
import { isJsonObject, withheld } from '../../cloudtrail/record-fields.ts';

/** More names than these are no list that anybody reads; the event has them all. */
const targetLimit = 10;

/** Names of request parameters that say what a call is about, as AWS's services spell them. */
const namingKeys =
  /(?:^key|(?:^|\.)(?:userName|roleName|groupName|policyArn|policyName|roleArn|bucketName|instanceIds?|secretId|secretIdList|names?|keyId|functionName|trailName|dB\w*Identifier|snapshotId|imageId|groupId|volumeId|accessKeyId|detectorId|tableName|topicArn|queueUrl|repositoryName|clusterName|stackName|modelId|target|accountId|path|documentName|identity|serviceCode|quotaCode|resourceArn|targetId))$/;

/** Tags and filters name no resource; their keys would pass for names. */
const sayingNothing = /^(?:tags?|tagSet|filters?|filterSet|tagSpecification\w*)$/i;

/** What a call was made on, by the names in its request; for a refused call, by what AWS says it was not allowed on. */
export function targetsOf(call: EffectCall): readonly string[] {
  const refused = refusedResource(call);
  const inRequest = namesIn(call.request, '', 0);
  const found = inRequest.length > 0 ? inRequest : resourceArns(call);
  return [...new Set([...found, ...(refused === undefined || found.length > 0 ? [] : [refused])])].slice(
    0,
    targetLimit,
  );
}

function namesIn(object: JsonObject, path: string, depth: number): readonly string[] {
  if (depth > 4) return [];
  return Object.entries(object).flatMap(([key, value]) => {
    if (sayingNothing.test(key)) return [];
    const at = path === '' ? key : `${path}.${key}`;
    if (namingKeys.test(at)) return textsIn(value);
    if (isJsonObject(value)) return namesIn(value, at, depth + 1);
    return Array.isArray(value)
      ? (value as readonly JsonValue[]).filter(isJsonObject).flatMap((each) => namesIn(each, at, depth + 1))
      : [];
  });
}

function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return value === withheld ? [] : [value];
  if (Array.isArray(value)) return (value as readonly JsonValue[]).filter((each) => typeof each === 'string');
  return [];
}

function resourceArns({ ecs }: EffectCall): readonly string[] {
  const resources = valueAt(ecs, 'aws.cloudtrail.resources');
  if (!Array.isArray(resources)) return [];
  return (resources as readonly JsonValue[]).flatMap((each) => {
    const arn = isJsonObject(each) ? textAt(each, 'arn') : undefined;
    return arn === undefined ? [] : [arn];
  });
}

/** `... is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::...:user/x because ...` */
function refusedResource({ ecs }: EffectCall): string | undefined {
  return /on resource: (\S+)/.exec(textAt(ecs, 'aws.cloudtrail.error_message') ?? '')?.[1]?.replace(/[.,]$/, '');
}
