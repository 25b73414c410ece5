import type { ClaimedFacts } from '../activities/case-file.ts';
import type { AuditNote } from '../src/audit/audit-kinds.ts';
import { type CaseFile, noted, record, recording, remember, setState, tag, voided } from './investigate-case-file.ts';
import { currentInstant } from '../src/model/instant.ts';

/** Takes the alerts that wait, and says what they are about; returns how many there were. */
export async function claimCaseAlerts(file: CaseFile): Promise<number> {
  remember(file, { rung: false });
  const facts = await recording.claimAlerts({ caseId: file.caseId, at: currentInstant() });
  const notes = takeClaimed(file, facts);
  if (notes.length > 0) await record(file, ...notes);
  return facts.mergedInto === undefined ? facts.claimed : 0;
}

/** Remembers what was claimed, and returns what there is to write down of it. */
export function takeClaimed(
  file: CaseFile,
  { claimed, mergedInto, lookAgainAfterMs, tags, ...known }: ClaimedFacts,
): readonly AuditNote[] {
  const first = file.memory.alertCount === 0;
  tag(file, ...tags);
  remember(file, { ...known, pace: { ...file.memory.pace, shortestMs: lookAgainAfterMs } });
  if (mergedInto !== undefined) {
    // The older case has the alerts, and looks at them; what was planned and decided here is void.
    setState(file, { status: 'merged', into: mergedInto });
    const notes = [noted('case-merged', mergedInto, {}), ...voided(file, { why: 'merged' })];
    remember(file, { plan: null, decisions: [], watch: null });
    return notes;
  }
  setState(file, file.memory.state);
  const { alertCount, severity, openedAt } = known;
  // A case opens in the store, before its workflow takes its first breath.
  const opened = first ? [{ ...noted('case-opened', file.caseId, {}), at: openedAt }] : [];
  const isNews = first || claimed > 0;
  return isNews ? [...opened, noted('alerts-claimed', file.caseId, { claimed, alertCount, severity })] : [];
}
