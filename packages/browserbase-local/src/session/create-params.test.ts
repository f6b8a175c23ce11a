import { describe, expect, it } from 'vitest';
import { parseCreateParams } from './create-params.ts';

const refusalOf = (body: unknown): string => {
  const parsed = parseCreateParams(body);
  return parsed.ok ? 'accepted' : parsed.message;
};

describe('the body of a new session', () => {
  it('may be empty', () => {
    expect(parseCreateParams({})).toEqual({
      ok: true,
      params: {
        timeoutSeconds: 300,
        keepAlive: false,
        projectId: 'local',
        region: 'us-west-2',
        userMetadata: {},
        logSession: true,
        browser: { ignoreCertificateErrors: false },
      },
    });
  });

  it('may ask for what a local browser has no need of', () => {
    const proxies = [{ type: 'browserbase', geolocation: { country: 'MX' } }, { type: 'none' }];
    const browserSettings = { solveCaptchas: false, recordSession: false, verified: true, blockAds: true };
    expect(refusalOf({ proxies, browserSettings })).toBe('accepted');
    expect(refusalOf({ proxies: true })).toBe('accepted');
  });

  it('takes timeouts from a minute to six hours', () => {
    for (const timeout of [60, 21_600]) expect(refusalOf({ timeout })).toBe('accepted');
  });

  it.each([
    [[], 'body must be object'],
    ['text', 'body must be object'],
    [null, 'body must be object'],
    [{ timeout: 59 }, 'body/timeout must be >= 60'],
    [{ timeout: 21_601 }, 'body/timeout must be <= 21600'],
    [{ timeout: '60' }, 'body/timeout must be integer'],
    [{ timeout: 60.5 }, 'body/timeout must be integer'],
    [{ keepAlive: 'yes' }, 'body/keepAlive must be boolean'],
    [{ projectId: 1 }, 'body/projectId must be string'],
    [{ region: 'mx' }, 'body/region must be equal to one of the allowed values'],
    [{ userMetadata: ['a'] }, 'body/userMetadata must be object'],
    [{ userMetadata: { a: 'x'.repeat(512) } }, 'body/userMetadata must NOT have more than 512 characters'],
    [
      { browserSettings: { viewport: { width: 800 } } },
      'body/browserSettings/viewport/height must be integer',
    ],
    [
      { browserSettings: { viewport: { width: 0, height: 1 } } },
      'body/browserSettings/viewport/width must be >= 1',
    ],
    [{ browserSettings: { logSession: 0 } }, 'body/browserSettings/logSession must be boolean'],
    [
      { browserSettings: { context: { id: 'x' } } },
      'body/browserSettings/context is not supported by this server',
    ],
    [{ extensionId: 'x' }, 'body/extensionId is not supported by this server'],
    [
      { proxies: [null, { type: 'external' }] },
      'body/proxies with type external is not supported by this server',
    ],
  ])('is refused when it is %j', (body, message) => {
    expect(refusalOf(body)).toBe(message);
  });
});
