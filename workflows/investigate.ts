import { allHandlersFinished, ApplicationFailure, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { InvestigateInput, InvestigateResult } from '../src/messages/investigate-messages.ts';
import { responseWorkflowId } from '../src/messages/workflow-ids.ts';
import type { LostBy } from '../src/model/case-state.ts';
import { currentInstant } from '../src/model/instant.ts';
import { answerClosing, closeAsAsked, isAskedToClose, takeActs, takeStir } from './investigate-acts.ts';
import { claimCaseAlerts } from './investigate-alerts.ts';
import {
  type CaseFile,
  isDecided,
  noted,
  openCaseFile,
  record,
  recording,
  remember,
  setState,
} from './investigate-case-file.ts';
import { awaitDecision, awaitPerson } from './investigate-decision.ts';
import { askForEvidence } from './investigate-evidence.ts';
import { takeMessages } from './investigate-messages-desk.ts';
import { hasEvidenceCome, isLongRun } from './investigate-news.ts';
import { lookAnew, proposeByEvidence } from './investigate-propose.ts';
import { restUntilNews } from './investigate-quiet.ts';
import { rejoinResponse } from './investigate-response.ts';
import { watch } from './investigate-watch.ts';
import { condition } from './waiting.ts';

/**
 * One case about one actor: claims its alerts, gathers evidence, assesses it, proposes a plan, waits for a decision, has it carried
 * out, watches, and closes. Alerts that arrive on the way are claimed and looked at; those that arrive after it has closed
 * open the next case.
 */
export async function investigate(input: InvestigateInput): Promise<InvestigateResult> {
  const file = openCaseFile(input);
  takeMessages(file);
  takeActs(file);
  if (input.takenUp !== undefined && input.resumed === undefined) await takeUp(file, input.takenUp);
  for (;;) {
    const { state } = file.memory;
    switch (state.status) {
      case 'gathering':
        await (file.evidence === null ? lookAnew(file) : proposeByEvidence(file));
        break;
      case 'quiet':
        await rest(file);
        break;
      case 'awaiting-decision':
        await awaitDecision(file, state.expiresAt);
        break;
      case 'watching':
        await watch(file);
        break;
      case 'needs-a-person':
        await awaitPerson(file, state.why);
        break;
      case 'closed':
        answerClosing(file, { kind: 'refused', code: 'case-ended' });
        await condition(allHandlersFinished);
        return { caseId: file.caseId, verdict: state.verdict };
      case 'merged':
        answerClosing(file, { kind: 'refused', code: 'case-ended' });
        await condition(allHandlersFinished);
        return { caseId: file.caseId, verdict: null, mergedInto: state.into };
      default:
        throw ApplicationFailure.nonRetryable(`a case cannot go on from ${state.status}`);
    }
    await continueAsNewWhereSuggested(file);
  }
}

/** The run before is gone: the case goes on from what the store knows, and never begins again what may have begun in AWS. */
async function takeUp(file: CaseFile, how: LostBy): Promise<void> {
  const recalled = await recording.recallCase({ caseId: file.caseId, at: currentInstant() });
  const { state, planVersion, plan, alertCount, accepted, response, watch, decisions, was } = recalled;
  remember(file, { planVersion, plan, alertCount, accepted, watch, decisions, acted: watch !== null });
  if (response !== null) file.responseWorkflowId = responseWorkflowId(file.caseId, response.planVersion);
  setState(file, state);
  if (recalled.evidenceOwed) askForEvidence(file, currentInstant(), plan?.digest ?? null);
  await record(file, noted('case-taken-up', file.caseId, { was, how }));
  if (state.status === 'closed') return;
  const claimed = await claimCaseAlerts(file);
  remember(file, { rung: claimed > 0 });
  await (state.status === 'needs-a-person'
    ? record(file, noted('needs-a-person', file.caseId, { why: state.why }))
    : record(file));
  if (response !== null) await rejoinResponse(file, response);
}

/** Nobody is woken for what a habit explains, as long as it does. */
async function rest(file: CaseFile): Promise<void> {
  const news = await restUntilNews(file);
  if (isAskedToClose(file)) return await closeAsAsked(file);
  if (hasEvidenceCome(file)) return await proposeByEvidence(file);
  if ((takeStir(file) || news === 'look') && file.evidence === null) await lookAnew(file);
}

/** A long history is handed on, decisions included; never before all who asked have their answer. */
async function continueAsNewWhereSuggested(file: CaseFile): Promise<void> {
  if (!isLongRun() || file.memory.state.status === 'closed') return;
  // Whoever waits for the case to be closed is answered by its next step.
  function hasEvidence() {
    return file.evidence === null || file.evidence.ended;
  }
  await condition(() => (allHandlersFinished() && (hasEvidence() || isDecided(file))) || file.closing !== null);
  if (file.evidence !== null || file.replanRequested || file.stirred || file.closing !== null) return;
  await continueAsNew<typeof investigate>({
    caseId: file.caseId,
    resumed: file.memory,
    resumedFrom: workflowInfo().runId,
  });
}
