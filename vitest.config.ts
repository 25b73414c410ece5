import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/harness/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Messages name commands as they were called, and tests are called in several ways.
    env: { TRAILHOUND_COMMAND: 'trailhound' },
    // Real servers on a shared machine: CI tries a failed test again, and prints that it did. By hand, the first failure counts.
    retry: process.env['CI'] === undefined ? 0 : 2,
  },
});
