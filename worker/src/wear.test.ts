import { describe, expect, it } from 'vitest';
import { createWear, type Wear } from './wear.ts';

/** What it says by now, without waiting for it. */
function said({ wornOut }: Wear): Promise<string> {
  return Promise.race([wornOut, new Promise<string>((resolve) => setImmediate(() => resolve('nothing')))]);
}

describe('a worker is worn out', () => {
  it('by the last of its runs', async () => {
    const wear = createWear({ maxRuns: 2, maxRssBytes: null });
    wear.runEnded();
    expect(await said(wear)).toBe('nothing');
    wear.runEnded();
    expect(await said(wear)).toBe('runs');
  });

  it('by what it holds in memory at the end of a run', async () => {
    let rss = 10;
    const wear = createWear({ maxRuns: null, maxRssBytes: 100 }, () => rss);
    wear.runEnded();
    rss = 101;
    expect(await said(wear)).toBe('nothing');
    wear.runEnded();
    expect(await said(wear)).toBe('memory');
  });

  it('never, where nothing limits it', async () => {
    const wear = createWear({ maxRuns: null, maxRssBytes: null }, () => Number.MAX_SAFE_INTEGER);
    for (let run = 0; run < 1000; run += 1) wear.runEnded();
    expect(await said(wear)).toBe('nothing');
  });
});
