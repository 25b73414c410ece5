import { workflowInfo } from '@temporalio/workflow';
import type { DraftedPlan } from '../activities/investigate.ts';
import type { LookPace } from '../src/messages/investigate-messages.ts';
import type { Digest, Instant } from '../src/model/ids.ts';
import {
  isMerged,
  looking,
  msUntil,
  noted,
  now,
  record,
  recording,
  remember,
  setState,
  tag,
  type CaseFile,
} from './investigate-case-file.ts';
import { condition, conditionWithin } from './waiting.ts';

/* One look at a case: its alerts are claimed, evidence is gathered piece by piece and assessed, and a plan is drafted. */

/**
 * Looks at the case anew, and drafts the plan that it supports.
 *
 * @param unlessSameAs a plan that would say nothing that this one has not said is not made
 */
export async function lookAtCase(
  file: CaseFile,
  unlessSameAs: Digest | null,
): Promise<DraftedPlan | { readonly kind: 'nothing-left' }> {
  const { caseId } = file;
  const at = now();
  await claimCaseAlerts(file);
  if (isMerged(file)) return { kind: 'unchanged', contained: false, left: 0, quiet: false };
  if (file.memory.alertCount === 0) return { kind: 'nothing-left' };
  const evidence = await gather(file, at);
  const findings = await looking.assessEvidence({ caseId, at });
  const { pieces, unavailable, asked, budget, notAsked } = evidence;
  const facts = { pieces, unavailable, asked, budget, notAsked };
  await record(file, noted('evidence-gathered', caseId, { ...facts, ...findings }));
  const version = file.memory.planVersion + 1;
  const drafted = await looking.draftPlan({ caseId, version, evidence: evidence.digests, unlessSameAs, at });
  if (drafted.kind === 'fresh') remember(file, { planVersion: version });
  pace(file, at);
  return drafted;
}

/** Takes the alerts that wait, and says what they are about; returns how many there were. */
export async function claimCaseAlerts(file: CaseFile): Promise<number> {
  remember(file, { rung: false });
  const first = file.memory.alertCount === 0;
  const at = now();
  const { claimed, mergedInto, lookAgainAfterMs, ...facts } = await recording.claimAlerts({ caseId: file.caseId, at });
  const { tags, ...known } = facts;
  tag(file, ...tags);
  remember(file, { ...known, pace: { ...file.memory.pace, shortestMs: lookAgainAfterMs } });
  if (mergedInto !== undefined) {
    // The older case has the alerts, and looks at them; what was planned and decided here is void.
    setState(file, { status: 'merged', into: mergedInto });
    remember(file, { plan: null, decisions: [], watch: null });
    await record(file, noted('case-merged', mergedInto, {}));
    return 0;
  }
  setState(file, file.memory.state);
  const { alertCount, severity, openedAt } = facts;
  // A case opens in the store, before its workflow takes its first breath.
  const opened = first ? [{ ...noted('case-opened', file.caseId, {}), at: openedAt }] : [];
  if (first || claimed > 0)
    await record(file, ...opened, noted('alerts-claimed', file.caseId, { claimed, alertCount, severity }));
  return claimed;
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
async function gather(file: CaseFile, at: Instant): Promise<Gathered> {
  const { caseId } = file;
  const digests: Digest[] = [];
  let [unavailable, notAsked] = [0, 0];
  const told = tellFindingsAsTheyCome(file, digests, at);
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
  file.look = null;
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

async function tellFindingsAsTheyCome(file: CaseFile, digests: readonly Digest[], at: Instant): Promise<void> {
  const { caseId } = file;
  file.look = { pieces: 0, of: 1 };
  if (file.memory.planVersion > 0) return;
  let assessed = 0;
  function ended() {
    return file.look === null;
  }
  while (!(await conditionWithin(ended, findingsEveryMs, 'until findings are told of'))) {
    if (digests.length === assessed) continue;
    assessed = digests.length;
    await looking.assessEvidence({ caseId, at });
  }
}

/* When to look again */

/** Alerts that come one after the other are looked at together: at once first, then after pauses that grow up to this many times. */
const longestPauses = 30;

function pace(file: CaseFile, lookBegan: Instant): void {
  const { lookedAt, pauseMs, shortestMs } = file.memory.pace;
  const rangOn = lookedAt !== null && Date.parse(lookBegan) - Date.parse(lookedAt) < 2 * pauseMs;
  const next: LookPace = {
    lookedAt: now(),
    pauseMs: rangOn ? Math.min(2 * pauseMs, longestPauses * shortestMs) : shortestMs,
    shortestMs,
  };
  remember(file, { pace: next });
}

/** True where alerts wait and have waited for long enough, or somebody asks. */
export function needsANewLook({ memory: { rung, pace: at }, replanRequested }: CaseFile): boolean {
  return replanRequested || (rung && pauseLeftMs(at) <= 0);
}

function pauseLeftMs({ lookedAt, pauseMs }: LookPace): number {
  return lookedAt === null ? 0 : Date.parse(lookedAt) + pauseMs - Date.now();
}

/** Waits until somebody decides or asks, alerts are to be looked at, the run is to be handed on, or a time has come. */
export async function awaitNews(file: CaseFile, decided: () => boolean, until: Instant | null): Promise<void> {
  function hasNews() {
    return decided() || needsANewLook(file) || file.stirred || file.closing !== null || isLongRun();
  }
  while (!hasNews()) {
    const { rung } = file.memory;
    const pauseMs = rung ? Math.max(1, pauseLeftMs(file.memory.pace)) : Number.POSITIVE_INFINITY;
    const waitMs = Math.min(pauseMs, until === null ? Number.POSITIVE_INFINITY : msUntil(until));
    function changed() {
      return hasNews() || file.memory.rung !== rung;
    }
    if (Number.isFinite(waitMs))
      await conditionWithin(changed, waitMs, rung ? 'until new alerts are looked at' : waits(file));
    else await condition(changed);
    if (until !== null && Date.now() >= Date.parse(until)) return;
  }
}

/** What a case looks at when it has waited. */
function waits({ memory: { state } }: CaseFile): string {
  switch (state.status) {
    case 'awaiting-decision':
      return 'until the plan is held against what has come in, or expires';
    case 'quiet':
      return 'until what explains the alerts is looked at again';
    case 'watching':
      return 'until the trail is looked at for use of what was contained';
    default:
      return 'until what a person may have done is looked for';
  }
}

/** Short histories are replayed soon, and read by people: the server's own limit is more than twice as long. */
const longRun = 1_500;

export function isLongRun(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > longRun;
}
