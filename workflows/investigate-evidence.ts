import { ApplicationFailure } from '@temporalio/workflow';
import type { Digest, Instant } from '../src/model/ids.ts';
import { type CaseFile, looking, noted, record, recording } from './investigate-case-file.ts';
import { pace } from './investigate-news.ts';
import { conditionWithin, sleep } from './waiting.ts';

/* What AWS is asked for: while it answers, the case goes on with what the store has. */

/**
 * Begins to gather all evidence of the case; {@link takeEvidence} has it.
 *
 * @param planBefore made of what the store had: the evidence may say nothing that it has not said
 * @param othersFirstMs so long it waits for cases that nobody has a plan of: they need the machine more
 */
export function askForEvidence(file: CaseFile, at: Instant, planBefore: Digest | null, othersFirstMs = 0): void {
  file.look = { pieces: 0, of: 1 };
  const onItsWay = { at, gathered: gatherEvidence(file, at, othersFirstMs), ended: false, planBefore };
  file.evidence = onItsWay;
  function end() {
    onItsWay.ended = true;
  }
  // Whoever takes it hears of a failure.
  onItsWay.gathered.then(end, end);
}

/** What a look has brought. */
export interface EvidenceTaken {
  readonly at: Instant;
  readonly digests: readonly Digest[];
  readonly planBefore: Digest | null;
}

/** Waits for the evidence that is on its way, and takes it in. */
export async function takeEvidence(file: CaseFile): Promise<EvidenceTaken> {
  const { evidence } = file;
  if (evidence === null) throw ApplicationFailure.nonRetryable('AWS was not asked for anything');
  const digests = await evidence.gathered;
  file.evidence = null;
  pace(file, evidence.at);
  return { at: evidence.at, digests, planBefore: evidence.planBefore };
}

async function gatherEvidence(file: CaseFile, at: Instant, othersFirstMs: number): Promise<readonly Digest[]> {
  const { caseId } = file;
  if (othersFirstMs > 0) await sleep(othersFirstMs, 'until AWS is asked: other cases have no plan yet');
  const { digests, ...facts } = await gatherAll(file, at);
  const findings = await looking.assessEvidence({ caseId, at });
  await record(file, noted('evidence-gathered', caseId, { ...facts, ...findings }));
  return digests;
}

interface Gathered {
  readonly digests: readonly Digest[];
  readonly pieces: number;
  readonly unavailable: number;
  /** Requests to AWS, and how many there might have been. */
  readonly asked: number;
  readonly budget: number;
  /** Pieces for which AWS was not asked for all, so as to keep within the budget. */
  readonly notAsked: number;
}

/**
 * Row by row, for what is to be looked at follows from what was found; and one piece after the other: evidence must not crowd out
 * polling's share of AWS's request limits.
 */
async function gatherAll(file: CaseFile, at: Instant): Promise<Gathered> {
  const { caseId } = file;
  const digests: Digest[] = [];
  let [unavailable, notAsked] = [0, 0];
  const looked = { ended: false };
  const told = tellFindingsAsTheyCome(file, digests, looked, at);
  for (let row = 0, last = false; !last; row += 1) {
    const next = await recording.nextEvidence({ caseId, at, row, evidence: digests });
    const known = digests.length + next.pieces.length;
    for (const piece of next.pieces) {
      file.look = { pieces: digests.length, of: known };
      const { digest, complete, cutShort } = await looking.gatherEvidence({ caseId, at, from: next.from, piece });
      digests.push(digest);
      if (!complete) unavailable += 1;
      if (cutShort) notAsked += 1;
    }
    last = next.last;
  }
  file.look = { pieces: digests.length, of: digests.length };
  looked.ended = true;
  await told;
  const ended = await recording.endLook({ caseId, at, evidence: digests, cutShort: notAsked });
  const { asked, budget } = ended;
  const all = [...digests, ...ended.evidence];
  return {
    digests: all,
    pieces: all.length,
    unavailable: unavailable + ended.evidence.length,
    asked,
    budget,
    notAsked,
  };
}

/** A first look that takes long shows what it has found so far; a later one has the findings of those before. */
const findingsEveryMs = 10_000;

async function tellFindingsAsTheyCome(
  file: CaseFile,
  digests: readonly Digest[],
  looked: { readonly ended: boolean },
  at: Instant,
): Promise<void> {
  const { caseId } = file;
  if (file.memory.pace.lookedAt !== null) return;
  let assessed = 0;
  while (!(await conditionWithin(() => looked.ended, findingsEveryMs, 'until findings are told of'))) {
    if (digests.length === assessed) continue;
    assessed = digests.length;
    await looking.assessEvidence({ caseId, at });
  }
}
