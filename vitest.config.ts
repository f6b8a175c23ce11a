import { defineConfig } from 'vitest/config';

// `cfdi-live-source` makes the publishable packages resolve to their TypeScript, so tests never need a build. Vitest
// hands the list to Node as it is: with `import` in it, a CommonJS `require` would get ES modules.
const conditions = ['cfdi-live-source', 'node'];

export default defineConfig({
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'api/src/**/*.test.ts',
      'worker/src/**/*.test.ts',
      'tests/**/*.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: more workers than that only make Chromium and Postgres wait for each other.
    maxWorkers: 2,
  },
});
