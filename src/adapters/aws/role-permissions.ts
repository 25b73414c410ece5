import { actionTypes, moduleOf } from '../../response/action-registry.ts';
import type { AwsPurpose } from './clients.ts';
import { identityReadingPermissions } from './identity-reader.ts';
import { regionListingPermission } from './region-lister.ts';

/** What a role that only looks into itself is asked by `doctor`; nothing else needs it. */
export const examiningPermission = 'iam:SimulatePrincipalPolicy';

/** The permissions that the code behind each role uses, declared where the calls are: adapters and action modules. */
export const permissionsOf: Readonly<Record<AwsPurpose, readonly string[]>> = {
  poll: ['cloudtrail:LookupEvents', regionListingPermission],
  evidence: ['cloudtrail:LookupEvents', ...identityReadingPermissions],
  respond: [...new Set(actionTypes.flatMap((type) => [...moduleOf(type).permissions]))].toSorted(),
};
