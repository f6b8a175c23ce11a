/** Names an act so that it can be found again in a later run, on a later snapshot of the same page. */
import { createHash } from 'node:crypto';
import type { Action, ElementView, Snapshot } from '../types.ts';
import { codeWords, plain } from '../words/normalize.ts';

/**
 * A stable key of acting on `element`: page structure + role + name + place among its namesakes. Hashed, because a
 * name may show a value of the task. 32 hex digits.
 */
export function actKey(snapshot: Snapshot, element: ElementView): string {
  const same = snapshot.elements.filter((other) => describe(other) === describe(element));
  const place = same.findIndex((other) => other.id === element.id);
  return digest([snapshot.fingerprint, describe(element), String(Math.max(0, place))]);
}

/** The key of an action: of its target, or of its kind where it has none (`back`, `reload`). */
export function actionKey(snapshot: Snapshot, action: Action): string {
  const id = 'target' in action ? action.target : null;
  const element = snapshot.elements.find((candidate) => candidate.id === id);
  return element === undefined ? digest([snapshot.fingerprint, action.kind]) : actKey(snapshot, element);
}

/** The key of a request that no act of ours explains: method and path, without the query. */
export function requestKey(method: string, host: string, path: string): string {
  return digest(['request', method, host, path.split(/[?#]/)[0] ?? '']);
}

function describe(element: ElementView): string {
  return [
    element.role,
    plain(element.name),
    codeWords(element.labels.name),
    element.inDialog ? 'dialog' : '',
  ].join('|');
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}
