/** The deadline engine: from a vendor's rules and the date of a purchase to the instants between which it can be invoiced. */
import type { VendorWindow, WindowCloses, WindowOpens } from '@cfdi-live/contract';
import { addBusinessDays } from './business-days.ts';
import { addDays, DEFAULT_ZONE, HOUR_MS, localDate, startOfDay, startOfMonth } from './local-time.ts';

/** When a ticket can be invoiced: from `opensAt`, and before `closesAt`. Null where the vendor's rule is not known. */
export interface TicketWindow {
  opensAt: Date | null;
  closesAt: Date | null;
}

/** A purchase in time: its local date, and the first and last instant that it may have happened at. */
interface Purchase {
  date: string;
  earliest: Date;
  latest: Date;
  zone: string;
}

/**
 * Computes a ticket's window.
 *
 * @param purchase a local date (the purchase was some time that day: what counts hours gives it the benefit of the
 * doubt), or a date-time with an offset
 * @param zone IANA name of the zone that the shop keeps
 */
export function ticketWindow(
  window: VendorWindow,
  purchase: string,
  zone: string = DEFAULT_ZONE,
): TicketWindow {
  const bought = purchaseOf(purchase, zone);
  return {
    opensAt: window.opens === null ? null : opensAt(window.opens, bought),
    closesAt: window.closes === null ? null : closesAt(window.closes, bought),
  };
}

function purchaseOf(text: string, zone: string): Purchase {
  if (text.length > 10) {
    const at = new Date(text);
    // What was written with an offset of its own says its local date; UTC does not.
    const date = /(Z|[+-]00:00)$/i.test(text) ? localDate(at, zone) : text.slice(0, 10);
    return { date, earliest: at, latest: at, zone };
  }
  return { date: text, earliest: startOfDay(text, zone), latest: endOfDay(text, zone), zone };
}

function opensAt(rule: WindowOpens, { date, earliest, zone }: Purchase): Date {
  switch (rule.unit) {
    case 'minutes':
      return later(earliest, rule.after / 60);
    case 'hours':
      return later(earliest, rule.after);
    case 'days':
      return rule.after === 0 ? earliest : startOfDay(addDays(date, rule.after), zone);
    case 'business_days':
      return rule.after === 0 ? earliest : startOfDay(addBusinessDays(date, rule.after), zone);
  }
}

function closesAt(rule: WindowCloses, { date, latest, zone }: Purchase): Date {
  switch (rule.kind) {
    case 'hours_after':
      return later(latest, rule.hours);
    case 'days_after':
      return endOfDay(addDays(date, rule.days), zone);
    case 'business_days_after':
      return endOfDay(addBusinessDays(date, rule.days), zone);
    case 'end_of_month': {
      const lastDay = addDays(startOfMonth(date, rule.months + 1), -1);
      return later(endOfDay(addDays(lastDay, rule.plusDays), zone), rule.plusHours);
    }
    case 'day_of_next_month':
      return endOfDay(addDays(startOfMonth(date, 1), rule.day - 1), zone);
  }
}

function endOfDay(date: string, zone: string): Date {
  return startOfDay(addDays(date, 1), zone);
}

function later(instant: Date, hours: number): Date {
  return new Date(instant.getTime() + hours * HOUR_MS);
}
