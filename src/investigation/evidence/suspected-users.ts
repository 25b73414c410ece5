import type { Actor } from '../../model/actor.ts';
import { actorKey } from '../../cloudtrail/actor.ts';
import type { CaseSubject } from './evidence-source.ts';
import { followed } from './followed.ts';

type User = Extract<Actor, { kind: 'user' }>;

/** The IAM users that a case is about: its actor, and whoever proved to be behind its sessions. */
export function suspectedUsers({ actor, attributions }: CaseSubject) {
  const actors = [actor, ...attributions.map((each) => each.actor)];
  const users = actors.filter((each): each is User => each.kind === 'user' && each.name !== '');
  return followed('users', users, actorKey);
}
