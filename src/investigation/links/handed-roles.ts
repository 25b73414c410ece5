import type { Link } from '../../model/link.ts';
import { roleOfDefinition } from '../../cloudtrail/identities.ts';
import { afterRunningMs } from './entered-instances.ts';
import { kindOf } from './identity-parts.ts';
import { behindRollout, isStackSet } from './stack-sets.ts';
import type { WalkSoFar } from './walk-so-far.ts';

/** Of a session's credentials, the ends of so many are kept: a function has new ones every hour, and those before are over. */
const endsKept = 50;

/**
 * Links with the roles that they hand over followed to whatever has them: the task, the stacks, the sessions that a service begins.
 * A task that was run by a definition has the role that the definition names, whoever registered it; where its owners had before the
 * intrusion, and the intruder added nothing, it is their code that runs.
 */
export async function withRoles(walk: WalkSoFar, links: readonly Link[]): Promise<readonly Link[]> {
  const named = links.map(async (link): Promise<readonly Link[]> => {
    const task = taskOfDefinition(link);
    if (isStackSet(link.to)) return doneFor(walk, link);
    if (task === undefined) return [await withEnds(walk, link), ...(await begunWith(walk, link))];
    const [definition = '', ...changed] = link.via ?? [];
    const registered = (await walk.known.touching([definition])).find(
      ({ how, to }) => how === 'passed-role' && kindOf(to) === 'role',
    );
    return registered === undefined || (changed.length === 0 && isOwners(walk, registered))
      ? []
      : [
          await withEnds(walk, {
            ...link,
            to: `session${registered.to.slice('role'.length)}/${task}`,
            via: [registered.to],
          }),
        ];
  });
  return (await Promise.all(named)).flat();
}

function isOwners(walk: WalkSoFar, registered: Link): boolean {
  return Date.parse(registered.at) < walk.fromMs && !walk.isMembersCall(registered);
}

/** The name of a task whose role only its definition names. */
function taskOfDefinition({ how, to }: Link): string | undefined {
  const [kind, , role, task] = to.split('/');
  return how === 'passed-role' && kind === 'session' && role === encodeURIComponent(roleOfDefinition)
    ? task
    : undefined;
}

/** What CloudFormation did in member accounts for a stack set shortly after it was written, by the key that it did so with. */
async function doneFor(walk: WalkSoFar, handing: Link): Promise<readonly Link[]> {
  const { to: set, how, at: from } = handing;
  const touching = await walk.known.touching([set]);
  const done = touching.filter((link) => {
    const afterMs = Date.parse(link.at) - Date.parse(from);
    if (link.how !== how || link.from !== set || afterMs < 0 || afterMs > afterRunningMs) return false;
    const behind = behindRollout(link, touching);
    return behind.length > 0 && behind.every((each) => walk.isMembersCall(each));
  });
  return done.map(({ to, at, proof, gave }) => ({
    ...handing,
    to,
    at,
    proof: [...handing.proof, ...proof],
    ...(gave === undefined ? {} : { gave }),
  }));
}

/**
 * The sessions that a service began with a role after it was handed over: all, where it had begun none before; else those that alerts
 * are about, for the others may be of whatever it ran with that role all along.
 */
async function begunWith(walk: WalkSoFar, handing: Link): Promise<readonly Link[]> {
  const { how, to: role, via = [] } = handing;
  if (how !== 'passed-role' || kindOf(role) !== 'role' || via.length < 2) return [];
  const ofRole = [...(await walk.known.touching([role])), ...(await walk.known.before(role, handing.at))];
  const begun = ofRole.filter((link) => link.how === how && via.includes(link.from));
  const later = begun.filter(({ at }) => Date.parse(at) >= Date.parse(handing.at));
  const ours = later.length === begun.length ? later : await suspectedOf(walk, later);
  if (ours.length < later.length) {
    const sessions = later.length - ours.length;
    walk.limits.set(`handed-before ${role}`, { kind: 'handed-before', at: role, sessions });
  }
  return ours.map(({ to, at, proof, gave, ends, strength }) => ({
    ...handing,
    to,
    at,
    proof: [...handing.proof, ...proof],
    via: [role],
    ...(gave === undefined ? {} : { gave }),
    ...(ends === undefined || strength !== 'proved' ? {} : { ends }),
  }));
}

async function suspectedOf(walk: WalkSoFar, links: readonly Link[]): Promise<readonly Link[]> {
  const suspected = await walk.index.suspected(links.flatMap(({ to, gave }) => [to, gave ?? to]));
  return links.filter(({ to, gave }) => suspected.has(to) || suspected.has(gave ?? to));
}

/** Which credentials the service had for a session that it was handed the role for, as its own records say. */
async function withEnds(walk: WalkSoFar, link: Link): Promise<Link> {
  if (link.how !== 'passed-role' || kindOf(link.to) !== 'session') return link;
  const begun = (await walk.known.touching([link.to])).filter(
    ({ how, to, from, ends, strength }) =>
      strength === 'proved' &&
      how === 'passed-role' &&
      to === link.to &&
      kindOf(from) === 'service' &&
      ends !== undefined,
  );
  const latest = begun.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, endsKept);
  return latest.length === 0
    ? link
    : { ...link, ends: Object.assign({}, ...latest.map(({ ends }) => ends)) as NonNullable<Link['ends']> };
}
