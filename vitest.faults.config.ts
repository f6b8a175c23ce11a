import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/**
 * The fault bench, `npm run test:faults`: real processes, killed. Its suites run many tasks side by side by themselves, so files
 * follow each other; each has a stack of its own.
 */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['tests/faults/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 1_000_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
    maxConcurrency: 6,
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/faults.json' },
  },
});
