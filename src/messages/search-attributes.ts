import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** Not encrypted by the codec: nothing secret goes here. */
export const searchAttributes = {
  status: defineSearchAttributeKey('TrailhoundStatus', SearchAttributeType.KEYWORD),
  severity: defineSearchAttributeKey('TrailhoundSeverity', SearchAttributeType.KEYWORD),
  /** Of a closed case. */
  verdict: defineSearchAttributeKey('TrailhoundVerdict', SearchAttributeType.KEYWORD),
  /** `account:...`, `actor:...`, `rule:...`, `key:...`; what was decided and done adds `approver:...` and `action:...`. */
  tags: defineSearchAttributeKey('TrailhoundTags', SearchAttributeType.KEYWORD_LIST),
} as const;
