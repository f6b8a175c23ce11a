/** The ticket's values against what a vendor's portal asks: what is missing, too short or long, or of the wrong letters. */
import type { Bilingual, TicketData, VendorTicketField } from '@cfdi-live/contract';

export interface TicketFinding {
  /** Where in the request: `ticketData.folio`, `ticketData.extra.tc`. */
  path: string;
  code: 'field_missing' | 'wrong_length' | 'wrong_letters';
  /** Names the field and the rule, never the value. */
  message: Bilingual;
}

/** A value as its field counts it: without spaces and separators, for portals take them or not, and people add them. */
export function compact(value: string): string {
  return value
    .normalize('NFD')
    .replaceAll(/[^0-9A-Za-z]/g, '')
    .toUpperCase();
}

/** From this length on a value of exactly a field's form is taken for that field's, wherever in the ticket it stands. */
const TELLING_LENGTH = 8;

/**
 * The text of a ticket's value, or null where it has none. Further values (`extra`) are found by the field's name or by
 * any of its labels, however they are spelt. A long code is also found under another name: people call the same number
 * folio, code or reference.
 */
export function ticketValue(ticket: TicketData, field: VendorTicketField): string | null {
  if (field.name === 'amount') return ticket.amount.toFixed(2);
  const own = field.name.startsWith('extra.')
    ? extraValue(ticket, field)
    : ticket[field.name as Exclude<keyof TicketData, 'amount' | 'extra'>];
  return own ?? strayValue(ticket, field);
}

function extraValue(ticket: TicketData, field: VendorTicketField): string | undefined {
  const wanted = new Set([field.name.slice('extra.'.length), ...field.labels].map(compact));
  return Object.entries(ticket.extra ?? {}).find(([key]) => wanted.has(compact(key)))?.[1];
}

function strayValue(ticket: TicketData, field: VendorTicketField): string | null {
  const { min, max } = lengthOf(field);
  if (min !== max || min < TELLING_LENGTH) return null;
  const { folio, branch, webId, barcode, extra } = ticket;
  const fitting = new Map(
    [folio, branch, webId, barcode, ...Object.values(extra ?? {})]
      .filter((value) => value !== undefined)
      .filter((value) => compact(value).length === min && hasRightLetters(compact(value), field))
      .map((value) => [compact(value), value]),
  );
  const [only, second] = fitting.values();
  return only !== undefined && second === undefined ? only : null;
}

/** At most one finding a field, in the fields' order. */
export function checkTicketFields(ticket: TicketData, fields: readonly VendorTicketField[]): TicketFinding[] {
  return fields.flatMap((field) => {
    const value = ticketValue(ticket, field);
    const finding = value === null ? missing(field) : judge(compact(value), field);
    return finding === null ? [] : [{ path: `ticketData.${field.name}`, ...finding }];
  });
}

type Finding = Omit<TicketFinding, 'path'> | null;

function missing(field: VendorTicketField): Finding {
  if (field.required !== true) return null;
  const label = labelOf(field);
  return {
    code: 'field_missing',
    message: {
      es: `El portal pide «${label}» y el ticket no lo trae.`,
      en: `The portal asks for "${label}".`,
    },
  };
}

function judge(value: string, field: VendorTicketField): Finding {
  // Money and dates have a form of their own in the request; the portal's is made from them.
  if (field.name === 'amount' || field.name === 'date') return null;
  const { min, max } = lengthOf(field);
  if (value.length < min || value.length > max) return wrongLength(field, min, max);
  return hasRightLetters(value, field) ? null : wrongLetters(field);
}

function lengthOf({ mask, minLength, maxLength }: VendorTicketField): { min: number; max: number } {
  const length = mask === null ? null : compact(mask).length;
  return { min: minLength ?? length ?? 0, max: maxLength ?? length ?? Number.POSITIVE_INFINITY };
}

const LETTERS: Readonly<Record<string, RegExp>> = { '9': /\d/, A: /[A-Z]/, X: /[0-9A-Z]/ };

function hasRightLetters(value: string, { letters, mask }: VendorTicketField): boolean {
  if (letters === 'digits' && !/^\d*$/.test(value)) return false;
  if (mask === null) return true;
  const places = compact(mask);
  return Array.from(value).every((letter, index) => {
    const place = places[index] ?? '';
    return LETTERS[place]?.test(letter) ?? place === letter;
  });
}

function wrongLength(field: VendorTicketField, min: number, max: number): Finding {
  const label = labelOf(field);
  const unit = field.letters === 'digits' ? ['dígitos', 'digits'] : ['caracteres', 'characters'];
  const range = (from: string, to: string, upTo: string, least: string): string => {
    if (min === max) return String(min);
    if (max === Number.POSITIVE_INFINITY) return `${least} ${min}`;
    return min === 0 ? `${upTo} ${max}` : `${from} ${min} ${to} ${max}`;
  };
  return {
    code: 'wrong_length',
    message: {
      es: `«${label}» lleva ${range('de', 'a', 'hasta', 'al menos')} ${unit[0] ?? ''}.`,
      en: `"${label}" has ${range('from', 'to', 'up to', 'at least')} ${unit[1] ?? ''}.`,
    },
  };
}

function wrongLetters(field: VendorTicketField): Finding {
  const label = labelOf(field);
  if (field.mask === null) {
    return {
      code: 'wrong_letters',
      message: { es: `«${label}» lleva sólo dígitos.`, en: `"${label}" has digits only.` },
    };
  }
  return {
    code: 'wrong_letters',
    message: {
      es: `«${label}» se escribe ${field.mask} (9: dígito, A: letra, X: cualquiera de los dos).`,
      en: `"${label}" is written ${field.mask} (9: a digit, A: a letter, X: either).`,
    },
  };
}

function labelOf({ labels, name }: VendorTicketField): string {
  return labels[0] ?? name.replace('extra.', '');
}
