import { describe, expect, test } from 'vitest';
import { fromDayMonthYear, toDayMonthYear } from './clock.ts';
import { readTicket as readAccount } from './portals/account/ticket.ts';
import { readTicket as readFramed } from './portals/framed/ticket.ts';
import { readTicket as readHostile } from './portals/hostile/ticket.ts';
import { readTicket as readLater } from './portals/later/ticket.ts';
import { readTicket as readMailed } from './portals/mailed/ticket.ts';
import { readTicket as readMasks } from './portals/masks/ticket.ts';
import { readTicket as readPrimefaces } from './portals/primefaces/ticket.ts';
import { readTicket as readRough } from './portals/rough/ticket.ts';
import { readTicket as readJqwizard } from './portals/jqwizard/ticket.ts';
import { readTicket as readJsp } from './portals/jsp/ticket.ts';
import { readTicket as readListboxes } from './portals/listboxes/ticket.ts';
import { readTicket as readOnepage } from './portals/onepage/ticket.ts';
import { readTicket as readWebforms } from './portals/webforms/ticket.ts';
import { type PortalId, type Sale, outcomeOf, outcomesOf, portalIds, ticketKey } from './sale.ts';
import { type Ticket, magicTickets, makeTicket } from './tickets.ts';

const soldOn = '2026-11-20';

/** Reads a ticket as its portal does, from what is printed on it. */
const readers: Readonly<Record<PortalId, (ticket: Ticket) => Sale | undefined>> = {
  webforms: ({ ticketData: { extra } }) => readWebforms({ tc: extra?.['tc'] ?? '', tr: extra?.['tr'] ?? '' }),
  listboxes: ({ ticketData: { webId = '', date, amount } }) =>
    readListboxes({ code: webId, date, total: Math.round(amount * 100) }),
  jqwizard: ({ ticketData: { folio = '', date, amount } }) => {
    const typed = fromDayMonthYear(toDayMonthYear(date)) ?? '';
    return readJqwizard({ folio, date: typed, total: Math.round(amount * 100) });
  },
  onepage: ({ ticketData: { branch = '', folio = '', extra, date, amount } }) => {
    const register = extra?.['caja'] ?? '';
    return readOnepage({
      restaurant: branch,
      register,
      number: folio,
      date,
      total: Math.round(amount * 100),
    });
  },
  account: ({ ticketData: { folio = '', date, amount } }) =>
    readAccount({ note: folio, date, total: Math.round(amount * 100) }),
  framed: ({ ticketData: { folio = '', extra, amount } }) =>
    readFramed({ reference: extra?.['referencia'] ?? '', folio, total: Math.round(amount * 100) }),
  primefaces: ({ ticketData: { folio = '', extra, date, amount } }) =>
    readPrimefaces({ date, folio, saleId: extra?.['id_venta'] ?? '', total: Math.round(amount * 100) }),
  masks: ({ ticketData: { folio = '', date, amount } }) =>
    readMasks({ folio, date, total: Math.round(amount * 100) }),
  later: ({ ticketData: { folio = '', date, extra, amount } }) =>
    readLater({ number: folio, date, hour: extra?.['hora'] ?? '', total: Math.round(amount * 100) }),
  rough: ({ ticketData: { folio = '', date, amount } }) =>
    readRough({ number: folio, date, total: Math.round(amount * 100) }),
  hostile: ({ ticketData: { folio = '', date, amount } }) =>
    readHostile({ folio, date, total: Math.round(amount * 100) }),
  mailed: ({ ticketData: { folio = '', amount } }) => readMailed({ folio, total: Math.round(amount * 100) }),
  jsp: ({ ticketData: { folio = '', extra } }) => readJsp({ folio, seat: extra?.['asiento'] ?? '' }),
};

describe.each(portalIds)('%s', (portal) => {
  test('reads from every ticket the sale that it was printed for', () => {
    for (const outcome of outcomesOf(portal)) {
      for (const n of [1, 2, 7, 8, 9, 1_234, 46_655, 46_656, 999_999]) {
        const ticket = makeTicket(portal, n, { outcome, soldOn });
        const sale = readers[portal](ticket)!;
        expect(ticketKey(sale)).toBe(ticket.key);
        expect(outcomeOf(sale)).toBe(outcome === 'expired' ? 'success' : outcome);
      }
    }
  });

  test('prints the same ticket for the same number, and another for any other', () => {
    const print = (n: number) => JSON.stringify(makeTicket(portal, n, { soldOn }).ticketData);
    expect(print(5)).toBe(print(5));
    expect(new Set(Array.from({ length: 500 }, (_, index) => print(index + 1))).size).toBe(500);
  });

  test('has totals between 45 and 2,845 pesos with at most two decimals', () => {
    for (let n = 1; n <= 500; n += 1) {
      const { ticketData, expectedTotal } = makeTicket(portal, n, { soldOn });
      expect(ticketData.amount).toBe(expectedTotal);
      expect(expectedTotal).toBeGreaterThanOrEqual(45);
      expect(expectedTotal).toBeLessThanOrEqual(2_845);
      expect(Number(expectedTotal.toFixed(2))).toBe(expectedTotal);
    }
  });

  test('has one magic ticket for each outcome that it can force', () => {
    expect(magicTickets(portal, soldOn).map(({ outcome }) => outcome)).toEqual(outcomesOf(portal));
  });
});

test.each([0, -1, 1.5, 1_000_000, Number.NaN])('there is no ticket number %d', (n) => {
  expect(() => makeTicket('webforms', n)).toThrow(RangeError);
});

test('the long numbers carry check digits', () => {
  const { extra } = makeTicket('webforms', 3, { soldOn }).ticketData;
  const wrong = extra!['tc']!.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
  expect(readWebforms({ tc: wrong, tr: extra!['tr']! })).toBeUndefined();

  const { webId, date, amount } = makeTicket('listboxes', 3, { soldOn }).ticketData;
  const swapped = `${webId!.slice(0, 16)}${webId![17]}${webId![16]}`;
  expect(readListboxes({ code: swapped, date, total: Math.round(amount * 100) })).toBeUndefined();
});

test('no till printed a ticket of an unknown branch, till or number', () => {
  const sale = { branch: '0104', terminal: '01', number: 1, soldOn };
  expect(outcomeOf(sale)).toBe('success');
  expect(outcomeOf({ ...sale, branch: '9999' })).toBeUndefined();
  expect(outcomeOf({ ...sale, terminal: '09' })).toBeUndefined();
  expect(outcomeOf({ ...sale, terminal: '00' })).toBeUndefined();
  expect(outcomeOf({ ...sale, number: 0 })).toBeUndefined();
});
