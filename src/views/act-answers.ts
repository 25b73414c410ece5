import { z } from 'zod';
import type { AcceptanceStatement } from '../model/acceptance.ts';
import type { LastLook } from '../messages/investigate-messages.ts';
import type { RespondedAction, RespondResult } from '../messages/respond-messages.ts';
import type { UndoState } from '../messages/undo-messages.ts';
import type { Action, ActionType } from '../model/action.ts';
import type { SafeText } from '../model/safe-text.ts';
import { actionOutcomes } from '../model/action-result.ts';
import { type NeedCode, personsVerdicts } from '../model/case-state.ts';
import type { DecisionStatement } from '../model/decision.ts';
import type { MemoryDifferences } from '../response/memory-agreement.ts';
import type { WayInSubject } from '../model/way-in.ts';
import { caseId, digest, instant, list, sourceId } from './scalars.ts';

/* What is answered to people who did something. */

const verdict = z.enum(['approve', 'reject']);
const count = z.number();

/** An action with all that a signature covers. */
const action = z.custom<Action>(
  (value) => z.looseObject({ id: z.string(), type: z.string() }).safeParse(value).success, // its form is that of its type
);

const endedActions = list(
  z.strictObject({
    actionId: z.string(),
    /** Null where the response was refused before its plan was trusted. */
    type: z.custom<ActionType>((value) => typeof value === 'string').nullable(),
    /** `later`: a follow-up takes it when its time has come. */
    outcome: z.enum([...actionOutcomes, 'skipped', 'stopped', 'later']),
    detail: z.string(),
    /** Why a person is needed, where one is. */
    need: z.custom<NeedCode>((value) => typeof value === 'string').exactOptional(),
    /** Every key that it made, with what became of each. */
    keys: list(
      z.strictObject({
        accessKeyId: z.string(),
        fate: z.enum(['live', 'removed', 'may-be-live']),
        secretArn: z.string().nullable(),
      }),
    ).exactOptional(),
  }) satisfies z.ZodType<RespondedAction>,
);

/** What was signed, in full, and what came of the response where it was waited for. */
export const decidedSchema = z.strictObject({
  statement: z.strictObject({
    decisionId: z.string(),
    caseId,
    planDigest: digest,
    verdict,
    actions: list(action),
    reason: z.string(),
    approver: z.string(),
    audience: z.string(),
    issuedAt: instant,
    expiresAt: instant,
  }) satisfies z.ZodType<DecisionStatement>,
  /** SHA-256 of the statement's canonical JSON (RFC 8785): what was signed, to the byte. */
  statementDigest: digest,
  plan: z.strictObject({ digest, version: count, undoes: z.boolean() }),
  actionIds: list(z.string()),
  /** `duplicate`: the same decision was given before. */
  outcome: z.strictObject({ kind: z.enum(['accepted', 'duplicate']), approvalsMissing: count }),
  response: z
    .strictObject({
      planDigest: digest,
      actions: endedActions,
      ended: z.enum(['contained', 'partly-contained', 'failed', 'unknown', 'stopped']),
    })
    .nullable() satisfies z.ZodType<RespondResult | null>,
});

/** What came of looking at a case anew; null where it takes longer than a minute. */
export const replannedSchema = z.strictObject({
  caseId,
  accepted: z.literal(true),
  look: z
    .strictObject({
      count,
      /** `unchanged`: the plan in hand says all of it; `nothing-to-do`: no plan could do anything more. */
      outcome: z.enum(['presented', 'unchanged', 'nothing-to-do']),
      plan: digest.nullable(),
    })
    .nullable() satisfies z.ZodType<LastLook | null>,
  /** The plan to take a response back that waited; a fresh plan makes it void. */
  undo: z.strictObject({ plan: digest, now: z.enum(['waits', 'void']) }).nullable(),
});

