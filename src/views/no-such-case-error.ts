import { plainText } from '../model/safe-text.ts';
import { TrailhoundError } from '../model/trailhound-error.ts';

/** No case has this ID. */
export class NoSuchCaseError extends TrailhoundError {
  override readonly name = 'NoSuchCaseError';
  override readonly code = 'no-such-case';
  override readonly remedy = 'list the cases with `trailhound investigations list`';
  constructor(caseId: string) {
    super(`there is no case ${plainText(caseId)}`);
  }
}
