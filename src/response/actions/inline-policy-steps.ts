import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { AnyAction, RoleTarget, UserTarget } from '../../model/action.ts';
import type { Digest, Instant } from '../../model/ids.ts';
import { guardRole, guardUser } from '../guards.ts';
import type { PolicyHolder } from '../ports.ts';
import { type ActionStep, StepBlocked, type StepContext, StepPending } from '../step.ts';

/** Denies everything to a user, and with it to the sessions and federation tokens that are its own. */
export const denyEverything: object = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'TrailhoundDeniesEverything', Effect: 'Deny', Action: '*', Resource: '*' }],
};

/** Denies everything to a role's sessions whose credentials were issued before an instant (IAM User Guide, revoking sessions). */
export function denyOlderSessions(issuedBefore: Instant): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TrailhoundRevokesOlderSessions',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:TokenIssueTime': issuedBefore } },
      },
    ],
  };
}

/** An action that puts one inline policy on its target or takes it off. */
type PolicyAction = AnyAction & {
  readonly target: UserTarget | RoleTarget;
  readonly params: { readonly policyName: string };
};

interface SeenPolicy {
  readonly document: string | null;
  readonly state: Digest;
  readonly awsRequestIds: readonly string[];
}

/**
 * Puts an inline policy on the target. Repeatable: putting the same document again changes nothing. Another document under the name
 * is somebody else's, and is not overwritten.
 */
export function putPolicy<A extends PolicyAction>(documentOf: (action: A) => object): ActionStep<A> {
  return {
    async check(context) {
      const { action } = context;
      const { policyName } = action.params;
      const seen = await lookAtPolicy(context);
      const { state, awsRequestIds, document } = seen;
      if (document !== null && !saysTheSame(document, documentOf(action))) {
        throw new StepBlocked(
          `${holderInWords(action.target)} has a policy named ${policyName} with other content: it is not overwritten. Look at who put it there.`,
        );
      }
      const there = document !== null;
      const detail = `${holderInWords(action.target)} has ${there ? 'the' : 'no'} policy ${policyName}.`;
      return { kind: there ? 'already-so' : 'go', state, detail, data: {}, awsRequestIds };
    },

    async call({ action, hands }, checked) {
      const { policyName } = action.params;
      const document = JSON.stringify(documentOf(action));
      const { awsRequestIds } = await hands.principals.putPolicy(holderOf(action.target), policyName, document);
      const detail = `IAM accepted policy ${policyName}.`;
      return { state: checked.data['state'] as Digest, detail, data: {}, awsRequestIds };
    },

    async verify(context) {
      const { action, limits } = context;
      const { policyName } = action.params;
      const { document, state, awsRequestIds } = await lookAtPolicy(context);
      if (document === null || !saysTheSame(document, documentOf(action))) {
        throw new StepPending(`IAM does not show policy ${policyName} yet.`, limits.lookAgainMs);
      }
      const detail = `${holderInWords(action.target)} has policy ${policyName}, as IAM shows it.`;
      return { state, detail, data: {}, awsRequestIds };
    },
  };
}

/** What is taken off, and when at the earliest. */
interface PolicyRemoval<A extends PolicyAction> {
  /** What we wrote: a policy of other content is not ours any more. */
  readonly documentOf: (action: A) => object;
  readonly notBefore: (action: A) => Instant | null;
}

/** Takes an inline policy of ours off the target, as long as it says what we wrote. Repeatable. */
export function removePolicy<A extends PolicyAction>({ documentOf, notBefore }: PolicyRemoval<A>): ActionStep<A> {
  async function lookAtOurs(context: StepContext<A>): Promise<SeenPolicy> {
    const { action } = context;
    const seen = await lookAtPolicy(context);
    if (seen.document !== null && !saysTheSame(seen.document, documentOf(action))) {
      throw new StepBlocked(
        `${holderInWords(action.target)} has a policy named ${action.params.policyName} that is not as Trailhound wrote it: somebody changed it, and it is left as it is. Look at who did, and take it off by hand.`,
      );
    }
    return seen;
  }
  return {
    async check(context) {
      const { action, clock, limits } = context;
      const { policyName } = action.params;
      const earliest = notBefore(action);
      if (earliest !== null && clock.now() < earliest) {
        throw new StepPending(
          `Policy ${policyName} must stay until ${earliest}: sessions that it denies have not ended.`,
          limits.lookAgainMs,
        );
      }
      const { document, state, awsRequestIds } = await lookAtOurs(context);
      const detail = `${holderInWords(action.target)} has ${document === null ? 'no' : 'the'} policy ${policyName}.`;
      return { kind: document === null ? 'already-so' : 'go', state, detail, data: {}, awsRequestIds };
    },

    async call({ action, hands }, checked) {
      const { policyName } = action.params;
      const { awsRequestIds } = await hands.principals.removePolicy(holderOf(action.target), policyName);
      const detail = `IAM accepted that policy ${policyName} is taken off.`;
      return { state: checked.data['state'] as Digest, detail, data: {}, awsRequestIds };
    },

    async verify(context) {
      const { action, limits } = context;
      const { policyName } = action.params;
      const { document, state, awsRequestIds } = await lookAtOurs(context);
      if (document !== null) throw new StepPending(`IAM shows policy ${policyName} still.`, limits.lookAgainMs);
      const detail = `${holderInWords(action.target)} has no policy ${policyName} any more, as IAM shows it.`;
      return { state, detail, data: {}, awsRequestIds };
    },
  };
}

/**
 * Looks at the target and applies the guards: first thing in every step, for a plan may be hours old.
 *
 * @throws StepBlocked where the target is protected
 */
export async function lookAtHolder(context: StepContext<PolicyAction>): Promise<readonly string[]> {
  const { hands, guarded, action } = context;
  const { target } = action;
  const responder = await hands.responder();
  if (target.kind === 'user') {
    const owner = await hands.keys.ownerNamed(target.userName);
    blockIf(guardUser(target, owner.value, responder, guarded));
    return owner.awsRequestIds;
  }
  const role = await hands.principals.roleNamed(target.roleName);
  blockIf(guardRole(target, role.value, responder, guarded));
  return role.awsRequestIds;
}

async function lookAtPolicy(context: StepContext<PolicyAction>): Promise<SeenPolicy> {
  const { hands, action } = context;
  const looked = await lookAtHolder(context);
  const { value: document, awsRequestIds } = await hands.principals.policyOf(
    holderOf(action.target),
    action.params.policyName,
  );
  return { document, state: canonicalDigest({ document }), awsRequestIds: [...looked, ...awsRequestIds] };
}

function blockIf(refusal: string | null): void {
  if (refusal !== null) throw new StepBlocked(refusal);
}

function holderOf(target: UserTarget | RoleTarget): PolicyHolder {
  return target.kind === 'user' ? { kind: 'user', name: target.userName } : { kind: 'role', name: target.roleName };
}

function holderInWords(target: UserTarget | RoleTarget): string {
  return target.kind === 'user' ? `User ${target.userName}` : `Role ${target.roleName}`;
}

function saysTheSame(document: string, wanted: object): boolean {
  try {
    return canonicalDigest(JSON.parse(document)) === canonicalDigest(wanted);
  } catch {
    return false;
  }
}
