import { applicationAccess } from './access/application-access.ts';
import { certificateAccess } from './access/certificate-access.ts';
import { clusterAccess } from './access/cluster-access.ts';
import { directoryAccess } from './access/directory-access.ts';
import { inboundNetworks } from './access/inbound-networks.ts';
import { joinedNetworks } from './access/joined-networks.ts';
import { userPoolAccess } from './access/user-pool-access.ts';
import type { DoorRow } from './door-row.ts';

/** What lets somebody do more by no policy of IAM's, and what lets whole crowds in: memberships, providers, networks (names: the services' API models). */
export const accessDoors: readonly DoorRow[] = [
  ...clusterAccess,
  ...directoryAccess,
  ...userPoolAccess,
  ...certificateAccess,
  ...applicationAccess,
  ...inboundNetworks,
  ...joinedNetworks,
];
