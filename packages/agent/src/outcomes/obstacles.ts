/** What stands in the way whatever the ticket and whoever comes: portal down, blocked, empty. Pure. */
import type { AgentOutcome, Evidence, Snapshot } from '../types.ts';
import { plain } from '../words/normalize.ts';
import { asksForTask } from './page-fields.ts';
import { openWidget } from './person.ts';
import { BLOCKED, DOWN } from './phrases.ts';

/** The portal is down, blocks us, or the address leads nowhere; null where the page can be worked with. */
export function readObstacle(snapshot: Snapshot): AgentOutcome | null {
  if (asksForTask(snapshot)) return null;
  // A firewall that shows something to be solved asks a person; it does not shut us out.
  if (openWidget(snapshot) !== null) return null;
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
