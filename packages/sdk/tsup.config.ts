import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  dts: true,
  sourcemap: true,
  clean: true,
  target: 'es2022',
  // The parser of event streams is bundled: the package has no dependencies.
  noExternal: ['eventsource-parser'],
});
