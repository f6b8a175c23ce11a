import { describe, expect, it } from 'vitest';
import type { SatReply } from '@cfdi-live/cfdi';
import { concludeSatReply, firstSatCheck, withListedEmisor, type AskedInvoice } from './sat-checks.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** 12:00 in the middle of Mexico. */
const STAMPED = new Date('2026-11-20T18:00:00Z');
const after = (ms: number) => new Date(STAMPED.getTime() + ms);

const waiting: AskedInvoice = {
  accepted: false,
  stampedAt: '2026-11-20T12:00:00',
  createdAt: after(MINUTE),
  satAnswers: 0,
};
const counting: AskedInvoice = { ...waiting, accepted: true };

const valid: SatReply = {
  kind: 'answered',
  status: { kind: 'valid', cancellable: null, cancellation: null, emisorIsListed: false },
};
const cancelled: SatReply = { kind: 'answered', status: { kind: 'cancelled', cancellation: null } };
const notFound: SatReply = { kind: 'answered', status: { kind: 'not_found' } };
const away: SatReply = { kind: 'unavailable', reason: 'timeout' };

describe('a task that waits for the word of SAT', () => {
  it('asks at 1, 5, 30 min, 2 h, then every 12 h, and a last time at its end', () => {
    const waits: number[] = [];
    let now = waiting.createdAt;
    let next = firstSatCheck(waiting, now);
    for (let satAnswers = 0; next !== null; satAnswers += 1) {
      waits.push((next.getTime() - now.getTime()) / MINUTE);
      now = next;
      next = concludeSatReply({ ...waiting, satAnswers }, notFound, now).nextAt;
    }
    expect(waits).toEqual([1, 5, 30, 120, 720, 720, 720, 720, 720, 564]);
    expect(now).toEqual(new Date(waiting.createdAt.getTime() + 72 * HOUR));
  });

  it.each([
    ['Vigente', valid, 2 * MINUTE, 'accept', 'valid'],
    ['Cancelado', cancelled, 2 * MINUTE, 'refuse', 'cancelled'],
    ['No Encontrado, after minutes', notFound, 2 * MINUTE, 'open', 'not_found'],
    ['No Encontrado, within three days', notFound, 72 * HOUR - 1, 'open', 'not_found'],
    ['No Encontrado, after three days', notFound, 72 * HOUR, 'refuse', 'not_found'],
    ['no answer', away, 2 * MINUTE, 'open', null],
    ['no answer to the last question', away, 72 * HOUR + MINUTE, 'refuse', null],
  ] as const)('on %s', (_name, reply, at, outcome, status) => {
    expect(concludeSatReply(waiting, reply, after(at))).toMatchObject({ outcome, status });
  });

  it('asks a register that is away again soon, and does not get on in its times by it', () => {
    const { nextAt } = concludeSatReply({ ...waiting, satAnswers: 4 }, away, after(DAY));
    expect(nextAt).toEqual(after(DAY + 5 * MINUTE));
    const refused: SatReply = { kind: 'unavailable', reason: 'question_refused' };
    expect(concludeSatReply(waiting, refused, after(HOUR)).nextAt).toEqual(after(13 * HOUR));
  });

  it('goes on to the times of an invoice that counts, once it does', () => {
    expect(concludeSatReply(waiting, valid, after(2 * MINUTE)).nextAt).toEqual(after(DAY));
    expect(concludeSatReply(waiting, cancelled, after(2 * MINUTE)).nextAt).toBeNull();
  });
});

describe('an invoice that counts', () => {
  it('is asked about 1, 7, 30, 90 and 365 days after its stamp', () => {
    const days: number[] = [];
    for (let at = firstSatCheck(counting, after(MINUTE)); at !== null;) {
      days.push((at.getTime() - STAMPED.getTime()) / DAY);
      at = concludeSatReply(counting, valid, at).nextAt;
    }
    expect(days).toEqual([1, 7, 30, 90, 365]);
    expect(firstSatCheck(counting, after(40 * DAY))).toEqual(after(90 * DAY));
    expect(firstSatCheck(counting, after(400 * DAY))).toBeNull();
  });

  it('is not asked about any more when it is cancelled, and ends no task', () => {
    const told = concludeSatReply(counting, cancelled, after(7 * DAY));
    expect(told).toEqual({ status: 'cancelled', nextAt: null, outcome: 'open', emisorIsListed: false });
    expect(concludeSatReply(counting, away, after(7 * DAY)).nextAt).toEqual(after(7 * DAY + HOUR));
  });

  it('says once that its emisor is listed', () => {
    const listed: SatReply = {
      kind: 'answered',
      status: { kind: 'valid', cancellable: null, cancellation: null, emisorIsListed: true },
    };
    expect(concludeSatReply(counting, listed, after(DAY)).emisorIsListed).toBe(true);
    const findings = withListedEmisor([], 'EKU9003173C9');
    expect(findings).toMatchObject([{ code: 'emisor_listed', severity: 'warning' }]);
    expect(withListedEmisor(findings, 'EKU9003173C9')).toBe(findings);
  });
});
