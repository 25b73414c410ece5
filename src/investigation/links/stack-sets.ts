import type { AccountId, Instant } from '../../model/ids.ts';
import type { Identity, IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { hourMs } from '../../model/duration.ts';
import { service } from '../../cloudtrail/identities.ts';
import { requested, type Step, type StepCall } from './step.ts';

const named = 'stack set ';

/** A stack set that works in members of an organization: what it does there names the set, and not the account that it is of. */
function stackSet(name: string): Identity {
  return service('organization' as AccountId, `${named}${name}`);
}

const stackSetStart = stackSet('').id;

export function isStackSet(id: IdentityId): boolean {
  return id.startsWith(stackSetStart);
}

/** Whoever writes a set, or has its stacks made, has CloudFormation do it in other accounts. */
export function toStackSet(call: StepCall): readonly Step[] {
  const name = requested(call, 'stackSetName');
  // By its ID a set is `NAME:UUID`.
  return name === undefined ? [] : [{ to: stackSet(name.split(':')[0] ?? name), how: 'passed-role', as: 'used' }];
}

/** The role that CloudFormation itself makes in each member account for sets that the organization manages (CloudFormation User Guide). */
const memberRole = /^stacksets-exec-[0-9a-f]+\//u;

/** Stacks of a set are named after it, with an ID of their own. */
const stackOfSet = /^StackSet-(.+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** A stack that CloudFormation makes in a member account, for the set that it is of. */
export function fromStackSet(call: StepCall): readonly Step[] {
  const { identity, credential } = call.caller;
  const [, name] = stackOfSet.exec(requested(call, 'stackName') ?? '') ?? [];
  if (name === undefined || identity.kind !== 'session' || !memberRole.test(identity.name)) return [];
  const gave = credential === null ? {} : { gave: credential };
  return [{ from: stackSet(name), to: identity, how: 'passed-role', as: 'used', ...gave }];
}

/** Whether a session is CloudFormation's own at such a stack: others go by its name, and it is the key that tells them apart. */
export function worksForStackSet(id: IdentityId): boolean {
  return /^session\/\d{12}\/stacksets-exec-/u.test(id);
}

/** What is done for a set is done within this time of the call that has it done. */
const rolloutWithinMs = hourMs;

/**
 * The calls behind what was done in a member account for a set: the last ones before it that named the set, several where they were
 * made within one second. Sets of two accounts may have one name, and a member's records do not say whose it is: none where another
 * account's set was named around that time too.
 */
export function behindRollout(rollout: Link, touchingSet: readonly Link[]): readonly Link[] {
  const set = rollout.from;
  const near = touchingSet.filter(
    ({ how, to, at }) => how === rollout.how && to === set && Math.abs(msBetween(at, rollout.at)) <= rolloutWithinMs,
  );
  if (new Set(near.map(({ proof: [record] }) => record.accountId)).size > 1) return [];
  const before = near.filter(({ at }) => msBetween(at, rollout.at) >= 0);
  const lastMs = Math.max(...before.map(({ at }) => Date.parse(at)));
  return before.filter(({ at }) => Date.parse(at) === lastMs);
}

function msBetween(from: Instant, to: Instant): number {
  return Date.parse(to) - Date.parse(from);
}
