import { plainText } from '../../model/safe-text.ts';

/** No case has this ID. */
export class NoSuchCaseError extends Error {
  override readonly name = 'NoSuchCaseError';
  readonly remedy = 'list the cases with `trailhound investigations list`';
  constructor(caseId: string) {
    super(`there is no case ${plainText(caseId)}`);
  }
}
