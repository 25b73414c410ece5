import { plainText } from '../model/safe-text.ts';
import type { Instant } from '../model/ids.ts';
import { decisionEntry } from './decision-entry.ts';
import type { HistoryEvent } from './history-event.ts';
import { arrayIn, fieldsOf, numberIn, textIn } from './untrusted-fields.ts';

export type StoryKind = 'seen' | 'proposed' | 'decided' | 'done' | 'verified' | 'watched' | 'state' | 'trouble';

/** One line of a case's story. */
export interface StoryEntry {
  readonly at: Instant;
  readonly kind: StoryKind;
  /** An approver, or `trailhound`. */
  readonly who: string;
  /** A sentence of ours; what others wrote in it is stripped and bounded. */
  readonly what: string;
  /** The plan, action or evidence that it is about. */
  readonly subject: string | null;
  /** AWS's request IDs, where AWS was called. */
  readonly awsRequestIds: readonly string[];
}

/**
 * Tells a case's story from the decoded histories of its workflow (all its runs) and of its responses: what was seen, who decided
 * what and when, what was done and how it was verified. Pure: the same histories tell the same story.
 *
 * Whoever can write to Temporal can write a history; nothing in it is taken for granted, and what does not have the shape
 * that we write is passed over.
 */
export function caseStory(events: readonly HistoryEvent[]): readonly StoryEntry[] {
  const plans = plannedActions(events);
  const entries = events.flatMap((event) => entriesOf(event, plans));
  return entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Action IDs by plan digest. */
type PlannedActions = ReadonlyMap<string, readonly string[]>;

function plannedActions(events: readonly HistoryEvent[]): PlannedActions {
  const drafts = events.filter((event) => event.kind === 'activity-completed' && event.name === 'draftPlan');
  return new Map(
    drafts.flatMap((event) =>
      event.kind === 'activity-completed' ? [[textIn(event.result, 'digest'), textsIn(event.result, 'actionIds')]] : [],
    ),
  );
}

function entriesOf(event: HistoryEvent, plans: PlannedActions): readonly StoryEntry[] {
  switch (event.kind) {
    case 'activity-completed':
      return activityEntries(event, plans);
    case 'activity-failed':
      return [entry(event, 'trouble', `${plainText(event.name)} failed: ${plainText(event.failure, 400)}`)];
    case 'update-answered':
      return updateEntries(event);
    case 'workflow-ended':
      return event.how === 'completed'
        ? []
        : [entry(event, 'trouble', `${plainText(event.workflowId)} was ${event.how}.`)];
    default:
      return [];
  }
}

type Completed = Extract<HistoryEvent, { kind: 'activity-completed' }>;

const tellers: Readonly<Record<string, (event: Completed, plans: PlannedActions) => readonly StoryEntry[]>> = {
  claimAlerts: (event) => {
    const claimed = numberIn(event.result, 'claimed');
    const all = numberIn(event.result, 'alertCount');
    const severity = textIn(event.result, 'severity');
    if (claimed === 0) return [];
    return [
      entry(
        event,
        'seen',
        `${claimed} new ${claimed === 1 ? 'alert' : 'alerts'}, ${all} in all; severity ${severity}.`,
      ),
    ];
  },
  endLook: (event) => {
    const pieces = arrayIn(event.input[0], 'evidence').length;
    const [asked, budget] = [numberIn(event.result, 'asked'), numberIn(event.result, 'budget')];
    const short = numberIn(event.input[0], 'cutShort');
    const left = short === 0 ? '' : `; the budget did not suffice for ${short} of them`;
    return [
      entry(
        event,
        'seen',
        `${pieces} pieces of evidence were gathered, with ${asked} of at most ${budget} requests to AWS${left}.`,
      ),
    ];
  },
  assessEvidence: (event) => {
    const [suspicious, benign] = [numberIn(event.result, 'suspicious'), numberIn(event.result, 'benign')];
    return [entry(event, 'seen', `Assessed: ${suspicious} suspicious and ${benign} benign findings.`)];
  },
  presentPlan: (event, plans) => {
    const [request] = event.input;
    const digest = textIn(request, 'digest');
    const actions = plans.get(digest) ?? [];
    const expiresAt = textIn(request, 'expiresAt');
    const what =
      actions.length === 0
        ? 'A plan was presented that has no action: nothing can work for this actor.'
        : `A plan was presented: ${actions.join(', ')}. It waits for a decision until ${expiresAt}.`;
    return [{ ...entry(event, 'proposed', what), subject: digest }];
  },
  recordState: (event) => arrayIn(event.input[0], 'notes').flatMap((note) => noteEntries(event, note)),
  recordNotes: (event) => arrayIn(event.input[0], 'notes').flatMap((note) => noteEntries(event, note)),
  presentUndoPlan: (event) => {
    const [request] = event.input;
    const actions = textsIn(event.result, 'actionIds').join(', ') || 'nothing';
    const who = textIn(request, 'requestedBy');
    const what = `A plan to take the response back was asked for: ${actions}.`;
    return [{ ...entry(event, 'proposed', what), who, subject: textIn(event.result, 'digest') || null }];
  },
  closeCase: (event) => {
    const closed = fieldsOf(event.result)['closed'] === true;
    const verdict = textIn(event.input[0], 'verdict');
    return closed ? [entry(event, 'state', `The case was closed: ${verdict}.`)] : [];
  },
  takeStep: (event) => {
    const [request] = event.input;
    const what = `${textIn(request, 'step')}: ${textIn(event.result, 'detail', 600)}`;
    return [actionEntry(event, 'verified', what)];
  },
  settleStep: (event) => {
    const step = textIn(event.input[0], 'step');
    if (textIn(event.result, 'kind') === 'held') {
      return [actionEntry(event, 'trouble', `${step} is not settled yet: ${textIn(event.result, 'why', 600)}`)];
    }
    return [actionEntry(event, 'done', `${step} was settled: ${textIn(event.result, 'detail', 600)}`)];
  },
  endAction: (event) => {
    // What AWS showed, not what the steps were taken for.
    const [outcome, detail] = [textIn(event.result, 'outcome'), textIn(event.result, 'detail', 600)];
    return [actionEntry(event, 'done', `The action ended: ${outcome}. ${detail}`.trimEnd())];
  },
};

function activityEntries(event: Completed, plans: PlannedActions): readonly StoryEntry[] {
  return Object.hasOwn(tellers, event.name) ? (tellers[event.name]?.(event, plans) ?? []) : [];
}

/** Notes are what the case itself found worth an audit record; those that other events tell better are left to them. */
function noteEntries(event: Completed, note: unknown): readonly StoryEntry[] {
  const data = fieldsOf(note)['data'];
  const told = noteInWords(textIn(note, 'kind'), data);
  if (told === null) return [];
  // A case opens in the store, before its workflow takes its first breath.
  const at = (textIn(data, 'openedAt') || textIn(note, 'at') || event.at) as Instant;
  return [{ ...entry(event, told.kind, told.what), at, subject: textIn(note, 'subject') || null }];
}

function noteInWords(kind: string, data: unknown): { readonly kind: StoryKind; readonly what: string } | null {
  switch (kind) {
    case 'case-opened':
      return { kind: 'state', what: 'The case was opened.' };
    case 'response-started':
      return { kind: 'state', what: `The response began: ${textsIn(data, 'actionIds').join(', ')}.` };
    case 'response-ended':
      return { kind: 'state', what: `The response ended: ${textIn(data, 'ended')}.` };
    case 'watch-started':
      return { kind: 'watched', what: `What was contained is watched until ${textIn(data, 'until')}.` };
    case 'watch-ended':
      return { kind: 'watched', what: watchInWords(data) };
    case 'plan-expired':
      return { kind: 'decided', what: 'Nobody decided in time: the plan expired.' };
    case 'needs-a-person':
      return { kind: 'trouble', what: `The case needs a person: ${textIn(data, 'why')}.` };
    default:
      return null;
  }
}

function watchInWords(data: unknown): string {
  const succeeded = numberIn(data, 'succeeded');
  if (textIn(data, 'ended') !== 'quiet') return `The watch ended: ${succeeded} calls went through after containment.`;
  const denied = numberIn(data, 'deniedAttempts');
  const attempts = denied === 0 ? '' : `, and ${denied} that were refused`;
  return `The watch ended: the trail shows no call that went through${attempts}.`;
}

function updateEntries(event: Extract<HistoryEvent, { kind: 'update-answered' }>): readonly StoryEntry[] {
  switch (event.name) {
    case 'decide':
      return [decisionEntry(event)];
    case 'replan': {
      const who = textIn(event.input[0], 'requestedBy');
      return [{ ...entry(event, 'decided', 'A fresh plan was asked for.'), who }];
    }
    case 'stop': {
      const who = textIn(event.input[0], 'requestedBy');
      return [{ ...entry(event, 'decided', 'The response was asked to stop.'), who }];
    }
    default:
      return [];
  }
}

function entry(event: HistoryEvent, kind: StoryKind, what: string): StoryEntry {
  return { at: event.at, kind, who: 'trailhound', what, subject: null, awsRequestIds: [] };
}

function actionEntry(event: Completed, kind: StoryKind, what: string): StoryEntry {
  const subject = textIn(event.input[0], 'actionId') || null;
  return { ...entry(event, kind, what), subject, awsRequestIds: textsIn(event.result, 'awsRequestIds') };
}

function textsIn(value: unknown, name: string): readonly string[] {
  return arrayIn(value, name).flatMap((each) => (typeof each === 'string' ? [plainText(each)] : []));
}
