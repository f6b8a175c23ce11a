/** Signs that the invoice exists: the page says so, sends it by mail, or hands it out. Pure. */
import type { Evidence, Snapshot } from '../types.ts';
import { isGeneral, statementsOf, type Statement } from './evidence.ts';
import { BUSY, ISSUED, MAILED, PROMISED } from './phrases.ts';

const NEGATED = /\b(no|not|aun no|todavia no|error|fall[oo]|problema|failed|unable)\b/;

/** The page's words that the invoice is made, or null. */
export function readIssued(snapshot: Snapshot, previous: Snapshot | null): Evidence | null {
  return find(snapshot, previous, ISSUED);
}

/** The page's words that the invoice was or will be mailed, or null. */
export function readMailed(snapshot: Snapshot, previous: Snapshot | null): Evidence | null {
  return find(snapshot, previous, MAILED);
}

/** The page's words that the invoice will be there later, or null. */
export function readPromised(snapshot: Snapshot, previous: Snapshot | null): Evidence | null {
  return find(snapshot, previous, PROMISED);
}

function find(snapshot: Snapshot, previous: Snapshot | null, says: RegExp): Evidence | null {
  const spoken = statementsOf(snapshot, previous).find(
    (statement) =>
      says.test(statement.said) &&
      !NEGATED.test(statement.said) &&
      !isGeneral(statement.said) &&
      isAnswer(statement),
  );
  return spoken?.evidence ?? null;
}

function isAnswer(statement: Statement): boolean {
  return (
    statement.region ||
    (statement.fresh && statement.evidence.kind !== 'legend' && statement.evidence.text.length <= 300)
  );
}

/** Whether the page says that it is still working. */
export function isBusy(snapshot: Snapshot): boolean {
  return snapshot.texts.some((text) => text.text.length <= 80 && BUSY.test(text.text.toLowerCase()));
}
