import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('a worker that cannot drain does not outlive its supervisor', async () => {
  const worker = fork(fileURLToPath(new URL('./fixtures/hanging-worker.ts', import.meta.url)), {
    execArgv: ['-C', 'cfdi-live-source', '--import', 'tsx'],
  });
  await once(worker, 'message');
  const ended = once(worker, 'exit');
  worker.disconnect();
  expect(await ended).toEqual([1, null]);
});
