import { defineUpdate } from '@temporalio/workflow';
import { type AcceptanceRefusal, maxAcceptanceLength, type SignedAcceptance } from '../model/acceptance.ts';
import { maxNoteLength, personsVerdicts, type PersonsVerdict } from '../model/case-state.ts';
import type { CaseId } from '../model/ids.ts';

/** Who asks for what needs no signature. */
export interface Asked {
  readonly requestedBy: string;
}

/** Why an act is not done. */
export type ActRefusal =
  | AcceptanceRefusal
  /** It gathers evidence, or a response of it is under way. */
  | 'busy'
  /** Alerts of it have come and are looked at first; or a key of its response may be live. */
  | 'alerts-wait'
  /** It cannot be called contained. */
  | 'ways-in-open'
  | 'no-such-case'
  | 'same-case'
  | 'other-case-ended'
  | 'other-case-busy'
  /** None of its alerts are about those, or all of them. */
  | 'no-such-actor'
  | 'nothing-left';

export type ActOutcome =
  /** With the case that goes on, or that was made. */
  | { readonly kind: 'done'; readonly caseId?: CaseId }
  /** With the number of ways in that are open, or of which nobody knows. */
  | { readonly kind: 'refused'; readonly code: ActRefusal; readonly left?: number };

const maxNameLength = 200;
const maxIdentities = 50;
const compactJws = /^[\w-]*\.[\w-]*\.[\w-]*$/;

/** A signed word that a way in may stay. */
export const acceptWayIn = defineUpdate<ActOutcome, [SignedAcceptance]>('accept');
/** A person's verdict, which closes the case. */
export const closeByPerson = defineUpdate<
  ActOutcome,
  [Asked & { readonly verdict: PersonsVerdict; readonly reason: string }]
>('close');
export const addNote = defineUpdate<ActOutcome, [Asked & { readonly text: string }]>('note');
/** Says who works on it; null: nobody. */
export const assign = defineUpdate<ActOutcome, [Asked & { readonly person: string | null }]>('assign');
/** Joins it with another case: the older of the two goes on. */
export const link = defineUpdate<ActOutcome, [Asked & { readonly other: CaseId; readonly reason: string }]>('link');
/** Moves what these identities did into a case of its own. */
export const split = defineUpdate<
  ActOutcome,
  [Asked & { readonly identities: readonly string[]; readonly reason: string }]
>('split');

/** What each act takes, field by field; `requestedBy` besides, where nothing is signed. */
const shapes = {
  accept: { jws: (value) => isText(value, maxAcceptanceLength) && compactJws.test(value) },
  close: { verdict: (value) => personsVerdicts.some((each) => each === value), reason: isNote },
  note: { text: isNote },
  assign: { person: (value) => value === null || isText(value, maxNameLength) },
  link: { other: (value) => isText(value, maxNameLength), reason: isNote },
  split: { identities: isListOfNames, reason: isNote },
} as const satisfies Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>>;

/** What is wrong with the size or form of a request, as a sentence; null where nothing is. Synchronous, for validators of updates. */
export function shapeFaultOf(act: keyof typeof shapes, asked: unknown): string | null {
  const fields: Readonly<Record<string, unknown>> = typeof asked === 'object' && asked !== null ? { ...asked } : {};
  const shape: Readonly<Record<string, (value: unknown) => boolean>> = shapes[act];
  const wanted = act === 'accept' ? shape : { ...shape, requestedBy: (value: unknown) => isText(value, maxNameLength) };
  const wrong = Object.entries(wanted).find(([name, fits]) => !fits(fields[name]));
  return wrong === undefined ? null : `${act} was sent without a ${wrong[0]} that can be taken`;
}

function isNote(value: unknown): boolean {
  return isText(value, maxNoteLength) && value.trim() !== '';
}

function isListOfNames(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= maxIdentities &&
    value.every((each) => isText(each, maxNameLength * 4))
  );
}

/** What a signature, a history and a database can all carry. */
function isText(value: unknown, longest: number): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= longest &&
    value.isWellFormed() &&
    !value.includes('\u0000')
  );
}
