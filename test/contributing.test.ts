import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const sources = globSync('{src,activities,workflows,simulator}/**/*.ts').map(
  (file) => [file, readFileSync(file, 'utf8')] as const,
);

/** Where the code names something that exists: what whoever adds its like has to touch. */
function namedIn(pattern: RegExp): readonly string[] {
  return sources.flatMap(([file, text]) => (pattern.test(text) || pattern.test(file) ? [file] : [])).toSorted();
}

test('what is to be touched for an addition is where the code names one of its kind that is there', () => {
  expect(namedIn(/uncommon-s3-client|uncommonS3Client/u)).toEqual([
    'src/investigation/findings/finding-kinds.ts',
    'src/investigation/findings/kinds/uncommon-s3-client.ts',
  ]);
  expect(namedIn(/source-address-activity|sourceAddressActivity/u)).toEqual([
    'src/investigation/evidence/evidence-content.ts',
    'src/investigation/evidence/evidence-sources.ts',
    'src/investigation/evidence/latest-evidence.ts',
    'src/investigation/evidence/source-address-activity.ts',
  ]);
  expect(namedIn(/saved_query|saved-query|savedQuery/u)).toEqual([
    'src/detection/rule-types.ts',
    'src/detection/rule-types/saved-query.ts',
  ]);
  expect(namedIn(/revokeRoleSessions|revoke-role-sessions/u)).toEqual([
    'src/investigation/plan/remedies.ts',
    'src/response/action-registry.ts',
    'src/response/actions/lift-role-revocation.ts', // its inverse
    'src/response/actions/revoke-role-sessions.ts',
  ]);
  expect(namedIn(/probe-clock|probeClock/u)).toEqual([
    'src/entry/doctor/examine.ts',
    'src/entry/doctor/probe-clock.ts',
  ]);
  expect(namedIn(/registerSetup/u)).toEqual(['src/entry/cli/main.ts', 'src/entry/cli/setup.ts']);
  expect(namedIn(/ListMFADevices/u)).toEqual([
    'simulator/services/iam-users.ts',
    'simulator/watch-roles.ts',
    'src/adapters/aws/identity-reader.ts',
    'src/investigation/evidence/user-state.ts',
  ]);
  expect(namedIn(/LookupSource\b/u)).toEqual([
    'src/adapters/store/accounts/account-store.ts',
    'src/adapters/store/collection/collection-health-store.ts',
    'src/adapters/store/collection/malformed-record-store.ts',
    'src/collection/ports.ts',
    'src/investigation/lookup-events.ts',
    'src/model/log-source.ts',
    'src/views/coverage.ts',
  ]);
  expect(namedIn(/provedFindings/u)).toEqual([
    'src/adapters/store/migrations/0033-proved-findings.ts',
    'src/adapters/store/migrations/index.ts',
  ]);
});
