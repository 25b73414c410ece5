import { forNumber } from '../../model/counted.ts';
import type { NotKnownYet } from '../../model/plan.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';

/** What a plan does not know, for AWS had not been asked when it was made: made of typed content, safe to show. */
export function notKnownWords(each: NotKnownYet): SafeText {
  switch (each.kind) {
    case 'identity-state': {
      const whose = forNumber(each.users, 'its user has', `its ${each.users} users have`);
      return safe`IAM had not been asked: whether a key is still active, and which other keys, passwords and rights ${whose}, was not known. No key is replaced by this plan.`;
    }
    case 'older-events':
      return each.before === null
        ? safe`CloudTrail had not been asked: of this account only what was imported was known.`
        : safe`CloudTrail had not been asked: what happened before ${plainText(each.before.slice(0, 16).replace('T', ' '))} UTC was not known.`;
  }
}
