/** What a page shows of a CAPTCHA: the picture beside a field, and whether a provider's widget is solved. Runs inside pages. */
import { closest, contains, inputType, line, plain, visible, words } from './dom.ts';
import { documentId, elementOf } from './registry.ts';

/** The picture beside a field, as `captchaPicture` found it. */
export interface FoundPicture {
  /** The picture's own pixels as a PNG `data:` address; null where only the screen shows them. */
  png: string | null;
  /** Where it stands in its frame's viewport. */
  box: { x: number; y: number; width: number; height: number };
  /** Tells this picture from the next one. */
  name: string;
}

const CAPTCHA =
  /captcha|kaptcha|securimage|codigo ?(de )?(seguridad|verificacion)|verif(y|ication)? ?(code|img|image)|rand ?(code|image)/;
/** Distance in CSS pixels beyond which a picture belongs to something else. */
const NEAR = 320;
const RESPONSES = '[name="g-recaptcha-response"],[name="h-captcha-response"],[name="cf-turnstile-response"]';

/** Whether a text field stands beside a picture that its page calls a CAPTCHA. */
export function besideCaptcha(field: Element): boolean {
  if (!/^(text|tel|search|number|)$/.test(inputType(field)) || field.tagName === 'SELECT') return false;
  const group = closest(field, (outer) => outer.matches('form,fieldset,table,section,dialog,body'));
  if (group === null) return false;
  return calledPictures(group).some((picture) => ownerOf(picture, group) === field);
}

/** A picture is read into the nearest field of its row, or of what follows; one above it is for something else. */
function ownerOf(picture: Element, group: Element): Element | undefined {
  return [...group.querySelectorAll('input,textarea')]
    .filter((field) => visible(field) && /^(text|tel|search|number|)$/.test(inputType(field)))
    .map((field) => ({ field, away: distance(picture, field) + (isAbove(field, picture) ? NEAR : 0) }))
    .sort((a, b) => a.away - b.away)
    .find(({ away }) => away <= NEAR)?.field;
}

/** `solved` where a provider's widget has handed in its token; `open` where it has not yet; null without one. */
export function captchaWidget(): 'open' | 'solved' | null {
  const tokens = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(RESPONSES)];
  if (tokens.length === 0) return null;
  return tokens.some((token) => token.value !== '') ? 'solved' : 'open';
}

/** The picture that belongs to a field, scrolled into view and fully loaded; null where none stands near. */
export async function captchaPicture(n: number): Promise<FoundPicture | null> {
  const field = elementOf(n);
  if (field === null) return null;
  const best = pictures(document.body)
    .map((picture) => ({ picture, score: scoreOf(picture, field) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)[0]?.picture;
  if (best === undefined) return null;
  best.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  if (best instanceof HTMLImageElement) await best.decode().catch(() => undefined);
  const { x, y, width, height } = best.getBoundingClientRect();
  const png = pixelsOf(best);
  // One address may show another picture after each load of its document, and a canvas has no address.
  const source = best instanceof HTMLImageElement ? best.currentSrc : (png ?? '');
  return { png, box: { x, y, width, height }, name: `${documentId} ${source}` };
}

const PICTURES = 'img,canvas,svg,[style*="background"]';

function pictures(root: Element): Element[] {
  return [...root.querySelectorAll(PICTURES)].filter(isPictureSized);
}

/** Asked for every field: what is named otherwise is not measured. */
function calledPictures(root: Element): Element[] {
  return [...root.querySelectorAll(PICTURES)].filter(
    (picture) => isCalledCaptcha(picture) && isPictureSized(picture),
  );
}

function isPictureSized(picture: Element): boolean {
  const { width, height } = picture.getBoundingClientRect();
  return visible(picture) && width >= 40 && width <= 640 && height >= 16 && height <= 320;
}

function scoreOf(picture: Element, field: Element): number {
  const away = distance(picture, field);
  if (away > NEAR) return 0;
  let score = 1 - away / NEAR;
  if (isCalledCaptcha(picture)) score += 2;
  // A button that shows another picture, or speaks this one.
  if (closest(picture, (outer) => outer.matches('button,a,[role=button]')) !== null) score -= 0.8;
  if (/\b(logo|banner|icon|flag|avatar)\b/.test(callsOf(picture))) score -= 1;
  const form = closest(field, (outer) => outer.tagName === 'FORM');
  if (form !== null && contains(form, picture)) score += 0.3;
  return score;
}

function isCalledCaptcha(picture: Element): boolean {
  return CAPTCHA.test(callsOf(picture));
}

function callsOf(picture: Element): string {
  const own = ['alt', 'title', 'src', 'aria-label', 'name'].map((name) => picture.getAttribute(name) ?? '');
  const parent = picture.parentElement;
  const said = [...own.map((text) => line(text, 120)), words(picture), parent === null ? '' : words(parent)];
  return plain(said.join(' '));
}

function isAbove(one: Element, other: Element): boolean {
  return one.getBoundingClientRect().bottom <= other.getBoundingClientRect().top;
}

/** Between the edges. */
function distance(one: Element, other: Element): number {
  const a = one.getBoundingClientRect();
  const b = other.getBoundingClientRect();
  const x = Math.max(0, a.left - b.right, b.left - a.right);
  const y = Math.max(0, a.top - b.bottom, b.top - a.bottom);
  return Math.hypot(x, y);
}

/** Null for what only the screen shows: pictures of other sites, drawings, backgrounds. */
function pixelsOf(picture: Element): string | null {
  try {
    if (picture instanceof HTMLCanvasElement) return picture.toDataURL('image/png');
    if (!(picture instanceof HTMLImageElement) || picture.naturalWidth === 0) return null;
    const copy = document.createElement('canvas');
    copy.width = picture.naturalWidth;
    copy.height = picture.naturalHeight;
    const pen = copy.getContext('2d');
    if (pen === null) return null;
    pen.drawImage(picture, 0, 0);
    return copy.toDataURL('image/png');
  } catch {
    return null;
  }
}
