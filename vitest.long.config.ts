import { defineConfig } from 'vitest/config';

/** What takes minutes: real starts, killed and started again. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.long.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
