import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import type { SafeText } from '../../model/safe-text.ts';
import type { AccountId, AlertId, CaseId, Instant } from '../../model/ids.ts';
import type { WayIn, WayInSubject } from '../../model/way-in.ts';
import { linkKinds } from '../../model/link.ts';
import { stages } from '../stage.ts';
import type { Effect } from '../effects/effect.ts';
import type { WalkLimit } from '../links/walk-limit.ts';

/*
 * The fixed form of a case, for scripts and for whoever draws it: `investigate --json` and `investigations show --json` hold it, each
 * beside what only it knows. Names and times are as the log has them; sentences are ours and safe to show.
 */

function list<T extends z.ZodType>(item: T) {
  return z.array(item).readonly();
}
const sentence = z.custom<SafeText>((value) => typeof value === 'string');
const eventIds = list(z.string());
function text(value: unknown): boolean {
  return typeof value === 'string';
}
const instant = z.custom<Instant>(text);
const accountId = z.custom<AccountId>(text);
const alertId = z.custom<AlertId>(text);
const caseId = z.custom<CaseId>(text);
const severities = ['low', 'medium', 'high', 'critical'] as const;
/** Made once: making a schema takes longer than checking by it. */
const withKind = z.looseObject({ kind: z.string() });
const wayInSubject = z.custom<WayInSubject>(
  (value) => withKind.safeParse(value).success, // its form is the model's
);

const identity = z
  .object({
    id: z.string(),
    kind: z.enum([
      'user',
      'role',
      'session',
      'access-key',
      'root',
      'person',
      'account',
      'instance',
      'provider',
      'service',
    ]),
    account: z.string().nullable(),
    name: z.string(),
    role: z.enum(['suspect', 'created', 'changed', 'used', 'outside']),
    /** What it did earlier is not the intruder's; null where that is not known. */
    since: instant.nullable(),
  })
  .readonly();

const link = z
  .object({
    from: z.string(),
    to: z.string(),
    how: z.enum(linkKinds),
    strength: z.enum(['proved', 'likely']),
    at: instant,
    /** What the step leads through: the owner of a new key, the role that was assumed. */
    via: list(z.string()),
    eventIds,
  })
  .readonly();

const alert = z
  .object({
    id: z.string(),
    ruleId: z.string(),
    ruleName: z.string(),
    severity: z.enum(severities),
    riskScore: z.number(),
    eventTime: z.string(),
    eventIds,
  })
  .readonly();

const timelineEntry = z
  .object({
    at: instant,
    until: instant,
    stage: z.enum(stages),
    identity: z.string(),
    account: accountId,
    region: z.string().nullable(),
    /** The address, or the service that called on behalf of the identity. */
    source: z.string().nullable(),
    /** Network and country, where the address was enriched. */
    place: z.string().nullable(),
    client: z.string().nullable(),
    action: z.string(),
    /** The first few names. */
    targets: list(z.string()),
    outcome: z.enum(['success', 'failure']),
    errorCode: z.string().nullable(),
    count: z.number(),
    /** The first few; `count` says how many there are. */
    eventIds,
    alertIds: list(alertId),
    /** Imported records alone tell of it: nothing is concluded from it. */
    unconfirmed: z.boolean(),
    sincePlan: z.boolean(),
    /** Who had taken what the call gives back; absent for all other calls. */
    takenBy: z.string().exactOptional(),
  })
  .readonly();

const finding = z
  .object({
    kind: z.string(),
    sentence,
    direction: z.enum(['suspicious', 'benign']),
    confidence: z.enum(['low', 'medium', 'high']),
    techniques: list(z.string()),
    facts: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null),
    eventIds,
  })
  .readonly();

const wayIn = z
  .object({
    id: z.string(),
    kind: z.custom<WayInSubject['kind']>(text),
    identity: z.string(),
    what: wayInSubject,
    sentence,
    /** As of `asOf`. */
    state: z.enum(['open', 'closed', 'unknown', 'accepted']),
    /** Closed by a boundary that denies everything, for as long as nobody takes that off. */
    heldBack: z.literal(true).exactOptional(),
    acceptedBy: z.string().nullable(),
    reason: z.string().nullable(),
    /** An instant, `until-removed` or `unknown`. */
    until: z.custom<WayIn['until']>(text),
    eventIds,
  })
  .readonly();

const plannedAction = z
  .object({
    id: z.string(),
    type: z.string(),
    target: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null),
    recommended: z.boolean(),
    /** Left to a person: nothing here carries it out. */
    byHand: z.boolean(),
    /** The ways in that it closes, by their IDs, where that is known. */
    closes: list(z.string()),
    /** What it does, or what a person is to do. */
    sentence,
    /** Why it is not taken unless somebody chooses it; absent or null where it is taken, or left to a person. */
    onlyIfChosen: sentence.nullable().optional(),
  })
  .readonly();

