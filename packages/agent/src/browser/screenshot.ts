/** Pictures of the page in which no filled field can be read. */
import type { Page } from 'playwright-core';

const FIELDS =
  'input:not([type=button]):not([type=submit]):not([type=reset]):not([type=checkbox]):not([type=radio]):not([type=image]),textarea,select,[contenteditable=true]';
const TIMEOUT_MS = 5_000;

/** JPEG, or null when the page cannot be drawn now (a dialog, a crash, a hung renderer). */
export async function maskedScreenshot(page: Page): Promise<Uint8Array | null> {
  try {
    return await page.screenshot({
      type: 'jpeg',
      quality: 50,
      mask: page.frames().map((frame) => frame.locator(FIELDS)),
      maskColor: '#8a8f98',
      timeout: TIMEOUT_MS,
    });
  } catch {
    return null;
  }
}

/** PNG of a part of the viewport (CSS pixels), with every field that reaches into it covered; null as above. */
export async function maskedClip(
  page: Page,
  clip: { x: number; y: number; width: number; height: number },
): Promise<Uint8Array | null> {
  try {
    const mask = page.frames().map((frame) => frame.locator(FIELDS));
    return await page.screenshot({ type: 'png', clip, mask, maskColor: '#8a8f98', timeout: TIMEOUT_MS });
  } catch {
    return null;
  }
}