/** `too-late`: the response had ended, and this is what it did. */
export const stoppedSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stopping'), caseId }),
  z.strictObject({
    kind: z.enum(['stopped', 'too-late']),
    caseId,
    ended: z.string(),
    actions: list(z.looseObject({ actionId: z.string(), outcome: z.string(), detail: z.string() })),
  }),
]);

const undoPlan = { plan: digest };
export const undoingSchema = z.strictObject({
  caseId,
  undoing: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('planning') }),
    z.strictObject({
      kind: z.literal('awaiting-decision'),
      ...undoPlan,
      version: count,
      actionIds: list(z.string()),
      expiresAt: instant,
    }),
    z.strictObject({ kind: z.literal('responding'), ...undoPlan, version: count }),
    z.strictObject({ kind: z.enum(['nothing-to-undo', 'expired', 'rejected']), ...undoPlan }),
    z.strictObject({ kind: z.literal('superseded'), ...undoPlan, by: digest }),
    z.strictObject({ kind: z.literal('ended'), ...undoPlan, ended: z.string() }),
  ]) satisfies z.ZodType<UndoState>,
  /** The case's own plan that waits for a decision beside it. */
  besides: digest.nullable(),
});

/** What came of putting recordings into the store. */
export const importedSchema = z.strictObject({
  /** The log source that they became. */
  source: sourceId,
  inputs: count,
  records: count,
  /** Records that the store did not have. */
  newRecords: count,
  malformed: count,
  /** Of its content, as its audit record has it; null where it was stopped before all was read. */
  digest: digest.nullable(),
  /** Events that became visible to detection by this. */
  published: count,
  /** It was stopped before the end; the same import again goes on. */
  stopped: z.boolean(),
});

/** Where register and store differ about what was begun; both lists are empty where they agree. */
export const memoriesSchema = z.strictObject({
  /** Intents that the register knows, or knows more attempts of than the store does. */
  unknownToStore: list(z.string()),
  /** Actions whose journal the store has and the register does not know. */
  unknownToRegister: list(
    z.strictObject({
      intentId: z.string(),
      planDigest: digest,
      actionId: z.string(),
      caseId,
      execution: z.strictObject({ workflowId: z.string(), runId: z.string() }),
      hasRows: z.boolean(),
      attempts: list(z.strictObject({ step: z.string(), attempt: count })),
    }),
  ),
}) satisfies z.ZodType<MemoryDifferences>;

/** What was signed, in full. */
export const acceptedSchema = z.strictObject({
  statement: z.strictObject({
    acceptanceId: z.string(),
    caseId,
    wayInId: z.string(),
    // Each kind has fields of its own, as the case's ways in do.
    what: z.custom<WayInSubject>((value) => typeof value === 'object' && value !== null && 'kind' in value),
    reason: z.string(),
    approver: z.string(),
    audience: z.string(),
    issuedAt: instant,
    expiresAt: instant.nullable(),
  }) satisfies z.ZodType<AcceptanceStatement>,
});
export const closedSchema = z.strictObject({
  caseId,
  verdict: z.enum(personsVerdicts),
  /** What is left to do by hand, a sentence each: whoever closed it was shown it. */
  leftByHand: list(z.custom<SafeText>((value) => typeof value === 'string')),
});
export const notedSchema = z.strictObject({ caseId });
export const assignedSchema = z.strictObject({ caseId, assignedTo: z.string().nullable() });
/** The case that goes on. */
export const linkedSchema = z.strictObject({ caseId });
export const splitSchema = z.strictObject({ caseId, newCaseId: caseId });

/** Temporal's namespaces, each with what was done about it. */
export const setUpSchema = z.strictObject({
  namespaces: list(
    z.strictObject({
      name: z.string(),
      /** `kept`: all is there, and these credentials may not change it. */
      outcome: z.enum(['created', 'updated', 'kept']),
    }),
  ),
});
export type SetUp = z.infer<typeof setUpSchema>;
