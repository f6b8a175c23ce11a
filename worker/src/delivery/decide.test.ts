import type { InboundRow } from '@cfdi-live/domain';
import { describe, expect, it } from 'vitest';
import { decide, nextLook, type Vouching } from './decide.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ago = (ms: number) => new Date(NOW.getTime() - ms);

function row(ms: number, via: InboundRow['via'] = 'mail'): InboundRow {
  return { id: `${via}-${ms}`, taskId: 'task', via, size: 1, receivedAt: ago(ms) };
}

/** An invoice, as far as the policy looks at it. */
function invoice(of: InboundRow, vouched: 'yes' | 'no' | 'open', pdf: string | null = 'pdf'): Vouching {
  const judged = vouched === 'yes' ? { kind: vouched, bySat: false } : { kind: vouched };
  return {
    kind: 'invoice',
    row: of,
    vouched: judged,
    invoice: { uuid: 'U', pdfArtifactId: pdf },
  } as Vouching;
}

const waiting = { status: 'AWAITING_DELIVERY' } as const;

describe('what came for a task', () => {
  it('counts at once with its PDF, or when a person brings it, or when nobody waits any more', () => {
    const cases = [
      decide([invoice(row(0), 'yes')], waiting, NOW),
      decide([invoice(row(0, 'upload'), 'yes', null)], waiting, NOW),
      decide([invoice(row(0), 'yes', null)], { status: 'FAILED' }, NOW),
    ];
    for (const decided of cases) expect(decided.deliver).not.toBeNull();
  });

  it('waits ten minutes for a PDF, and no longer', () => {
    const young = decide([invoice(row(4 * MINUTE), 'yes', null)], waiting, NOW);
    expect(young).toMatchObject({ deliver: null, again: [{ at: ago(-6 * MINUTE) }] });
    expect(decide([invoice(row(10 * MINUTE), 'yes', null)], waiting, NOW).deliver).not.toBeNull();
  });

  it('is one invoice: the second is looked at when it is known what became of the first', () => {
    const decided = decide([invoice(row(2), 'yes'), invoice(row(1), 'yes')], waiting, NOW);
    expect(decided.deliver?.examined.row.id).toBe('mail-2');
    expect(decided.again).toEqual([{ row: row(1), at: NOW }]);
  });

  it('is refused where it is nothing, foreign, or nobody ever vouched for it', () => {
    const found: Vouching[] = [
      { kind: 'nothing', row: row(1) },
      { kind: 'refused', row: row(2), uuid: 'U', what: ['total_mismatch'] },
      invoice(row(3), 'no'),
    ];
    expect(decide(found, waiting, NOW)).toMatchObject({
      deliver: null,
      again: [],
      refused: [{ what: ['no_cfdi'] }, { what: ['total_mismatch'] }, { what: ['not_vouched_for'] }],
    });
  });

  it('as a PDF alone waits as long as a task does for its XML, and is a picture where that is here', () => {
    const picture: Vouching = { kind: 'picture', row: row(HOUR), pdfs: [] };
    expect(decide([picture], waiting, NOW).again).toEqual([{ row: row(HOUR), at: ago(-71 * HOUR) }]);
    expect(decide([picture], { status: 'COMPLETED' }, NOW).pictures).toEqual([picture]);
    const old: Vouching = { kind: 'picture', row: row(72 * HOUR), pdfs: [] };
    expect(decide([old], waiting, NOW).refused).toHaveLength(1);
  });

  it('asks SAT 1, 5, 30 min, 2 h after it came, then every 12 h', () => {
    const asked = [0, 1, 5, 30, 120, 720, 1440].map(
      (minutes) =>
        (nextLook(NOW, new Date(NOW.getTime() + minutes * MINUTE)).getTime() - NOW.getTime()) / MINUTE,
    );
    expect(asked).toEqual([1, 5, 30, 120, 720, 1440, 2160]);
  });
});
