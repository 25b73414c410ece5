import type { FindingKind } from './case-finding.ts';
import { administratorGranted } from './kinds/administrator-granted.ts';
import { attackTest } from './kinds/attack-test.ts';
import { chainedCredentials } from './kinds/chained-credentials.ts';
import { codePlanted } from './kinds/code-planted.ts';
import { consoleFromKey } from './kinds/console-from-key.ts';
import { consoleWithoutMfa } from './kinds/console-without-mfa.ts';
import { costlyCompute } from './kinds/costly-compute.ts';
import { creationUsed } from './kinds/creation-used.ts';
import { dataTaken } from './kinds/data-taken.ts';
import { deniedAttempts } from './kinds/denied-attempts.ts';
import { destruction } from './kinds/destruction.ts';
import { directoryChanged } from './kinds/directory-changed.ts';
import { discoveryBurst } from './kinds/discovery-burst.ts';
import { exposedKey } from './kinds/exposed-key.ts';
import { instanceCredentialsStolen } from './kinds/instance-credentials-stolen.ts';
import { instancesEntered } from './kinds/instances-entered.ts';
import { intrudersAccount } from './kinds/intruders-account.ts';
import { keyInTwoPlaces } from './kinds/key-in-two-places.ts';
import { knownAutomation } from './kinds/known-automation.ts';
import { knownHabit } from './kinds/known-habit.ts';
import { keyRotated } from './kinds/key-rotated.ts';
import { knownRoutine } from './kinds/known-routine.ts';
import { mailOrModelAbuse } from './kinds/mail-or-model-abuse.ts';
import { metadataWeakened } from './kinds/metadata-weakened.ts';
import { namesRedirected } from './kinds/names-redirected.ts';
import { networkOpened } from './kinds/network-opened.ts';
import { newAddress } from './kinds/new-address.ts';
import { organizationChanged } from './kinds/organization-changed.ts';
import { othersCredentialsChanged } from './kinds/others-credentials-changed.ts';
import { ownersKey } from './kinds/owners-key.ts';
import { putBackFinding } from './kinds/put-back.ts';
import { rootUsed } from './kinds/root-used.ts';
import { secretsTaken } from './kinds/secrets-taken.ts';
import { settingWeakened } from './kinds/setting-weakened.ts';
import { sharedOutside } from './kinds/shared-outside.ts';
import { trustOpened } from './kinds/trust-opened.ts';
import { unconfirmedRecords } from './kinds/unconfirmed-records.ts';
import { uncommonS3Client } from './kinds/uncommon-s3-client.ts';
import { watchingWeakened } from './kinds/watching-weakened.ts';
import { wayInOpen } from './kinds/way-in-open.ts';

/** The most telling first; what speaks for the identity last. */
export const findingKinds: readonly FindingKind[] = [
  unconfirmedRecords,
  wayInOpen,
  administratorGranted,
  creationUsed,
  chainedCredentials,
  trustOpened,
  directoryChanged,
  sharedOutside,
  intrudersAccount,
  rootUsed,
  exposedKey,
  keyInTwoPlaces,
  instanceCredentialsStolen,
  othersCredentialsChanged,
  consoleFromKey,
  consoleWithoutMfa,
  secretsTaken,
  dataTaken,
  instancesEntered,
  codePlanted,
  networkOpened,
  settingWeakened,
  metadataWeakened,
  watchingWeakened,
  organizationChanged,
  destruction,
  namesRedirected,
  costlyCompute,
  mailOrModelAbuse,
  deniedAttempts,
  discoveryBurst,
  newAddress,
  uncommonS3Client,
  knownHabit,
  putBackFinding,
  keyRotated,
  ownersKey,
  knownRoutine,
  knownAutomation,
  attackTest,
];
