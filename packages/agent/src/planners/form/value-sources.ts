/** The values a task can give, each with the field type that asks for it. Pure. */
import type { FieldType } from './field-types.ts';
import type { ElementView, TaskFacts } from '../../types.ts';
import { scoreField } from './score-field.ts';

/**
 * One value of the task. `source` is the placeholder that steps and history show; `default.*` is a usual answer of
 * ours, which gives way to what the portal chose already.
 */
export interface ValueSource {
  source: string;
  type: FieldType | null;
  text: string;
  /** The integrator's own label for it (`ticket.extra` keys), else null. */
  label: string | null;
}

/** What a portal may be told of this task, in no order. */
export function valueSources(facts: TaskFacts): ValueSource[] {
  const { ticket, profile } = facts;
  const sources: ValueSource[] = [
    known('profile.rfc', 'rfc', profile.rfc),
    known('profile.fullName', 'fullName', profile.fullName),
    known('profile.postalCode', 'postalCode', profile.postalCode),
    known('profile.fiscalRegime', 'regime', profile.fiscalRegime),
    known('profile.cfdiUse', 'cfdiUse', profile.cfdiUse),
    known('task.mailbox', 'email', facts.mailbox),
    known('task.mailbox', 'emailConfirm', facts.mailbox),
    known('profile.personType', 'personType', profile.rfc.length === 13 ? 'física' : 'moral'),
    known('profile.country', 'country', 'México'),
    facts.paymentForm === null
      ? known('default.paymentForm', 'paymentForm', '01')
      : known('ticket.paymentForm', 'paymentForm', facts.paymentForm),
    known('default.paymentMethod', 'paymentMethod', 'PUE'),
    known('ticket.amount', 'amount', ticket.amount.toFixed(2)),
    ...surnameSources(profile.fullName, profile.rfc),
    ...dateSources(ticket.date),
  ];
  for (const key of ['folio', 'branch', 'webId', 'barcode'] as const) {
    const text = ticket[key];
    if (text !== undefined) sources.push(known(`ticket.${key}`, key, text));
  }
  for (const [label, text] of Object.entries(ticket.extra ?? {})) {
    sources.push({ source: `ticket.extra.${label}`, type: typeOfLabel(label), text, label });
  }
  return sources;
}

function known(source: string, type: FieldType, text: string): ValueSource {
  return { source, type, text, label: null };
}

/** Given names, first and second surname of a person: Mexican names end with two surnames. */
function surnameSources(fullName: string, rfc: string): ValueSource[] {
  const parts = fullName.trim().split(/\s+/);
  if (rfc.length !== 13 || parts.length < 3) return [];
  return [
    known('profile.givenNames', 'givenNames', parts.slice(0, -2).join(' ')),
    known('profile.firstSurname', 'firstSurname', parts.at(-2) ?? ''),
    known('profile.secondSurname', 'secondSurname', parts.at(-1) ?? ''),
  ];
}

function dateSources(date: string): ValueSource[] {
  const local = localDate(date);
  const sources = [
    known('ticket.date', 'date', local.day),
    known('ticket.date', 'dateDay', local.day.slice(8, 10)),
    known('ticket.date', 'dateMonth', local.day.slice(5, 7)),
    known('ticket.date', 'dateYear', local.day.slice(0, 4)),
  ];
  if (local.time !== null) sources.push(known('ticket.time', 'time', local.time));
  return sources;
}

/** `2026-11-20` and `18:30` as the paper shows them: a date-time with its own offset is local already. */
export function localDate(date: string): { day: string; time: string | null } {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
    date,
  );
  if (match?.[1] === undefined) return { day: date.slice(0, 10), time: null };
  const [, day, time, zone] = match;
  if (time === undefined) return { day, time: null };
  if (zone !== 'Z' && zone !== '+00:00') return { day, time };
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'America/Mexico_City',
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(new Date(date));
  return { day: parts.slice(0, 10), time: parts.slice(11, 16) };
}

/** The type that a label printed on a ticket names (`caja` → register), or null. */
function typeOfLabel(label: string): FieldType | null {
  const best = scoreField({ ...BLANK_FIELD, labels: { ...BLANK_FIELD.labels, label } })[0];
  return best !== undefined && best.score >= 0.6 ? best.type : null;
}

const BLANK_FIELD: ElementView = {
  id: '',
  frameId: '',
  role: 'textbox',
  tag: 'input',
  type: 'text',
  name: '',
  labels: { label: '', aria: '', near: '', placeholder: '', title: '', name: '', group: '', row: '' },
  value: '',
  checked: false,
  disabled: false,
  readonly: false,
  required: false,
  invalid: false,
  visible: true,
  covered: false,
  suspicious: false,
  besideCaptcha: false,
  options: [],
  maxLength: null,
  pattern: '',
  inputMode: '',
  autocomplete: '',
  href: '',
  download: false,
  expanded: null,
  inDialog: false,
  formKey: '',
  box: { x: 0, y: 0, width: 0, height: 0 },
};
