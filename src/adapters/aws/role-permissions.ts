import { actionTypes, moduleOf } from '../../response/action-registry.ts';
import type { AwsPurpose } from './clients.ts';
import { evidenceSources } from '../../investigation/evidence/evidence-sources.ts';
import { regionListingPermission } from './region-lister.ts';

/** What a role that only looks into itself is asked by `doctor`; nothing else needs it. */
export const examiningPermission = 'iam:SimulatePrincipalPolicy';

/** The permissions that the code behind each role uses, declared where the calls are asked for: adapters, sources of evidence and action modules. */
export const permissionsOf: Readonly<Record<AwsPurpose, readonly string[]>> = {
  poll: ['cloudtrail:LookupEvents', regionListingPermission],
  evidence: [...new Set(evidenceSources.flatMap(({ permissions }) => [...permissions]))].toSorted(),
  respond: [...new Set(actionTypes.flatMap((type) => [...moduleOf(type).permissions]))].toSorted(),
};