export const caseDocumentSchema = z
  .object({
    id: z.string(),
    severity: z.enum(severities),
    /** The first and the last that is known of the intruder. */
    from: z.string(),
    until: z.string(),
    /** The time by which was judged what has ended by itself. */
    asOf: z.string(),
    accounts: list(z.string()),
    identities: list(identity),
    links: list(link),
    alerts: list(alert),
    timeline: list(timelineEntry),
    /** Each stage in a few phrases, in the order in which they began: what was done, and what was refused or failed. */
    done: list(z.object({ stage: z.enum(stages), phrases: list(sentence), failed: list(sentence) }).readonly()),
    findings: list(finding),
    waysIn: list(wayIn),
    /** What each call left behind, with its content, and what has become of it. */
    effects: list(
      z
        .object({
          kind: z.custom<Effect['kind']>(text),
          what: z.custom<Effect>((value) => withKind.safeParse(value).success),
          account: accountId,
          at: instant,
          identity: z.string(),
          stands: z.boolean(),
          undoneAt: instant.nullable(),
          eventIds,
        })
        .readonly(),
    ),
    /** Every alert is explained by a proved habit: nothing is recommended. */
    quiet: z.boolean(),
    /** What the intruder left that is no way in, and stands: logging that is off, secrets that are known. */
    toPutRight: list(z.object({ kind: z.string(), remedy: sentence, sentence, at: z.string(), eventIds }).readonly()),
    /** Who else uses what the case is about: what breaks when it is contained. */
    otherUse: list(
      z
        .object({
          identity: z.string(),
          calls: z.number(),
          days: z.number(),
          last: z.string(),
          sources: list(z.string()),
          services: list(z.string()),
        })
        .readonly(),
    ),
    /** Users as IAM shows them, since when it does; empty for files. */
    identityState: list(
      z
        .object({
          identity: z.string(),
          takenAt: z.string(),
          exists: z.boolean(),
          keys: list(
            z.object({ accessKeyId: z.string(), status: z.string(), createdAt: z.string().nullable() }),
          ).nullable(),
          hasPassword: z.boolean().nullable(),
          mfaDevices: z.number().nullable(),
          policies: list(z.string()),
          groups: list(z.string()),
          problems: list(z.string()),
        })
        .readonly(),
    ),
    /** What could not be read, a sentence each: what nobody saw may be there. */
    notKnown: list(z.string()),
    /** What we and the approvers did, oldest first; empty for files. */
    ours: list(z.object({ at: z.string(), who: z.string(), what: z.string() }).readonly()),
    plan: z.object({ actions: list(plannedAction) }).readonly(),
    /** What was done after an approval, oldest first, and what was taken back again; empty for files. */
    carriedOut: list(
      z
        .object({
          at: z.string(),
          /** How it ended, in words. */
          ended: z.string(),
          /** It takes an earlier response back. */
          takesBack: z.boolean(),
          approvals: list(z.object({ approver: z.string(), at: z.string(), reason: z.string() }).readonly()),
          actions: list(
            z
              .object({
                id: z.string(),
                /** Null where its plan is not what its digest says. */
                type: z.string().nullable(),
                target: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null),
                outcome: z.string(),
                /** As AWS showed it when it was verified. */
                detail: z.string(),
              })
              .readonly(),
          ),
        })
        .readonly(),
    ),
    /** Where a case of a running installation stands; null for one made of files. */
    standing: z
      .object({
        status: z.string(),
        verdict: z.string().nullable(),
        /** The plan that waits for a decision, and until when. */
        digest: z.string().nullable(),
        decideBy: z.string().nullable(),
        /** What must be known before all else (a response taken back, a key that may be live), a sentence each. */
        warnings: list(z.string()),
        /** The plan to undo that waits for a decision; absent or null where none does. */
        undo: z
          .object({ digest: z.string(), decideBy: z.string().nullable(), actions: list(plannedAction) })
          .readonly()
          .nullable()
          .optional(),
      })
      .readonly()
      .nullable(),
    /** What people wrote on it, oldest first; empty for files. */
    notes: list(z.object({ at: instant, by: z.string(), text: z.string() }).readonly()),
    /** The cases that were merged into it, and into those, oldest first; empty for files. */
    mergedFrom: list(caseId),
    /** The case in which it goes on; null where it was not merged. */
    mergedInto: caseId.nullable(),
    limits: list(z.custom<WalkLimit>((value) => withKind.safeParse(value).success)),
    /** Calls that were looked at, and calls that are there and were not. */
    events: z.object({ kept: z.number(), left: z.number() }).readonly(),
  })
  .readonly();

export type CaseDocument = z.infer<typeof caseDocumentSchema>;
export type DocumentIdentity = z.infer<typeof identity>;
export type DocumentAlert = z.infer<typeof alert>;
export type DocumentEntry = z.infer<typeof timelineEntry>;
export type DocumentWayIn = z.infer<typeof wayIn>;
export type DocumentAction = z.infer<typeof plannedAction>;
