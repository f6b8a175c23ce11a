/** The picture of a CAPTCHA, and nothing else of its page. */
import { createHash } from 'node:crypto';
import type { Capture } from '../observe/capture.ts';
import { nullWhenGone } from './frames.ts';
import { maskedClip } from './screenshot.ts';
import type { Stage } from './stage.ts';

export interface CaptchaPicture {
  png: Uint8Array;
  /** Equal for the same picture only (a hash). */
  name: string;
}

/** The picture beside the field with this id; null where there is none, or it cannot be drawn now. */
export async function captchaPicture(
  stage: Stage,
  latest: Capture | null,
  fieldId: string,
): Promise<CaptchaPicture | null> {
  const address = latest?.addresses.get(fieldId);
  if (latest === null || address === undefined) return null;
  const { frame, documentId, n } = address;
  const found = await stage.frames.callIn(frame, documentId, 'captchaPicture', n).catch(nullWhenGone);
  if (found === null) return null;
  const name = createHash('sha256').update(found.name).digest('hex').slice(0, 32);
  const png = found.png === null ? null : bytesOf(found.png);
  if (png !== null) return { png, name };
  const clip = { ...found.box };
  for (let inner = frame; inner.parent !== null; inner = inner.parent) {
    const box = await stage.frames.box(inner).catch(nullWhenGone);
    if (box === null || !box.visible) return null;
    clip.x += box.x;
    clip.y += box.y;
  }
  const shot = await maskedClip(latest.tab.page, clip);
  return shot === null ? null : { png: shot, name };
}

function bytesOf(dataUrl: string): Uint8Array | null {
  const encoded = /^data:image\/png;base64,(.+)$/.exec(dataUrl)?.[1];
  return encoded === undefined ? null : new Uint8Array(Buffer.from(encoded, 'base64'));
}
