import { applicationLogins } from './login/application-logins.ts';
import { certificateLogins } from './login/certificate-logins.ts';
import { databaseLogins } from './login/database-logins.ts';
import { directoryLogins } from './login/directory-logins.ts';
import { machineLogins } from './login/machine-logins.ts';
import { userPoolLogins } from './login/user-pool-logins.ts';
import type { DoorRow } from './door-row.ts';

/** Credentials of services' own, and sessions that services hand out: IAM knows neither (names: the services' API models). */
export const loginDoors: readonly DoorRow[] = [
  ...directoryLogins,
  ...userPoolLogins,
  ...machineLogins,
  ...databaseLogins,
  ...certificateLogins,
  ...applicationLogins,
];
