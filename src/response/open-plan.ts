import { z } from 'zod';
import { refuse } from '../approval/refusal.ts';
import { planDigestOf } from '../digest/plan-digest.ts';
import type { Action } from '../model/action.ts';
import type { Actor } from '../model/actor.ts';
import type { CaseId, Digest } from '../model/ids.ts';
import type { ByHand, NotKnownYet, Plan } from '../model/plan.ts';
import type { EventRef } from '../model/trail-event.ts';
import type { WayIn, WayInSubject } from '../model/way-in.ts';
import { actionTypes, moduleOf } from './action-registry.ts';
import { accountIdSchema } from './actions/access-key-target.ts';
import { TrailhoundError } from '../model/trailhound-error.ts';
import { digestSchema, instantSchema } from '../validation/branded-texts.ts';
import { whole } from '../validation/whole-schema.ts';

/** A stored plan as whoever shows, signs or carries it out may take it. */
export type OpenedPlan =
  | { readonly kind: 'intact'; readonly plan: Plan }
  /** It is not what its digest says, or not of the form that this release writes. */
  | { readonly kind: 'altered' };

/**
 * Reads a plan from wherever it was kept. Nothing of it is believed: every field must have its form, there must be no other, and the
 * digest, made again over all of them, must be the plan's own.
 */
export function openPlan(stored: unknown): OpenedPlan {
  const parsed = planSchema.safeParse(stored);
  if (!parsed.success || planDigestOf(parsed.data) !== parsed.data.digest) return { kind: 'altered' };
  return { kind: 'intact', plan: parsed.data };
}

/** A plan of the store was asked for whose content is not what its digest says. */
export class PlanAlteredError extends TrailhoundError {
  override readonly name = 'PlanAlteredError';
  override readonly code = 'plan-altered';
  override readonly remedy = refuse('plan-altered').remedy;
  constructor(digest: string) {
    super(`the stored plan ${digest} is not what its digest says`);
  }
}

/**
 * The plan, where it is intact.
 *
 * @throws PlanAlteredError
 */
export function intactPlan(stored: unknown, digest: Digest): Plan {
  const opened = openPlan(stored);
  if (opened.kind === 'altered' || opened.plan.digest !== digest) throw new PlanAlteredError(digest);
  return opened.plan;
}

/* Texts in a plan are as the log has them: whoever shows one makes it safe. */
const text = z.string().max(262_144); // no record of CloudTrail is larger
const name = z.string().min(1).max(600);
const caseId = name.transform((value) => value as CaseId);
const accountId = accountIdSchema;

/** Each type's own target and parameters, strictly, under the ID that is made of them. */
const actionSchema: z.ZodType<Action> = z.union(
  actionTypes.map((type) =>
    z
      .strictObject({
        id: z.string().min(1).max(200),
        type: z.literal(type),
        target: moduleOf(type).target,
        params: moduleOf(type).params,
        dependsOn: z.array(name).max(50),
        recommended: z.boolean(),
      } satisfies Record<keyof Action, z.ZodType>)
      .refine((action) => action.id === moduleOf(type).idOf(action), 'an action has the ID of its type and target'),
  ),
) as unknown as z.ZodType<Action>; // a union made of a list has no type of its own

const actor: z.ZodType<Actor> = whole<Actor>()(
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('person'), directory: text, userId: text, name: text.exactOptional() }),
    z.strictObject({ kind: z.literal('user'), accountId, userId: text.exactOptional(), name: text }),
    z.strictObject({ kind: z.literal('root'), accountId }),
    z.strictObject({
      kind: z.literal('role-session'),
      accountId,
      roleId: text.exactOptional(),
      roleName: text,
      sessionName: text,
    }),
    z.strictObject({ kind: z.literal('external'), accountId, principal: text }),
    z.strictObject({ kind: z.literal('service'), name: text }),
    z.strictObject({
      kind: z.literal('unresolved-key'),
      accountId,
      accessKeyId: text,
      seenAs: text.exactOptional(),
    }),
  ]),
);

const user = { accountId, userName: text };
const keyOfUser = { ...user, accessKeyId: text };

const byHand: z.ZodType<ByHand> = whole<ByHand>()(
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('account-not-ours'), ...keyOfUser }),
    z.strictObject({ kind: z.literal('keys-not-shown'), ...keyOfUser }),
    z.strictObject({ kind: z.literal('key-gone'), ...keyOfUser }),
    z.strictObject({ kind: z.literal('no-room-for-a-key'), ...keyOfUser, inactive: z.boolean(), otherKeyId: text }),
    z.strictObject({ kind: z.literal('unconfirmed'), events: z.number().int().positive() }),
    z.strictObject({ kind: z.literal('not-followed'), what: text, count: z.number().int().positive(), first: text }),
    z.strictObject({
      kind: z.literal('not-asked'),
      budget: z.number().int().nonnegative(),
      pieces: z.number().int().positive(),
    }),
    z.strictObject({ kind: z.literal('not-gathered'), pieces: z.number().int().positive() }),
    z.strictObject({ kind: z.literal('temporary-key'), ...keyOfUser }),
    z.strictObject({ kind: z.literal('password-session'), ...user }),
    z.strictObject({ kind: z.literal('instance-session'), accountId, roleName: text, instanceId: text }),
    z.strictObject({ kind: z.literal('role-session'), accountId, roleName: text }),
    z.strictObject({ kind: z.literal('role-trust'), accountId, roleName: text }),
    z.strictObject({ kind: z.literal('identity-center-session') }),
    z.strictObject({ kind: z.literal('root') }),
    z.strictObject({ kind: z.literal('outsider') }),
    z.strictObject({ kind: z.literal('service') }),
    z.strictObject({ kind: z.literal('unknown-caller') }),
    z.strictObject({ kind: z.literal('behind'), actor }),
    z.strictObject({ kind: z.literal('password-gone'), ...user }),
    z.strictObject({
      kind: z.literal('denial-stays'),
      ...user,
      policyName: text,
      waysIn: z.number().int().positive(),
      until: instantSchema.nullable(),
    }),
    z.strictObject({ kind: z.literal('secret-stays'), secretName: text, secretRegion: text }),
    z.strictObject({ kind: z.literal('not-undone'), actionId: text }),
    z.strictObject({ kind: z.literal('way-in'), id: name, what: z.lazy(() => subject) }),
    z.strictObject({ kind: z.literal('secret-readable'), ...keyOfUser, by: text }),
    z.strictObject({
      kind: z.literal('readers-unknown'),
      ...keyOfUser,
      count: z.number().int().positive(),
      first: z.array(text),
    }),
  ]),
);

