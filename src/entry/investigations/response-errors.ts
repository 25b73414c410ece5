import { responseEndWords } from '../../audit/response-end-words.ts';
import type { RespondResult } from '../../messages/respond-messages.ts';
import type { CaseId } from '../../model/ids.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { tooLate } from '../cli/exit-codes.ts';
import { counted, forNumber } from '../../model/counted.ts';

/** There was nothing left to stop; its exit code is 6. */
export class StoppedTooLateError extends TrailhoundError {
  override readonly name = 'StoppedTooLateError';
  override readonly code = 'stopped-too-late';
  readonly exitCode = tooLate;
  override readonly remedy: string;
  constructor(caseId: CaseId, ended: string) {
    super(`it was too late: the response has ended (${ended}), nothing was stopped`);
    this.remedy = `look at what was done with \`trailhound investigations show ${caseId}\`, and take it back with \`trailhound investigations undo ${caseId}\``;
  }
}

/** Not everything is contained once a response has ended; its exit code is 4. */
export class NotContainedError extends TrailhoundError {
  override readonly name = 'NotContainedError';
  override readonly code = 'not-contained';
  readonly exitCode = 4;
  override readonly remedy: string;
  /** @param left how many ways in are open, or of which nobody knows, where every action was done */
  constructor({ ended, actions }: Pick<RespondResult, 'ended' | 'actions'>, caseId: CaseId, left = 0) {
    super(left > 0 ? partlyContained(left) : `the response ended: ${responseEndWords(ended, actions)}`);
    this.remedy =
      left > 0
        ? `see them with \`trailhound investigations show ${caseId}\`: what no action closes is for people to close`
        : `look at what was done and what was not with \`trailhound audit show ${caseId}\``;
  }
}

function partlyContained(left: number): string {
  return `partly contained: ${counted(left, 'way')} in ${forNumber(left, 'is', 'are')} open`;
}
