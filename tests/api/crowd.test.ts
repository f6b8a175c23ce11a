/** 2,000 readers in one process: each has each event within a moment, and together they cost what a few would. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { decodeId } from '@cfdi-live/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorld, type Caller, type World } from './world.ts';

const READERS = 2_000;
const TENANTS = 4;
/** Some tenths of a second are normal, with the crowd on the same two cores. */
const LATEST_MS = 3_000;

let world: World;
let reads = 0;
let callers: (Caller & { taskId: string })[];
let crowd: ChildProcess;
beforeAll(async () => {
  world = await openWorld((deps) => ({
    ...deps,
    config: { ...deps.config, streams: { heartbeatMs: 15_000, accessCheckMs: 2_000, pollMs: 3_000 } },
    database: {
      ...deps.database,
      withTenant: (scope, work) => {
        reads += 1;
        return deps.database.withTenant(scope, work);
      },
    },
  }));
  callers = await Promise.all(
    Array.from({ length: TENANTS }, async () => {
      const caller = await world.newCaller();
      return { ...caller, taskId: decodeId('task', (await world.createTask(caller)).id)! };
    }),
  );
});
afterAll(async () => {
  if (crowd.exitCode === null) {
    crowd.disconnect();
    await once(crowd, 'exit');
  }
  await world.close();
});

interface Arrived {
  /** When the last of them had it. */
  last: number;
  closedEarly: number;
}

/** An event in the log of each tenant; how long it takes until the last reader has it. */
async function announce(marker: string): Promise<{ ms: number } & Arrived> {
  const arrived = new Promise<Arrived>((resolve) => {
    const listen = (message: { type: string; marker?: string } & Arrived): void => {
      if (message.type !== 'arrived' || message.marker !== marker) return;
      crowd.off('message', listen);
      resolve(message);
    };
    crowd.on('message', listen);
  });
  const began = Date.now();
  await Promise.all(
    callers.map((caller) =>
      world.worker.withTenant(caller, (tx) =>
        tx.events.append({
          type: 'artifact.created',
          taskId: caller.taskId,
          data: { artifactId: marker, kind: 'xml', size: 1 },
        }),
      ),
    ),
  );
  const answer = await arrived;
  return { ...answer, ms: answer.last - began };
}

it(`${READERS} streams get every event within a moment, by a handful of reads`, async () => {
  const before = memory();
  crowd = fork(
    fileURLToPath(new URL('./crowd-readers.ts', import.meta.url)),
    [world.url, callers.map(({ key }) => key).join(','), String(READERS)],
    { execArgv: ['--import', 'tsx'] },
  );
  await once(crowd, 'message');
  const grown = memory() - before;
  const late: number[] = [];
  for (let event = 1; event <= 5; event += 1) {
    const readsBefore = reads;
    const { ms, closedEarly } = await announce(`mark_${event}`);
    late.push(ms);
    expect(closedEarly).toBe(0);
    // For each tenant one, one more if a hint came during it, and one if the time to look came.
    expect(reads - readsBefore).toBeLessThanOrEqual(3 * TENANTS);
  }
  expect(Math.max(...late)).toBeLessThan(LATEST_MS);
  expect(grown).toBeLessThan(300);
  // All end at once when the process is to stop.
  const ended = once(crowd, 'exit');
  world.stopStreams();
  await ended;
  // Half a minute on a machine with nothing else to do is already slow; a busy one opens the sockets later.
}, 180_000);

/** MB. */
function memory(): number {
  return process.memoryUsage.rss() / 1e6;
}
