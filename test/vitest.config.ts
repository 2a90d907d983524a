import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    exclude: process.env.STAGEWRIGHT_DEBIAN ? [] : ['test/debian/**'],
    testTimeout: 900_000, // ends what hangs; it measures nothing, so that a busy machine fails no test
    hookTimeout: 900_000,
    maxWorkers: 2,
    env: { NO_COLOR: '1' }, // else what commands print is coloured where CI is set
    coverage: { provider: 'v8', include: ['core/**/*.ts', 'plugins/**/*.ts'], reportsDirectory: 'coverage' },
  },
});
