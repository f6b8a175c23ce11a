import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/node/index.ts', 'src/bin/cfdi-verify.ts'],
  // The validator that reads XSD is a module with top-level await: it cannot be required.
  format: ['esm'],
  dts: { entry: ['src/index.ts', 'src/node/index.ts'] },
  sourcemap: true,
  clean: true,
  target: 'node20',
});
