import { z } from 'zod';
import { actionOutcomes } from '../model/action-result.ts';
import type { CaseId, Digest, Instant } from '../model/ids.ts';
import { digestSchema, instantSchema } from '../validation/branded-texts.ts';

const caseId = z.string().transform((value) => value as CaseId);
const execution = z.object({ workflowId: z.string(), runId: z.string() });

/** What the responder spends, once each. Neither secrets nor texts of a log are in it. */
export const registerEntrySchema = z.discriminatedUnion('kind', [
  /** A decision that was used, for one plan; or that a case refused: nothing is begun by that one. */
  z.object({
    kind: z.literal('decision'),
    decisionId: z.string(),
    planDigest: digestSchema,
    refused: z.literal(true).exactOptional(),
    at: instantSchema,
  }),
  /** A plan that was begun, by one execution: its decisions are judged as of that instant. */
  z.object({ kind: z.literal('plan'), planDigest: digestSchema, execution, at: instantSchema }),
  /** An action of a plan that was begun, by one execution. */
  z.object({
    kind: z.literal('action'),
    planDigest: digestSchema,
    actionId: z.string(),
    intentId: z.string(),
    caseId,
    execution,
    at: instantSchema,
  }),
  /** An attempt at a call that must not be made twice; written before it. */
  z.object({
    kind: z.literal('attempt'),
    intentId: z.string(),
    step: z.string(),
    attempt: z.int().nonnegative(),
    at: instantSchema,
  }),
  /**
   * That a step was first called, by what a look had found: written before the call, so that what is found so afterwards counts as our own
   * doing, and a look that was put in the place of that one tells nothing of what was before.
   */
  z.object({
    kind: z.literal('call'),
    intentId: z.string(),
    step: z.string(),
    checkedAt: instantSchema,
    at: instantSchema,
  }),
  /** A step that AWS was seen to show as taken: it is never taken again. */
  z.object({ kind: z.literal('step'), intentId: z.string(), step: z.string(), at: instantSchema }),
  /** The end of an action, as AWS showed it: nothing of it is done any more. */
  z.object({ kind: z.literal('end'), intentId: z.string(), outcome: z.literal(actionOutcomes), at: instantSchema }),
  /** A plan that an approver has rejected: it is not begun any more, whoever else approves it. */
  z.object({ kind: z.literal('rejection'), planDigest: digestSchema, decisionId: z.string(), at: instantSchema }),
  /** A way in that an approver lets stay: the `number`th such word about it. */
  z.object({
    kind: z.literal('acceptance'),
    caseId,
    wayInId: z.string(),
    number: z.int().nonnegative(),
    acceptanceId: z.string(),
    issuedAt: instantSchema,
    at: instantSchema,
  }),
  /** An acceptance that the case refused: it never counts. */
  z.object({ kind: z.literal('refused-acceptance'), acceptanceId: z.string(), at: instantSchema }),
  /** An action that the store does not know any more, which a person has accepted. */
  z.object({ kind: z.literal('accepted'), intentId: z.string(), reason: z.string(), at: instantSchema }),
]);
export type RegisterEntry = z.infer<typeof registerEntrySchema>;
export type EntryOf<Kind extends RegisterEntry['kind']> = Extract<RegisterEntry, { kind: Kind }>;

/** What an entry is found by; there is one entry for each key, for ever. */
export function registerKeyOf(entry: RegisterEntry): string {
  switch (entry.kind) {
    case 'decision':
      return registerKeys.decision(entry.decisionId);
    case 'plan':
      return registerKeys.plan(entry.planDigest);
    case 'action':
      return registerKeys.action(entry.planDigest, entry.actionId);
    case 'attempt':
      return registerKeys.attempt(entry.intentId, entry.step, entry.attempt);
    case 'call':
      return registerKeys.call(entry.intentId, entry.step);
    case 'step':
      return registerKeys.step(entry.intentId, entry.step);
    case 'end':
      return registerKeys.end(entry.intentId);
    case 'rejection':
      return registerKeys.rejection(entry.planDigest);
    case 'acceptance':
      return registerKeys.acceptance(entry.caseId, entry.wayInId, entry.number);
    case 'refused-acceptance':
      return registerKeys.refusedAcceptance(entry.acceptanceId);
    case 'accepted':
      return registerKeys.accepted(entry.intentId);
  }
}

export const registerKeys = {
  decision: (decisionId: string) => `decision/${decisionId}`,
  plan: (planDigest: Digest) => `plan/${planDigest}`,
  action: (planDigest: Digest, actionId: string) => `action/${planDigest}/${actionId}`,
  attempt: (intentId: string, step: string, attempt: number) => `attempt/${intentId}/${step}/${attempt}`,
  call: (intentId: string, step: string) => `call/${intentId}/${step}`,
  step: (intentId: string, step: string) => `step/${intentId}/${step}`,
  end: (intentId: string) => `end/${intentId}`,
  rejection: (planDigest: Digest) => `rejection/${planDigest}`,
  acceptance: (of: CaseId, wayInId: string, number: number) => `acceptance/${of}/${wayInId}/${number}`,
  refusedAcceptance: (acceptanceId: string) => `refused-acceptance/${acceptanceId}`,
  accepted: (intentId: string) => `accepted/${intentId}`,
} as const;

/** An entry that stands under its key, and whether it was just written. */
export interface Spent {
  readonly entry: RegisterEntry;
  readonly fresh: boolean;
}

/**
 * What the responder has spent, kept where it alone can write: who owns Temporal and the store cannot make it forget. Entries are
 * only ever added. All of its methods throw {@link import('./responder-stopped.ts').ResponderStopped} where it cannot be used.
 */
export interface Register {
  /** Since when it is kept: of what was decided before, nobody knows whether it was spent. Begins it where there is none. */
  since(): Promise<Instant>;
  /** Writes an entry, durably, before it returns; where one stands under its key, that one stays. */
  spend(entry: RegisterEntry): Promise<Spent>;
  find(key: string): Promise<RegisterEntry | null>;
  /** All entries of these kinds, in any order: what the store must know as well, or a person has accepted that it does not. */
  begun(): Promise<readonly BegunEntry[]>;
}

/** The kinds of entries that tell what was begun; the names of the kinds are the beginnings of their keys. */
export const begunKinds = ['action', 'attempt', 'accepted'] as const;
export type BegunEntry = EntryOf<(typeof begunKinds)[number]>;

/** Whether an entry tells of something that was begun. */
export function isBegun(entry: RegisterEntry): entry is BegunEntry {
  return begunKinds.some((kind) => kind === entry.kind);
}

/** The entry of one kind under a key. */
export async function findEntry<Kind extends RegisterEntry['kind']>(
  register: Pick<Register, 'find'>,
  kind: Kind,
  key: string,
): Promise<EntryOf<Kind> | null> {
  const entry = await register.find(key);
  // The key names the kind, so that no other one stands under it.
  return entry?.kind === kind ? (entry as EntryOf<Kind>) : null;
}
