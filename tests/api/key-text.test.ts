/** The text of keys and tokens: what is not one of ours is refused, and costs nothing. */
import { crc32 } from 'node:zlib';
import { encodeId } from '@cfdi-live/contract';
import { generateApiKey, generateLiveToken } from '@cfdi-live/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccess } from '../../api/src/http/access.ts';
import { openWorld, type Caller, type World } from './world.ts';

let world: World;
let caller: Caller;
beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
});
afterAll(() => world.close());

describe('the text of a key', () => {
  const statusWith = async (authorization: string): Promise<number> =>
    (await world.call('GET', '/v1/tasks', { headers: { authorization } })).status;

  it('is refused in every broken form', async () => {
    const { key } = caller;
    const lastWrong = key.endsWith('0') ? '1' : '0';
    expect(await statusWith(`Bearer ${key}`)).toBe(200);
    expect(await statusWith(`bearer ${key}`)).toBe(200);
    for (const broken of [
      '',
      'Bearer',
      key,
      `Basic ${key}`,
      `Token ${key}`,
      `Bearer ${key.slice(0, -1)}${lastWrong}`,
      `Bearer ${key.replace('cl_live_', 'cl_test_')}`,
      `Bearer ${key}x`,
      `Bearer ${'x'.repeat(10_000)}`,
    ]) {
      expect(await statusWith(broken), broken.slice(0, 40)).toBe(401);
    }
  });

  it('is not looked up when its checksum is wrong', async () => {
    const asked: string[] = [];
    const note = async (id: string) => {
      asked.push(id);
      return null;
    };
    const access = createAccess({
      clock: { now: () => new Date() },
      verifyPerson: world.people.verify,
      log: { warn: () => undefined },
      database: {
        onAccessChange: () => () => undefined,
        system: { ...world.database.system, findApiKey: note, findLiveToken: note },
      },
    });
    const { key, keyId } = generateApiKey({ mode: 'live' });
    const { token, tokenId } = generateLiveToken();
    for (const text of [key, token]) {
      const typo = text.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
      expect(await access.authenticate(`Bearer ${typo}`)).toBeNull();
    }
    expect(asked).toEqual([]);
    for (const text of [key, token]) expect(await access.authenticate(`Bearer ${text}`)).toBeNull();
    expect(asked).toEqual([keyId, tokenId]);
  });

  it('with the id of another key is refused', async () => {
    const { key, keyId } = generateApiKey({ mode: 'live' });
    const idOf = (id: string): string => encodeId('apiKey', id).slice('key_'.length);
    const body = key.slice(0, -7).replace(idOf(keyId), idOf(caller.keyId));
    expect(await statusWith(`Bearer ${body}${checksumOf(body)}`)).toBe(401);
  });
});

/** As the key's own: seven letters of its CRC. */
function checksumOf(body: string): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  let text = '';
  for (let rest = BigInt(crc32(body)); text.length < 7; rest >>= 5n) {
    text = alphabet.charAt(Number(rest & 31n)) + text;
  }
  return text;
}
