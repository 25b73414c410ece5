import { z } from 'zod';
import { entriesOfKind, type WrittenRecord } from '../audit/audit-record.ts';
import type { CaseAlert, CaseRecord, PresentedPlan, StoredDecision } from '../investigation/case/case-ports.ts';
import { planStandings } from '../investigation/case/case-ports.ts';
import { caseDocumentSchema } from '../investigation/report/case-document.ts';
import { planWords, type PlanWords } from '../investigation/plan/plan-words.ts';
import type { DecisionOutcome } from '../model/decision.ts';
import type { LookReport } from '../investigation/evidence-ports.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { CaseId } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import type { PlanPurpose } from '../model/plan.ts';
import type { SafeText } from '../model/safe-text.ts';
import { severities } from '../model/severity.ts';
import type { UnsettledKeys } from '../response/unsettled-keys.ts';
import { caseRow, caseRowSchema } from './case-row.ts';
import { NoSuchCaseError } from './no-such-case-error.ts';
import { type ResponsePorts, responseSchema, responseViews, sinceUndone, sinceUndoneSchema } from './responses.ts';
import { accountId, alertId, caseId, digest, instant, list } from './scalars.ts';

/** Where what was found, proposed and decided about a case is read from. */
export interface CasePorts extends ResponsePorts {
  readonly caseOf: (id: CaseId) => Promise<CaseRecord | null>;
  readonly alertsOf: (id: CaseId) => Promise<readonly CaseAlert[]>;
  readonly evidenceOf: (id: CaseId) => Promise<readonly Evidence[]>;
  readonly findingsOf: (id: CaseId) => Promise<readonly Finding[]>;
  readonly decisionsOf: (id: CaseId) => Promise<readonly StoredDecision[]>;
  /** The records by which it said that it needs a person, oldest first. */
  readonly needsOf: (id: CaseId) => Promise<readonly WrittenRecord[]>;
  /** The records of what people wrote on it, oldest first. */
  readonly notesOf: (id: CaseId) => Promise<readonly WrittenRecord[]>;
  /** The cases that were merged into it, and into those, oldest first. */
  readonly mergedFromOf: (id: CaseId) => Promise<readonly CaseId[]>;
  /** How far AWS has answered; null where it was not asked. */
  readonly lookOf: (id: CaseId) => Promise<LookReport | null>;
  readonly unsettledKeysOf: (id: CaseId) => Promise<readonly UnsettledKeys[]>;
}

const alertSchema = z.strictObject({
  id: alertId,
  ruleId: z.string(),
  ruleName: z.string(),
  severity: z.enum(severities),
  riskScore: z.number(),
  eventTime: instant,
  eventIds: list(z.string()),
});

const evidenceSchema = z.strictObject({
  digest,
  kind: z.string(),
  source: z.string(),
  takenAt: instant,
  availability: z.enum(['complete', 'partial', 'unavailable']),
  why: z.string().exactOptional(),
}) satisfies z.ZodType<Evidence>;

/** The latest look at AWS: what it asks for, how far it has come, and what could not be had. */
const lookSchema = z.strictObject({
  at: instant,
  ended: z.boolean(),
  asked: z.number(),
  budget: z.number(),
  pieces: list(
    z.strictObject({
      source: z.string(),
      about: z.string(),
      /** Null: it was not asked yet. */
      availability: z.enum(['complete', 'partial', 'unavailable']).nullable(),
      why: z.string().nullable(),
    }),
  ),
}) satisfies z.ZodType<LookReport>;

const findingSchema = z.strictObject({
  id: z.string(),
  kind: z.string(),
  sentence: z.string(),
  direction: z.enum(['suspicious', 'benign']),
  confidence: z.enum(['low', 'medium', 'high']),
  techniques: list(z.string()),
  facts: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null),
  proof: list(z.strictObject({ accountId, eventId: z.string(), revision: z.number() })),
}) satisfies z.ZodType<Finding>;

const sentence = z.custom<SafeText>((value) => typeof value === 'string');
const object = z.looseObject({});

const planSchema = z.strictObject({
  digest,
  version: z.number(),
  standing: z.enum(planStandings),
  /** The plan that it takes back. */
  undoes: digest.nullable(),
  presentedAt: instant,
  /** Null where there is nothing to decide. */
  expiresAt: instant.nullable(),
  /** It is not what its digest says: nothing of it is shown. */
  altered: z.boolean(),
  purpose: z.custom<PlanPurpose>((value) => typeof value === 'string' || object.safeParse(value).success).nullable(),
  actions: list(z.custom<PlanWords['actions'][number]>((value) => object.safeParse(value).success)),
  byHand: list(sentence),
  /** What AWS had not been asked when it was made; empty once it was. */
  notKnownYet: list(sentence),
  waysIn: list(z.custom<PlanWords['waysIn'][number]>((value) => object.safeParse(value).success)),
});

const decisionSchema = z.strictObject({
  decisionId: z.string().nullable(),
  planDigest: z.string().nullable(),
  verdict: z.enum(['approve', 'reject']).nullable(),
  actionIds: list(z.string()),
  reason: z.string().nullable(),
  approver: z.string().nullable(),
  outcome: z.custom<DecisionOutcome>((value) => z.looseObject({ kind: z.string() }).safeParse(value).success),
  at: instant,
}) satisfies z.ZodType<StoredDecision>;

