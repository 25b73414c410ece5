/** What a rule needs that LookupEvents alone does not give. */
export interface RuleRequirements {
  readonly dataEvents: boolean;
  readonly enrichment: readonly string[];
}

/**
 * Actions that CloudTrail records as data events only (CloudTrail user guide, "Logging data events"): a trail must be told
 * to keep them, and LookupEvents never shows them.
 */
const dataEventActions: ReadonlySet<string> = new Set([
  'GetObject',
  'HeadObject',
  'PutObject',
  'CopyObject',
  'DeleteObject',
  'DeleteObjects',
  'ListObjects',
  'ListObjectsV2',
  'RestoreObject',
  'SelectObjectContent',
  'GetObjectAcl',
  'PutObjectAcl',
  'UploadPart',
  'CompleteMultipartUpload',
  'CreateMultipartUpload',
  'Invoke',
  'InvokeModelWithBidirectionalStream',
  'InvokeAgent',
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchGetItem',
  'Publish',
  'SendMessage',
  'GetCredentialsForIdentity',
  'GetId',
]);

const enrichments: readonly { readonly name: string; readonly fields: RegExp }[] = [
  { name: 'source.geo', fields: /\bsource\.geo\./ },
  { name: 'source.as', fields: /\bsource\.as\./ },
  { name: 'entity', fields: /\b(?:entity\.|related\.entity|actor\.entity|target\.entity|user\.entity)/ },
];

/** Read from a rule's query and its grouping fields: the texts that name fields and actions. */
export function ruleRequirements(texts: readonly string[]): RuleRequirements {
  const all = texts.join('\n');
  const words = all.match(/[A-Za-z0-9_]+/g) ?? [];
  return {
    dataEvents: words.some((word) => dataEventActions.has(word)),
    enrichment: enrichments.filter(({ fields }) => fields.test(all)).map(({ name }) => name),
  };
}
