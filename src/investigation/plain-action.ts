/** Some services append the version of their interface to the names of calls: `AddPermission20150331v2`, `CreateDistribution2020_05_31`. */
const appendedVersion = /20\d{2}_?\d{2}_?\d{2}(?:v\d+)?$/u;

/** The name of a call without the version that some services append to it. */
export function plainAction(action: string): string {
  return appendedVersion.test(action) ? action.replace(appendedVersion, '') : action;
}
