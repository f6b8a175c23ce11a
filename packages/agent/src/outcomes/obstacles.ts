/** What stands in the way whatever the ticket: portal down, blocked, CAPTCHA, login. Pure. */
import { scoreField } from '../planners/form/score-field.ts';
import { formFields } from '../planners/form/form-fields.ts';
import { FISCAL_TYPES, TICKET_TYPES, type FieldType } from '../planners/form/field-types.ts';
import { topType } from '../planners/form/assign-fields.ts';
import type { AgentOutcome, ElementView, Evidence, Snapshot } from '../types.ts';
import { plain } from '../words/normalize.ts';
import { BLOCKED, DOWN } from './phrases.ts';

/** The portal is down, blocks us, or the address leads nowhere; null where the page can be worked with. */
export function readObstacle(snapshot: Snapshot): AgentOutcome | null {
  if (asksForTask(snapshot)) return null;
  if (snapshot.url.startsWith('chrome-error:')) return outcome('network_error', snapshot, null);
  const words = pageText(snapshot);
  const status = snapshot.httpStatus;
  const short = words.length < 1500;
  const blocked = short ? BLOCKED.exec(words) : null;
  if (
    blocked !== null &&
    (status === 403 || status === 429 || status === 503 || snapshot.elements.length <= 8)
  ) {
    return outcome('blocked_by_vendor', snapshot, blocked[0]);
  }
  if (status === 403 || status === 429) return outcome('blocked_by_vendor', snapshot, null);
  if (status !== null && status >= 500)
    return outcome('portal_down', snapshot, DOWN.exec(words)?.[0] ?? null);
  const down = short ? DOWN.exec(words) : null;
  if (down !== null && snapshot.elements.length <= 12) return outcome('portal_down', snapshot, down[0]);
  if (status === 404 || status === 410) return outcome('portal_unknown', snapshot, null);
  if (isEmpty(snapshot)) return outcome('portal_down', snapshot, null);
  return null;
}

/** A page with nothing to read and nothing to press. */
export function isEmpty(snapshot: Snapshot): boolean {
  return (
    snapshot.elements.every((element) => !element.visible) &&
    snapshot.texts.every((text) => text.text.trim() === '') &&
    snapshot.nativeDialogs.length === 0
  );
}

/** Whether the page asks for a ticket value or for fiscal data. */
export function asksForTask(snapshot: Snapshot): boolean {
  return fieldTypes(snapshot).some(
    (type) => type !== 'email' && (TICKET_TYPES.has(type) || FISCAL_TYPES.has(type)),
  );
}

/** The types of all fields of the page. */
export function fieldTypes(snapshot: Snapshot): FieldType[] {
  return formFields(snapshot.elements).flatMap((field) => topType(scoreField(field.view)) ?? []);
}

function pageText(snapshot: Snapshot): string {
  return plain([snapshot.title, ...snapshot.texts.map((text) => text.text)].join(' \n '));
}

function outcome(code: AgentOutcome['code'], snapshot: Snapshot, says: string | null): AgentOutcome {
  const speaking =
    says === null ? undefined : snapshot.texts.find((text) => plain(text.text).includes(says.slice(0, 60)));
  const evidence: Evidence =
    speaking === undefined
      ? { snapshotId: snapshot.id, kind: 'http', text: httpText(snapshot) }
      : { snapshotId: snapshot.id, kind: speaking.kind, text: speaking.text.slice(0, 400) };
  return { code, evidence, details: snapshot.httpStatus === null ? {} : { httpStatus: snapshot.httpStatus } };
}

function httpText(snapshot: Snapshot): string {
  const said = snapshot.texts.find((text) => text.kind === 'heading')?.text ?? snapshot.title;
  const status = snapshot.httpStatus === null ? 'no HTTP status' : `HTTP ${snapshot.httpStatus}`;
  return said === '' ? `${status}, empty page` : `${status}: ${said.slice(0, 200)}`;
}

const PROVIDER_FRAME =
  /^https?:\/\/([^/]+\.)?(google\.com\/recaptcha|recaptcha\.net\/recaptcha|hcaptcha\.com|challenges\.cloudflare\.com|geo\.captcha-delivery\.com|arkoselabs\.com|funcaptcha\.com|captcha\.)/i;

/** A CAPTCHA that a person must solve: a provider's visible frame, or a field that asks for what an image shows. */
export function readCaptcha(snapshot: Snapshot): { evidence: Evidence; field: ElementView | null } | null {
  const field = captchaField(snapshot);
  if (field !== null) {
    if (field.value !== '') return null;
    return {
      field,
      evidence: { snapshotId: snapshot.id, kind: 'paragraph', text: captchaWords(snapshot, field) },
    };
  }
  const frame = snapshot.frames.find(
    (entry) => PROVIDER_FRAME.test(entry.url) && !/size=invisible|\/bframe/i.test(entry.url),
  );
  if (frame === undefined) return null;
  return {
    field: null,
    evidence: { snapshotId: snapshot.id, kind: 'paragraph', text: `CAPTCHA: ${new URL(frame.url).host}` },
  };
}

function captchaField(snapshot: Snapshot): ElementView | null {
  const boxes = formFields(snapshot.elements).filter(
    (field) => field.kind === 'single' && field.view.role === 'textbox',
  );
  return boxes.find((field) => topType(scoreField(field.view)) === 'captcha')?.view ?? null;
}

function captchaWords(snapshot: Snapshot, field: ElementView): string {
  const said = snapshot.texts.find((text) =>
    /captcha|robot|imagen|caracteres|image|characters/.test(plain(text.text)),
  );
  return (
    said?.text.slice(0, 200) ??
    (field.labels.label || field.labels.near || field.labels.placeholder || 'CAPTCHA')
  );
}

/** The page wants a login and offers nothing else for this task: its password field, else null. */
export function readLoginWall(snapshot: Snapshot): ElementView | null {
  if (asksForTask(snapshot)) return null;
  const fields = formFields(snapshot.elements);
  return (
    fields.find((field) => field.view.type === 'password' || topType(scoreField(field.view)) === 'password')
      ?.view ?? null
  );
}
