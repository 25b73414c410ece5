import type { CaseId } from '../model/ids.ts';
import { TrailhoundError } from '../model/trailhound-error.ts';

/** The cases that people name. */
export interface NamedCases {
  /** The case's ID as it is written. @throws NoSuchCaseError */
  readonly caseNamed: (typed: string) => Promise<CaseId>;
  /** The case that goes on, where this one was merged into another; null where it was not. */
  readonly goesOnIn: (caseId: CaseId) => Promise<CaseId | null>;
}

/** Something that people do about a case. */
export interface CaseAct {
  /** As it is typed: `trailhound investigations NAME`. */
  readonly name: string;
  /** What is told where it is not done, such as `the case was not closed`. */
  readonly notDone: string;
}

/** What was asked of a case was not done; its exit code is 3. */
export class ActRefusedError extends TrailhoundError {
  override readonly name = 'ActRefusedError';
  readonly exitCode = 3;
  override readonly code: string;
  readonly notDone: string;
  constructor({ notDone }: Pick<CaseAct, 'notDone'>, code: string, remedy: string) {
    super(`${notDone} (${code})`, { remedy });
    this.code = code;
    this.notDone = notDone;
  }

  /** The same with the case's ID in the commands to type, where its remedy has the word `CASE`. */
  of(caseId: CaseId): ActRefusedError {
    const remedy = (this.remedy ?? '').replaceAll(/\bCASE\b/gu, caseId);
    return new ActRefusedError(this, this.code, remedy);
  }
}

/**
 * Does something about a case that a person names. Where a case that was merged into another refuses it, for whatever reason, it is
 * said where that goes on.
 *
 * @throws ActRefusedError, NoSuchCaseError
 */
export async function actOnCase<Done>(
  cases: NamedCases,
  typed: string,
  act: CaseAct,
  work: (caseId: CaseId) => Promise<Done>,
): Promise<Done> {
  const caseId = await cases.caseNamed(typed);
  try {
    return await work(caseId);
  } catch (error) {
    if (!(error instanceof ActRefusedError)) throw error;
    const into = await cases.goesOnIn(caseId);
    throw into === null ? error.of(caseId) : merged(act, caseId, into);
  }
}

function merged({ name, notDone }: CaseAct, caseId: CaseId, into: CaseId): ActRefusedError {
  // Each of these names a plan, and the one that goes on has others.
  const next = name === 'approve' || name === 'reject' ? 'show' : name;
  const remedy = `Go on there with \`trailhound investigations ${next} ${into}\`; \`trailhound audit show ${caseId}\` tells how it came to that.`;
  return new ActRefusedError({ notDone: `${notDone}: ${caseId} was merged into ${into}` }, 'case-merged', remedy);
}
