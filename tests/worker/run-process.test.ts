import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const begin = (...how: string[]) =>
  fork(fileURLToPath(new URL('./fixtures/hanging-worker.ts', import.meta.url)), how, {
    execArgv: ['-C', 'cfdi-live-source', '--import', 'tsx'],
  });

test('a worker that cannot drain does not outlive its supervisor', async () => {
  const worker = begin();
  for (let told: unknown; told !== 'ready';) {
    const [message] = (await once(worker, 'message')) as [string | { type: string }];
    told = typeof message === 'string' ? message : message.type;
  }
  const ended = once(worker, 'exit');
  worker.disconnect();
  expect(await ended).toEqual([1, null]);
});

test('nor does one that is still beginning', async () => {
  const worker = begin('composing');
  await once(worker, 'message');
  const ended = once(worker, 'exit');
  worker.disconnect();
  expect(await ended).toEqual([1, null]);
});

test('nor does one whose supervisor is gone before it began', async () => {
  const worker = begin();
  const ended = once(worker, 'exit');
  worker.disconnect();
  expect(await ended).toEqual([1, null]);
});
