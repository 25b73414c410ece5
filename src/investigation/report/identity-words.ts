import { isWorkload } from '../../cloudtrail/workload.ts';
import { isTaskId } from '../../cloudtrail/container-task.ts';
import { isManagedNode } from '../links/identity-parts.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { toldName } from '../effects/unrecorded.ts';
import type { ShownIdentity } from '../case/assessed-case.ts';

/** An identity in a few words: `user mallory`, `session deploy/build-7 (role)`. */
export function identityInWords({ kind, name, account }: Pick<ShownIdentity, 'kind' | 'name' | 'account'>): SafeText {
  const shown = plainText(toldName(name), 64);
  switch (kind) {
    case 'access-key':
      return safe`access key ${shown}`;
    case 'root':
      return safe`root of ${plainText(account ?? 'an unknown account')}`;
    case 'account':
      return name === account ? safe`account ${shown}` : shown;
    case 'provider':
      return safe`identity provider ${shown}`;
    case 'user':
      return safe`user ${shown}`;
    case 'role':
      return safe`role ${shown}`;
    case 'session':
      return safe`session ${shown}`;
    case 'person':
      return isWorkload(name) ? safe`workload ${shown}` : safe`person ${shown}`;
    case 'instance':
      return machineInWords(name);
    case 'service':
      return safe`service ${shown}`;
  }
}

/** An instance, a machine of elsewhere, or a task of containers, which have their IDs in the same place. */
export function machineInWords(instanceId: string): SafeText {
  const shown = plainText(instanceId, 64);
  if (isTaskId(instanceId)) return safe`task ${shown}`;
  return isManagedNode(instanceId) ? safe`managed node ${shown}` : safe`instance ${shown}`;
}
