/** The picture of a CAPTCHA on pages of many kinds: found by its place, and nothing else of the page in it. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { encodePng } from '../../../packages/portal-gallery/src/png.ts';
import { find, page, startBrowserHost, startSite, type BrowserHost, type Site } from './support.ts';

const picture = encodePng({
  width: 160,
  height: 50,
  pixels: new Uint8Array(160 * 50).map((_, at) => at % 251),
});
const LOGO = '<img src="/logo.png" width="160" height="50" alt="logo">';
const IMAGE = '<img src="/kaptcha.jpg" width="160" height="50">';
const FIELD = '<input name="c" aria-label="Caracteres">';

let site: Site;
let other: Site;
let host: BrowserHost;
beforeAll(async () => {
  const png = { body: picture, headers: { 'content-type': 'image/png' } };
  other = await startSite({ '/c.png': png });
  site = await startSite({
    '/kaptcha.jpg': png,
    '/logo.png': png,
    '/imagen': page(
      `${LOGO}<form><p>Folio <input name="f"></p><p>${IMAGE} Código: <input name="cod"></p></form>`,
    ),
    '/lienzo': page(`<canvas id="c" width="120" height="40"></canvas>${FIELD}
      <script>const pen = c.getContext('2d'); pen.fillStyle = '#123'; pen.fillRect(5, 5, 60, 20);</script>`),
    '/ajena': page(`<img src="${other.origin}/c.png" width="160" height="50" alt="captcha"><br>${FIELD}`),
    '/sin': page(`${LOGO}<div style="height: 700px"></div>Captcha ${FIELD}`),
  });
  host = await startBrowserHost();
});
afterEach(() => host.endSessions());
afterAll(async () => {
  await host.stop();
  await site.stop();
  await other.stop();
});

const sizeOf = (png: Uint8Array) => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

it.each([
  ['/imagen', 'Código', [160, 50]],
  ['/lienzo', 'Caracteres', [120, 40]],
  ['/ajena', 'Caracteres', [160, 50]],
] as const)('is found at %s, the same as long as the page stands', async (path, label, size) => {
  const driver = await host.driver(site.origin, {
    allowedPrivateHosts: [new URL(site.origin).host, new URL(other.origin).host],
  });
  await driver.open(`${site.origin}${path}`);
  const field = find(await driver.snapshot(), 'textbox', label);
  const first = await driver.captchaPicture(field.id);
  expect(first === null ? null : sizeOf(first.png)).toEqual(size);
  expect((await driver.captchaPicture(field.id))?.name).toBe(first?.name);
  await driver.open(`${site.origin}${path}`);
  const again = find(await driver.snapshot(), 'textbox', label);
  expect((await driver.captchaPicture(again.id))?.name).not.toBe(first?.name);
});

it('makes a field that only says "Código" one for a CAPTCHA, and none of its neighbours', async () => {
  const driver = await host.driver(site.origin);
  await driver.open(`${site.origin}/imagen`);
  const { elements } = await driver.snapshot();
  expect(elements.filter(({ besideCaptcha }) => besideCaptcha).map(({ labels }) => labels.name)).toEqual([
    'cod',
  ]);
});

it('is no picture that stands far from the field', async () => {
  const driver = await host.driver(site.origin);
  await driver.open(`${site.origin}/sin`);
  expect(await driver.captchaPicture(find(await driver.snapshot(), 'textbox', 'Caracteres').id)).toBeNull();
});
