/** Documents that stand in the page itself: XML as text, `data:` and `blob:` files. */
import { nullWhenGone } from '../browser/frames.ts';
import type { Stage } from '../browser/stage.ts';
import type { Capture } from '../observe/capture.ts';

const MAX_FILE_BYTES = 20 * 1024 * 1024;

export async function collectShown(stage: Stage, taken: Capture): Promise<void> {
  for (const { frame, observation } of taken.observations) {
    for (const text of observation.inlineXml) {
      stage.collector.addShown('inline', Buffer.from(text.slice(Math.max(0, text.indexOf('<'))).trim()));
    }
    for (const address of observation.dataUrls) {
      const bytes = dataBytes(address);
      if (bytes !== null) stage.collector.addShown('inline', bytes);
    }
    for (const address of observation.blobUrls) {
      const encoded = await stage.frames.call(frame, 'readBlob', address, MAX_FILE_BYTES).catch(nullWhenGone);
      if (encoded !== null) stage.collector.addShown('inline', Buffer.from(encoded, 'base64'));
    }
  }
}

/** The content of a `data:` address (RFC 2397); null when it is not one. */
function dataBytes(address: string): Uint8Array | null {
  const parts = /^data:([^,]*),(.*)$/s.exec(address);
  if (parts === null) return null;
  const [, head = '', body = ''] = parts;
  try {
    const text = decodeURIComponent(body);
    return /;base64\s*$/i.test(head) ? Buffer.from(text, 'base64') : Buffer.from(text);
  } catch {
    return null;
  }
}
