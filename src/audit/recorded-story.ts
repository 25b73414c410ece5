import { plainText } from '../model/safe-text.ts';
import type { AuditKind, AuditRecord } from '../model/audit-record.ts';
import type { StoryEntry, StoryKind } from './case-story.ts';

const kinds: Readonly<Record<AuditKind, readonly [StoryKind, string]>> = {
  'case-opened': ['state', 'The case was opened.'],
  'case-taken-up': ['state', 'Its workflow was gone, and it was taken up again from what the store knows.'],
  'alerts-claimed': ['seen', 'Alerts were claimed.'],
  'evidence-gathered': ['seen', 'Evidence was gathered.'],
  'plan-presented': ['proposed', 'A plan was presented.'],
  'plan-expired': ['decided', 'Nobody decided in time: the plan expired.'],
  'decision-accepted': ['decided', 'A decision was accepted.'],
  'decision-refused': ['decided', 'A decision was refused.'],
  'response-started': ['state', 'The response began.'],
  'action-step': ['verified', 'A step was taken and verified.'],
  'action-ended': ['done', 'An action ended.'],
  'memory-accepted': ['decided', 'A difference between register and store was accepted.'],
  'write-refused': ['trouble', 'A change was refused: no valid decision for it.'],
  'response-ended': ['state', 'The response ended.'],
  'undo-asked': ['decided', 'A plan to take the response back was asked for.'],
  'stop-asked': ['decided', 'The response was asked to stop.'],
  'watch-started': ['watched', 'What was contained is watched.'],
  'watch-ended': ['watched', 'The watch ended.'],
  'case-closed': ['state', 'The case was closed.'],
  'case-merged': [
    'state',
    'The case turned out to be about the same intruder as an older one, which goes on: its plan and decisions are void.',
  ],
  'needs-a-person': ['trouble', 'The case needs a person.'],
};

/** The story as the audit records in the store tell it: shorter, but kept when Temporal's history is past its retention. */
export function recordedStory(records: readonly AuditRecord[]): readonly StoryEntry[] {
  return records
    .map(({ at, actor, kind, subject, data }) => {
      const [storyKind, sentence] = kinds[kind];
      const details = plainText(JSON.stringify(data), 400);
      const what = details === '{}' ? sentence : `${sentence} ${details}`;
      return { at, kind: storyKind, who: plainText(actor), what, subject: plainText(subject), awsRequestIds: [] };
    })
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
