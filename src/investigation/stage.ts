import { actorAccount } from '../cloudtrail/actor.ts';
import { ownKeyObject } from './effects/data.ts';
import type { Effect, EffectKind } from './effects/effect.ts';
import type { SeenEvent } from './seen-event.ts';

/** What a call was for, in the order in which intrusions go. */
export const stages = [
  'first access',
  'discovery',
  'escalation',
  'persistence',
  'evasion',
  'credential access',
  'lateral movement',
  'collection',
  'exfiltration',
  'impact',
  'other',
] as const;
export type Stage = (typeof stages)[number];

const stageOfKind: Readonly<Record<EffectKind, Stage>> = {
  'session-minted': 'lateral movement',
  'console-login': 'first access',
  'console-token': 'persistence',
  'user-created': 'persistence',
  'person-created': 'persistence',
  'user-renamed': 'persistence',
  'group-renamed': 'persistence',
  'key-created': 'persistence',
  'password-set': 'persistence',
  'credential-made': 'persistence',
  'mfa-removed': 'evasion',
  'role-created': 'persistence',
  'trust-changed': 'persistence',
  'provider-made': 'persistence',
  'policy-granted': 'escalation',
  'policy-version-set': 'escalation',
  'policy-version-made': 'escalation',
  'group-joined': 'escalation',
  'boundary-changed': 'escalation',
  'permission-set-granted': 'escalation',
  'access-granted': 'escalation',
  'role-passed': 'escalation',
  'service-login-made': 'persistence',
  shared: 'exfiltration',
  'code-planted': 'persistence',
  'code-run': 'escalation',
  'instance-entered': 'lateral movement',
  // ATT&CK counts the opening of a cloud firewall among the impairments of defences.
  'network-opened': 'evasion',
  'setting-weakened': 'evasion',
  'metadata-weakened': 'credential access',
  'secret-read': 'credential access',
  'data-taken': 'collection',
  'watching-weakened': 'evasion',
  'data-destroyed': 'impact',
  'name-redirected': 'impact',
  'compute-started': 'impact',
  'quota-raised': 'impact',
  'mail-prepared': 'impact',
  'model-used': 'impact',
  'organization-changed': 'evasion',
  // ATT&CK counts the removal of others' access among the impacts.
  'locked-out': 'impact',
  'quarantined-by-aws': 'other',
  undone: 'other',
};

/** Calls that have no effect of their own, or whose answer would have to be there to tell it; a map, for a log may name `constructor` as an action. */
const stageOfAction: ReadonlyMap<string, Stage> = new Map<string, Stage>([
  ['AssumeRole', 'escalation'],
  ['AssumeRoleWithSAML', 'first access'],
  ['AssumeRoleWithWebIdentity', 'first access'],
  // Identity Center's own records of somebody who signs in at its portal.
  ['Authenticate', 'first access'],
  ['CredentialVerification', 'first access'],
  ['Federate', 'first access'],
  ['GetRoleCredentials', 'first access'],
  ['UserAuthentication', 'first access'],
  ['GetSessionToken', 'persistence'],
  ['GetFederationToken', 'persistence'],
  ['CreatePolicy', 'escalation'],
  // The job runs with the role that it was given.
  ['StartJobRun', 'escalation'],
  ['StartBuild', 'escalation'],
  ['PutRule', 'persistence'],
  // What it denied or kept to some is open.
  ['DeleteBucketPolicy', 'evasion'],
  ['CreateGroup', 'persistence'],
  ['CreatePermissionSet', 'escalation'],
  // Whoever reads root's mail is root.
  ['PasswordRecoveryRequested', 'first access'],
  ['PasswordRecoveryCompleted', 'persistence'],
  ['StartPrimaryEmailUpdate', 'persistence'],
  ['CreateKeyPair', 'persistence'],
  ['ImportKeyPair', 'persistence'],
  ['StopInstances', 'impact'],
  ['RebootInstances', 'impact'],
  ['CreateSnapshot', 'collection'],
  ['CreateImage', 'collection'],
  ['CreateDBSnapshot', 'collection'],
  // Another thing in a share is at the hands of whoever was in it before.
  ['AssociateResourceShare', 'exfiltration'],
  ['Decrypt', 'credential access'],
  ['DescribeInstanceAttribute', 'discovery'],
  ['UpdateLoginProfile', 'escalation'],
  ['EnableSerialConsoleAccess', 'lateral movement'],
]);

/** The stage of a call, by what it did or tried to do; a call that only read is discovery. */
export function stageOf(event: SeenEvent): Stage {
  // Whoever copies an object over itself under a key of their own has taken it from everybody else.
  // What it put in the place of another is what it did.
  const effect =
    event.effects.find(isHeldToRansom) ?? event.effects.find(({ kind }) => kind !== 'undone') ?? event.effects[0];
  if (effect !== undefined) return stageOfEffect(effect, event);
  const named = stageOfAction.get(event.action);
  if (named !== undefined) return named;
  const [tried] = event.attempted;
  if (tried !== undefined) return stageOfKind[tried];
  return event.readOnly ? 'discovery' : 'other';
}

function isHeldToRansom(effect: Effect): boolean {
  return effect.kind === 'data-destroyed' && effect.what === ownKeyObject;
}

function stageOfEffect(effect: Effect, { ref, actor, action }: SeenEvent): Stage {
  switch (effect.kind) {
    case 'undone':
      return stageOfAction.get(action) ?? 'other';
    case 'session-minted':
      if (effect.call === 'AssumeRoot') return 'escalation';
      // A session of the own user outlives its key; a role is more rights, or another account.
      if (effect.roleArn === null) return 'persistence';
      // Whoever an identity provider vouches for had no credential here before.
      if (effect.call === 'AssumeRoleWithSAML' || effect.call === 'AssumeRoleWithWebIdentity') return 'first access';
      // The account that the caller came from, whichever of the two accounts' records tells of the call.
      return effect.roleAccountId === null || effect.roleAccountId === (actorAccount(actor) ?? ref.accountId)
        ? 'escalation'
        : 'lateral movement';
    case 'password-set':
      // Another password for somebody who has one already is a way to be them.
      return effect.isNew || (actor.kind === 'user' && actor.name === effect.userName) ? 'persistence' : 'escalation';
    case 'shared':
      // Who may call a function comes back by it; nothing leaves by that alone.
      return effect.type === 'function' || effect.type === 'layer' ? 'persistence' : 'exfiltration';
    case 'data-taken':
      return effect.what === 'user data' ? 'discovery' : 'collection';
    case 'setting-weakened':
      return effect.what === 'serial console access' ? 'lateral movement' : 'evasion';
    default:
      return stageOfKind[effect.kind];
  }
}
