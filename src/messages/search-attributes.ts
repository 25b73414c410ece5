import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** Not encrypted by the codec: nothing secret goes here. */
export const searchAttributes = {
  status: defineSearchAttributeKey('TrailhoundStatus', SearchAttributeType.KEYWORD),
  severity: defineSearchAttributeKey('TrailhoundSeverity', SearchAttributeType.KEYWORD),
  /** `account:...`, `rule:...`, `actor:...` */
  tags: defineSearchAttributeKey('TrailhoundTags', SearchAttributeType.KEYWORD_LIST),
} as const;