const subject: z.ZodType<WayInSubject> = whole<WayInSubject>()(
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('access-key'), ...keyOfUser, madeAt: instantSchema.exactOptional() }),
    z.strictObject({
      kind: z.literal('session'),
      accountId,
      accessKeyId: text.nullable(),
      roleName: text.nullable(),
      sessionName: text.nullable(),
      userName: text.exactOptional(),
      renewedFor: z.enum(['instance', 'task', 'managed-node', 'function', 'service', 'certificate']).exactOptional(),
      trustAnchor: text.exactOptional(),
    }),
    z.strictObject({ kind: z.literal('password'), ...user }),
    z.strictObject({ kind: z.literal('user'), ...user }),
    z.strictObject({ kind: z.literal('root'), accountId }),
    z.strictObject({
      kind: z.literal('person'),
      identity: text,
      name: text,
      signedIn: z.literal(true).exactOptional(),
    }),
    z.strictObject({ kind: z.literal('role'), accountId, roleName: text }),
    z.strictObject({ kind: z.literal('other-credential'), ...user, what: text }),
    z.strictObject({ kind: z.literal('trust'), accountId, roleName: text, letsIn: z.array(text) }),
    z.strictObject({ kind: z.literal('grant'), accountId, holder: text, policy: text, administrator: z.boolean() }),
    z.strictObject({ kind: z.literal('provider'), accountId, arn: text, part: text.exactOptional() }),
    z.strictObject({
      kind: z.literal('share'),
      accountId,
      region: text,
      type: text,
      resource: text,
      by: text,
      sharedWith: text,
    }),
    z.strictObject({ kind: z.literal('code'), accountId, region: text, resource: text, what: text }),
    z.strictObject({
      kind: z.literal('service-login'),
      accountId,
      region: text,
      service: text,
      resource: text,
      login: text,
      credential: text.nullable(),
    }),
    z.strictObject({ kind: z.literal('instance'), accountId, instanceId: text }),
    z.strictObject({
      kind: z.literal('network'),
      accountId,
      region: text,
      securityGroup: text,
      opened: text,
      type: text.exactOptional(),
    }),
  ]),
);

const notKnownYet: z.ZodType<NotKnownYet> = whole<NotKnownYet>()(
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('identity-state'), users: z.number().int().positive() }),
    z.strictObject({ kind: z.literal('older-events'), before: instantSchema.nullable() }),
  ]),
);

const eventRef: z.ZodType<EventRef> = whole<EventRef>()(
  z.strictObject({ accountId, eventId: text, revision: z.number().int() }),
);

const wayIn: z.ZodType<WayIn> = whole<WayIn>()(
  z.strictObject({
    id: name,
    identity: text,
    what: subject,
    origin: z.literal(['made', 'used']),
    state: z.union([z.literal(['open', 'closed', 'unknown']), z.strictObject({ acceptedBy: text, reason: text })]),
    heldBack: z.literal(true).exactOptional(),
    narrowedTo: text.exactOptional(),
    endBegun: instantSchema.exactOptional(),
    neverBack: z.array(text).exactOptional(),
    reopened: z.strictObject({ at: instantSchema, by: actor }).exactOptional(),
    until: z.union([z.literal(['until-removed', 'unknown']), instantSchema]),
    proof: z.array(eventRef),
  }),
);

const planSchema: z.ZodType<Plan> = whole<Plan>()(
  z
    .strictObject({
      caseId,
      version: z.number().int().positive(),
      purpose: z.union([z.literal(['contain', 'rotate']), z.strictObject({ undo: digestSchema })]),
      actions: z.array(actionSchema),
      notKnownYet: z.array(notKnownYet).min(1).exactOptional(),
      byHand: z.array(byHand),
      waysIn: z.array(wayIn),
      basis: z.strictObject({ evidence: z.array(digestSchema), rules: z.array(digestSchema), policy: digestSchema }),
      digest: digestSchema,
    })
    .refine(
      ({ purpose, actions }) =>
        typeof purpose === 'object' ||
        actions.every((action) => !moduleOf(action.type).givesBack || isWithNewKey(action, actions)),
      'only a plan that undoes another, or replaces a key of that user, gives access back',
    )
    .refine(
      ({ actions }) => new Set(actions.map(({ id }) => id)).size === actions.length,
      'a plan has no action twice',
    ),
);

/** The lifting of a denial that waits for a new key of the same user. */
function isWithNewKey({ type, target, dependsOn }: Action, actions: readonly Action[]): boolean {
  return (
    type === 'liftUserDenial' &&
    actions.some(
      (each) =>
        each.type === 'rotateAccessKey' &&
        dependsOn.includes(each.id) &&
        each.target.accountId === target.accountId &&
        each.target.userName === target.userName,
    )
  );
}
