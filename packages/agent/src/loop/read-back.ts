/** What the page shows of receptor, total and regime, compared with the task (exactly-once issuance, point 2). Pure. */
import { assignFields } from '../planners/form/assign-fields.ts';
import { formFields } from '../planners/form/form-fields.ts';
import { amountOf, holdsValue } from '../planners/form/formats.ts';
import { isPrompt, pickOption } from '../planners/form/pick-option.ts';
import { valueSources } from '../planners/form/value-sources.ts';
import type { Snapshot, SuspectAct, TaskFacts } from '../types.ts';
import { compact, plain } from '../words/normalize.ts';

export type ReadBack = SuspectAct['readBack'];
type Seen = ReadBack[string];

/** `rfc`, `total` and `regime`: equal, different, or not shown. */
export function readBackOf(snapshot: Snapshot, facts: TaskFacts): ReadBack {
  const fields = fieldValues(snapshot, facts);
  return {
    rfc: merge(fields.rfc, rfcInTexts(snapshot, facts.profile.rfc)),
    total: merge(fields.total, totalInTexts(snapshot, facts.ticket.amount)),
    regime: fields.regime,
  };
}

/** The parts of a read-back that contradict the task. */
export function contradictions(readBack: ReadBack): string[] {
  return Object.entries(readBack).flatMap(([part, seen]) => (seen === 'different' ? [part] : []));
}

function merge(field: Seen, text: Seen): Seen {
  if (field !== 'not_shown') return field;
  return text;
}

function fieldValues(snapshot: Snapshot, facts: TaskFacts): { rfc: Seen; total: Seen; regime: Seen } {
  const seen: { rfc: Seen; total: Seen; regime: Seen } = {
    rfc: 'not_shown',
    total: 'not_shown',
    regime: 'not_shown',
  };
  const shown = snapshot.elements.filter((element) => element.visible && !element.suspicious);
  for (const match of assignFields(formFields(shown), valueSources(facts)).matches) {
    const { view } = match.field;
    const { text, source } = match.source;
    if (match.confidence < 0.8) continue;
    if (source === 'profile.fiscalRegime') {
      const chosen = view.options.find((option) => option.selected) ?? {
        value: '',
        text: view.value,
        selected: true,
        disabled: false,
      };
      if (view.value !== '' && !isPrompt(chosen))
        seen.regime = pickOption([chosen], 'regime', text) === null ? 'different' : 'equal';
    }
    if (view.value === '') continue;
    if (source === 'profile.rfc') seen.rfc = holdsValue(view.value, text, 'rfc') ? 'equal' : 'different';
    if (source === 'ticket.amount')
      seen.total = holdsValue(view.value, text, 'amount') ? 'equal' : 'different';
  }
  return seen;
}

const RFC = /[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}/g;

/** The portal's own RFC stands in many footers: only one named as the customer's can contradict. */
function rfcInTexts(snapshot: Snapshot, wanted: string): Seen {
  if (snapshot.texts.some((text) => compact(text.text).includes(compact(wanted)))) return 'equal';
  const others = snapshot.texts.filter((text) =>
    /rfc.{0,20}(receptor|cliente)|(receptor|cliente).{0,20}rfc|tu rfc|su rfc|your (rfc|tax id)/.test(
      plain(text.text),
    ),
  );
  return others.some((text) => (text.text.toUpperCase().match(RFC) ?? []).length > 0)
    ? 'different'
    : 'not_shown';
}

const TOTAL =
  /(?<!sub ?)\b(?:gran |monto |importe |amount )?total(?: (?:a )?(?:facturar|pagado|pagar|de la compra|del ticket|de compra))?\s*:?\s*(\$? ?\d[\d,]*\.\d{2}\b)/g;

function totalInTexts(snapshot: Snapshot, wanted: number): Seen {
  const cents = amountOf(wanted.toFixed(2));
  const totals = snapshot.texts
    .filter((text) => text.kind !== 'alert')
    .flatMap((text) =>
      [...plain(text.text).matchAll(TOTAL)].map((match) => ({ text, amount: amountOf(match[1] ?? '') })),
    )
    .filter((total) => total.amount !== null);
  // Several tickets or earlier purchases may be listed: ours among them is enough.
  if (totals.some((total) => total.amount === cents)) return 'equal';
  // Portals print sample tickets: a total contradicts where it is the page's answer, or stands by itself.
  const own = totals.filter(
    ({ text }) =>
      text.kind === 'dialog' ||
      text.kind === 'result' ||
      /^\W*(gran |monto |importe )?total/.test(plain(text.text)),
  );
  return own.length > 0 ? 'different' : 'not_shown';
}
