import type { CaseId } from '../../model/ids.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** A workflow runs for a case that the store does not have: it was restored from elsewhere, or started by hand. */
export class UnknownCaseError extends TrailhoundError {
  override readonly name = 'UnknownCaseError';
  override readonly code = 'unknown-case';
  constructor(caseId: CaseId) {
    super(`the store has no case ${caseId}`, {
      remedy: 'connect this worker to the store that belongs to this Temporal: `store.url`, `temporal.address`',
    });
  }
}
