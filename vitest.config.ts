import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// `cfdi-live-source` makes the publishable packages resolve to their TypeScript, so tests never need a build. Vitest
// hands the list to Node as it is: with `import` in it, a CommonJS `require` would get ES modules.
const conditions = ['cfdi-live-source', 'node'];

/** The suites that take minutes begin first, so that the workers end together. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const weight = ({ moduleId }: TestSpecification) =>
      /tests\/e2e\//.test(moduleId) ? 0 : /tests\/agent\//.test(moduleId) ? 1 : 2;
    return files.toSorted((a, b) => weight(a) - weight(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

export default defineConfig({
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'api/src/**/*.test.ts',
      'worker/src/**/*.test.ts',
      'openapi/**/*.test.ts',
      'tests/**/*.test.ts',
    ],
    // Minutes of killed processes: `npm run test:faults`.
    exclude: ['**/node_modules/**', 'tests/faults/**'],
    globalSetup: 'tests/helpers/shared-postgres.ts',
    setupFiles: 'tests/helpers/described-answers.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // For two cores: the long suites mostly wait, for leases to run out and for pages. More than three only make Chromium and
    // Postgres wait for each other.
    maxWorkers: 3,
    // Files share what they import; each has a database, a browser, a stack of its own.
    isolate: false,
    // Of the tests that run side by side: a browser waits more than it works.
    maxConcurrency: 3,
    sequence: { sequencer: LongestFirst },
  },
});
