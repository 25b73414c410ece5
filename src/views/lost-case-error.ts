import type { CaseId } from '../model/ids.ts';
import { plainText } from '../model/safe-text.ts';
import { TrailhoundError } from '../model/trailhound-error.ts';

/** Temporal has a case's workflow, and the store has no row of it. */
export class LostCaseError extends TrailhoundError {
  override readonly name = 'LostCaseError';
  override readonly code = 'lost-case';
  constructor(caseId: CaseId) {
    const id = plainText(caseId);
    super(`the store has no case ${id} (any more), and Temporal has its workflow`, {
      remedy: `\`trailhound audit show ${id}\` tells what its history has; find out who can write into the store, and put its backup back`,
    });
  }
}
