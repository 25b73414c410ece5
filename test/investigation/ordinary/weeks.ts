import type { OrdinaryWeek } from './ordinary-week.ts';
import { breakGlassDrill, rootRecovered, signedInPrograms } from './weeks/emergencies.ts';
import {
  githubRunners,
  roamingAdministrator,
  roamingAdministratorReadsIam,
  terraformCloud,
} from './weeks/pipelines.ts';
import { linkedRoles } from './weeks/services.ts';
import { backupVendor, modelsAndMail, monitoringVendor, postureVendor } from './weeks/vendors.ts';

export const ordinaryWeeks: readonly OrdinaryWeek[] = [
  monitoringVendor,
  postureVendor,
  backupVendor,
  modelsAndMail,
  roamingAdministrator,
  roamingAdministratorReadsIam,
  rootRecovered,
  breakGlassDrill,
  signedInPrograms,
  terraformCloud,
  githubRunners,
  linkedRoles,
];