const unsettledKeysSchema = z.strictObject({
  intentId: z.string(),
  caseId,
  actionId: z.string(),
  accountId,
  userName: z.string(),
  accessKeyIds: list(z.string()),
  why: z.string(),
  since: instant,
}) satisfies z.ZodType<UnsettledKeys>;

const noteSchema = z.strictObject({ at: instant, by: z.string(), text: z.string() });

export const caseSchema = caseRowSchema.extend({
  actorKey: z.string(),
  /** Why it cannot go on by itself, as it wrote it down last; null while it can. */
  needs: z.strictObject({ why: z.string(), detail: z.string().nullable() }).nullable(),
  closedAt: instant.nullable(),
  alerts: list(alertSchema),
  evidence: list(evidenceSchema),
  look: lookSchema.nullable(),
  findings: list(findingSchema),
  plan: planSchema.nullable(),
  /** The latest plan that takes another back. */
  undo: planSchema.nullable(),
  decisions: list(decisionSchema),
  responses: list(responseSchema),
  /** Whether what responses did is the responder's own word; false where this machine has not its key, and goes by records alone. */
  responsesVouchedFor: z.boolean(),
  sinceUndone: sinceUndoneSchema.nullable(),
  unsettledKeys: list(unsettledKeysSchema),
  /** What people wrote on it, oldest first. */
  notes: list(noteSchema),
  /** The cases that were merged into it, and into those, oldest first: what their responses did is undone there. */
  mergedFrom: list(caseId),
});
export type CaseView = z.infer<typeof caseSchema>;

/** A case as it is shown: what was decided and done about it, beside what it comes to now. */
export const shownCaseSchema = z.strictObject({
  ...caseSchema.shape,
  ...caseDocumentSchema.unwrap().shape,
  plan: planSchema.extend({ actions: caseDocumentSchema.unwrap().shape.plan.unwrap().shape.actions }).nullable(),
});

/**
 * A case that is there, as it is written.
 *
 * @param named in upper or lower case: whoever types one may not write it as it is
 * @throws NoSuchCaseError
 */
export async function caseNamed({ caseOf }: Pick<CasePorts, 'caseOf'>, named: string): Promise<CaseRecord> {
  const id = named.toUpperCase() as CaseId;
  const record = await caseOf(id);
  // Whoever owns the store can have it answer with another case: what a person closes, stops or notes is the one that they named.
  if (record?.id !== id) throw new NoSuchCaseError(named);
  return record;
}

/** The case that goes on, where one was merged into another, and that perhaps into a third; null where it was not. */
export async function goesOnIn({ caseOf }: Pick<CasePorts, 'caseOf'>, id: CaseId): Promise<CaseId | null> {
  const seen = new Set<CaseId>();
  for (let at = id; ;) {
    seen.add(at);
    const next = (await caseOf(at))?.mergedInto ?? null;
    // Whoever writes into the store can write a circle.
    if (next === null || seen.has(next)) return at === id ? null : at;
    at = next;
  }
}

/**
 * A case with all that was found, proposed and decided.
 *
 * @throws NoSuchCaseError
 */
export async function caseView(ports: CasePorts, named: string): Promise<CaseView> {
  const record = await caseNamed(ports, named);
  const { id, actorKey, closedAt } = record;
  const plans = await ports.plansOf(id);
  const presented = plans.find(({ undoes }) => undoes === null);
  const undoing = plans.find(({ undoes }) => undoes !== null);
  const own = await ports.ownEndsOf(id);
  const responses = responseViews(await ports.responseEndsOf(id), plans, own);
  return {
    ...caseRow(record),
    actorKey,
    needs: record.status === 'needs-a-person' ? lastNeed(await ports.needsOf(id)) : null,
    closedAt,
    alerts: (await ports.alertsOf(id)).map(alertView),
    evidence: await ports.evidenceOf(id),
    look: await ports.lookOf(id),
    findings: await ports.findingsOf(id),
    plan: presented === undefined ? null : planView(presented),
    undo: undoing === undefined ? null : planView(undoing),
    decisions: await ports.decisionsOf(id),
    responses,
    responsesVouchedFor: own !== null,
    sinceUndone: sinceUndone(responses, plans),
    unsettledKeys: await ports.unsettledKeysOf(id),
    notes: notesIn(await ports.notesOf(id)),
    mergedFrom: await ports.mergedFromOf(id),
  };
}

function lastNeed(records: readonly WrittenRecord[]): CaseView['needs'] {
  const last = entriesOfKind(records, 'needs-a-person').at(-1)?.data;
  return last === undefined ? null : { why: last.why, detail: last.detail ?? null };
}

function notesIn(records: readonly WrittenRecord[]): CaseView['notes'] {
  const notes = [...entriesOfKind(records, 'note-added'), ...entriesOfKind(records, 'note-added-later')];
  return notes.map(({ at, actor: by, data: { text } }) => ({ at, by, text }));
}

function alertView({ id, ruleId, ruleName, severity, riskScore, eventTime, eventRefs }: CaseAlert) {
  return { id, ruleId, ruleName, severity, riskScore, eventTime, eventIds: eventRefs.map(({ eventId }) => eventId) };
}

/** The plan in words made of its content here and now; of one that is not what its digest says, nothing is shown but that. */
function planView({ opened, ...presented }: PresentedPlan): NonNullable<CaseView['plan']> {
  if (opened.kind === 'altered')
    return { ...presented, altered: true, purpose: null, actions: [], byHand: [], notKnownYet: [], waysIn: [] };
  const { plan } = opened;
  return { ...presented, altered: false, purpose: plan.purpose, ...planWords(plan) };
}
