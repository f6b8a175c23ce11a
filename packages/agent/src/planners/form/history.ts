/** Questions to the run's history: the form planner keeps no state of its own. Pure. */
import type { Action, HistoryEntry } from '../../types.ts';

/** The source of what a person answered: a CAPTCHA's characters, a code that was sent to them. */
export const ANSWER = 'person.answer';

/** How often this very act was done already. */
export function timesDone(
  history: readonly HistoryEntry[],
  key: string,
  kinds?: readonly Action['kind'][],
): number {
  return history.filter(
    (entry) => entry.actKey === key && (kinds === undefined || kinds.includes(entry.planned.action.kind)),
  ).length;
}

/** How often `source` was put into this field. */
export function timesFilled(history: readonly HistoryEntry[], key: string, source: string): number {
  return history.filter((entry) => entry.actKey === key && sourceOf(entry) === source).length;
}

/** The placeholder that an act typed, or null. */
export function sourceOf(entry: Pick<HistoryEntry, 'planned'>): string | null {
  const { action } = entry.planned;
  if ('value' in action) return action.value.source;
  return entry.planned.memo?.startsWith('chose:') === true ? entry.planned.memo.slice('chose:'.length) : null;
}

/** Whether a value whose placeholder starts with `prefix` was typed or chosen in this run. */
export function wasEntered(history: readonly HistoryEntry[], prefix: string): boolean {
  return history.some((entry) => entry.result.ok && sourceOf(entry)?.startsWith(prefix) === true);
}

/** The memos that start with `prefix`, oldest first, without it. */
export function memos(history: readonly HistoryEntry[], prefix: string): string[] {
  return history.flatMap((entry) =>
    entry.planned.memo?.startsWith(prefix) === true ? [entry.planned.memo.slice(prefix.length)] : [],
  );
}

const INPUTS: ReadonlySet<Action['kind']> = new Set([
  'fill',
  'type',
  'select',
  'choose',
  'check',
  'pickDate',
]);

/** The acts after the last one that put something in: what was pressed with the form as it stands. */
export function sinceLastInput(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const at = history.findLastIndex((entry) => INPUTS.has(entry.planned.action.kind));
  return history.slice(at + 1);
}
