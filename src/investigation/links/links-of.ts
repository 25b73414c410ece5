import type { Identity } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { textAt } from '../../cloudtrail/ecs-path.ts';
import { plainAction } from '../plain-action.ts';
import { isUnconfirmed, type FoundEvent } from '../seen-event.ts';
import { callerOf, recipientAccount, type EventCaller } from '../../cloudtrail/caller.ts';
import { instanceSteps } from './instances.ts';
import { assumesHandedRoles, passedRoleSteps } from './passed-roles.ts';
import { personsSession, sessionSteps } from './sessions.ts';
import { shareSteps } from './shares.ts';
import { signInSteps } from './sign-in.ts';
import type { StepCall, Step, StepsOf } from './step.ts';
import { trustSteps } from './trust.ts';
import { userAndKeySteps } from './users-and-keys.ts';

/** One call may take steps of several families: it hands over a role, and lets somebody in. */
const steps: ReadonlyMap<string, readonly StepsOf[]> = new Map(
  [
    ...Map.groupBy(
      [sessionSteps, userAndKeySteps, trustSteps, signInSteps, instanceSteps, passedRoleSteps, shareSteps].flatMap(
        (table) => Object.entries(table),
      ),
      ([name]) => name,
    ),
  ].map(([name, families]) => [name, families.map(([, stepsOf]) => stepsOf)]),
);

const stepNames: ReadonlySet<string> = new Set([...steps.keys()].map((key) => key.slice(key.indexOf(' ') + 1)));

/** The names of all calls that may take a step, without versions. */
export const linkActions: readonly string[] = [...stepNames];

/** False where a call of this name can take no step from one identity to another: what is cheap to ask before an event is read. */
export function mayLink(action: string): boolean {
  return stepNames.has(plainAction(action));
}

/**
 * False where a call of this name by a service can take no step: services assume roles all day, most of them their own. The same as
 * {@link mayLink} says of whoever else.
 */
export function mayLinkByService(action: string, service: string): boolean {
  return !plainAction(action).startsWith('AssumeRole') || assumesHandedRoles(service);
}

/** The steps that one event proves, and the identities that they name. */
export interface EventLinks {
  readonly links: readonly Link[];
  readonly identities: readonly Identity[];
  readonly caller: EventCaller;
}

/**
 * The steps from one identity or credential to another that an event proves: what it gave, made, let in or passed on. A call
 * that failed took none.
 */
export function linksOf(event: FoundEvent): EventLinks {
  const { ecs } = event;
  const caller = callerOf(ecs);
  if (textAt(ecs, 'event.outcome') !== 'success') return { links: [], identities: [], caller };
  const action = plainAction(textAt(ecs, 'event.action') ?? '');
  const call: StepCall = { ecs, caller, accountId: recipientAccount(ecs), action };
  const families = steps.get(`${textAt(ecs, 'event.provider') ?? ''} ${action}`) ?? [];
  const taken = [...personsSession(call), ...families.flatMap((stepsIn) => stepsIn(call))].filter((step) =>
    leadsOn(step, caller),
  );
  return {
    links: taken.map((step) => linkOf(step, event, caller)),
    identities: [...new Map(taken.flatMap((step) => namedIn(step, caller)).map((each) => [each.id, each])).values()],
    caller,
  };
}

/** A call about the caller itself leads nowhere. */
function leadsOn({ from, to }: Step, caller: EventCaller): boolean {
  return (from ?? caller.identity).id !== to.id;
}

function linkOf(step: Step, event: FoundEvent, caller: EventCaller): Link {
  const { ref, at, ecs } = event;
  const source = textAt(ecs, 'source.address') ?? textAt(ecs, 'source.ip');
  const sharedEventId = textAt(ecs, 'aws.cloudtrail.shared_event_id');
  return {
    from: (step.from ?? caller.identity).id,
    to: step.to.id,
    how: step.how,
    // What only an imported record tells of proves nothing: likely links are shown, never followed.
    strength: isUnconfirmed(event) ? 'likely' : 'proved',
    at,
    proof: [ref],
    as: step.as,
    ...(step.via === undefined ? {} : { via: step.via.map(({ id }) => id) }),
    ...(caller.credential === null ? {} : { madeWith: caller.credential.id }),
    ...(step.gave === undefined ? {} : { gave: step.gave.id }),
    ...(step.ends === undefined ? {} : { ends: step.ends }),
    ...(step.letsIn === undefined ? {} : { letsIn: step.letsIn }),
    ...(source === undefined ? {} : { source }),
    ...(sharedEventId === undefined ? {} : { sharedEventId }),
  };
}

function namedIn({ from, to, via = [], gave }: Step, caller: EventCaller): readonly Identity[] {
  const others = [caller.person, caller.credential, gave].filter((each) => each !== null && each !== undefined);
  return [from ?? caller.identity, to, ...via, ...others];
}
