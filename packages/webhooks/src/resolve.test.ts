import { describe, expect, it } from 'vitest';
import { createHostResolver } from './resolve.ts';

// Nothing listens on the discard port of loopback: a look-up there finds nothing, and at once.
const servers = ['127.0.0.1:9'];

describe('the host resolver', () => {
  it('knows what is below localhost without asking', async () => {
    const resolve = createHostResolver({ allowedPrivateHosts: [], servers });
    for (const name of ['localhost', 'Hook.Localhost.']) {
      expect(await resolve(name)).toEqual(['127.0.0.1', '::1']);
    }
  });

  it('finds nothing, rather than fail, where no server answers', async () => {
    const resolve = createHostResolver({ allowedPrivateHosts: [], servers, timeoutMs: 200 });
    expect(await resolve('example.com')).toEqual([]);
  });
});
