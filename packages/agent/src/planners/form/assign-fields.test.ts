import { describe, expect, it } from 'vitest';
import { box, element, facts, select } from '../../testing/build-snapshot.ts';
import type { ElementView, TaskFacts } from '../../types.ts';
import { assignFields } from './assign-fields.ts';
import { formFields } from './form-fields.ts';
import { valueSources } from './value-sources.ts';

function assigned(elements: ElementView[], task: TaskFacts = facts()): Record<string, string> {
  const { matches } = assignFields(formFields(elements), valueSources(task));
  return Object.fromEntries(
    matches.map((match) => [
      match.field.view.labels.label ||
        match.field.view.labels.near ||
        match.field.view.labels.placeholder ||
        match.field.view.labels.name,
      match.source.source,
    ]),
  );
}

describe('field assignment by label', () => {
  const cases: [string, string[]][] = [
    [
      'profile.rfc',
      [
        'RFC',
        'R.F.C.',
        'RFC del receptor *',
        'Ingresa tu RFC',
        'RFC:',
        'Registro Federal de Contribuyentes',
        'Tax ID (RFC)',
        'RFC con homoclave',
      ],
    ],
    [
      'profile.fullName',
      [
        'Nombre',
        'Razón social',
        'Nombre o Razón Social (sin régimen societario)',
        'Nombre, denominación o razón social',
        'Nombre completo',
        'Company name',
        'Legal name',
        'Contribuyente',
        'Nombre del receptor',
      ],
    ],
    [
      'profile.postalCode',
      [
        'C.P.',
        'CP',
        'Código postal',
        'Código Postal del domicilio fiscal',
        'Domicilio fiscal',
        'ZIP code',
        'Postal code',
        'CP Fiscal',
      ],
    ],
    [
      'task.mailbox',
      ['Correo', 'Correo electrónico', 'E-mail', 'Email address', 'Correo para recibir su factura'],
    ],
    [
      'ticket.folio',
      [
        'Folio',
        'Folio del ticket',
        'No. de ticket',
        'Número de ticket',
        'Ticket',
        '# Ticket',
        'No. de nota',
        'Referencia',
        'Número de orden',
        'Ticket number',
        'Receipt #',
        'Order number',
        'Folio de venta',
        'Núm. Ticket',
        'Número de consumo',
        'Código de facturación',
      ],
    ],
    [
      'ticket.amount',
      [
        'Total',
        'Importe',
        'Monto',
        'Total de la compra (con IVA)',
        'Importe total',
        'Monto pagado',
        'Amount',
        'Total amount',
        'Total del ticket $',
      ],
    ],
    [
      'ticket.date',
      [
        'Fecha',
        'Fecha de compra',
        'Fecha del ticket (dd/mm/aaaa)',
        'Purchase date',
        'Fecha de consumo',
        'Date',
      ],
    ],
  ];
  it.each(cases.flatMap(([source, labels]) => labels.map((label) => ({ source, label }))))(
    '"$label" asks for $source',
    ({ source, label }) => {
      expect(assigned([box(label)])).toEqual({ [label]: source });
    },
  );

  it.each([
    'Teléfono',
    'Calle',
    'Colonia',
    'Buscar',
    'Comentarios',
    'Contraseña',
    'Código promocional',
    'Últimos 4 dígitos de la tarjeta',
    'Folio fiscal (UUID)',
    'Propina',
    'Fecha de nacimiento',
    'Escribe los caracteres de la imagen',
    'Usuario',
    'Sub total',
    'RFC emisor',
  ])('"%s" asks for nothing of the task', (label) => {
    expect(assigned([box(label)])).toEqual({});
  });

  it('tells the fields of a whole form apart', () => {
    const form = [
      box('Folio'),
      box('Fecha de compra'),
      box('Total'),
      box('RFC'),
      box('Nombre o razón social'),
      box('Código postal'),
      box('Correo electrónico', { type: 'email' }),
      box('Confirmar correo electrónico', { type: 'email' }),
      box('Teléfono', { type: 'tel' }),
    ];
    expect(assigned(form)).toEqual({
      Folio: 'ticket.folio',
      'Fecha de compra': 'ticket.date',
      Total: 'ticket.amount',
      RFC: 'profile.rfc',
      'Nombre o razón social': 'profile.fullName',
      'Código postal': 'profile.postalCode',
      'Correo electrónico': 'task.mailbox',
      'Confirmar correo electrónico': 'task.mailbox',
    });
  });

  it('fills a second mail field that does not say that it confirms', () => {
    const { matches } = assignFields(formFields([box('Email'), box('Email ')]), valueSources(facts()));
    expect(matches.map((match) => match.source.source)).toEqual(['task.mailbox', 'task.mailbox']);
  });
});

describe('field assignment by weaker evidence', () => {
  it('reads code names with framework prefixes where nothing else is said', () => {
    const names = [
      'ctl00_ContentPlaceHolder1_txtRFC',
      'txtCodigoPostal',
      'frm:ddlFolioTicket',
      'txtImporteTotal',
    ];
    const fields = names.map((name) => element({ name: '', labels: { name } }));
    expect(Object.values(assigned(fields))).toEqual([
      'profile.rfc',
      'profile.postalCode',
      'ticket.folio',
      'ticket.amount',
    ]);
  });

  it('reads placeholders, neighbour texts and examples', () => {
    const fields = [
      element({ labels: { placeholder: 'RFC con homoclave' } }),
      element({ labels: { near: 'Código Postal:' } }),
      element({ labels: { placeholder: 'dd/mm/aaaa' } }),
      element({ labels: { placeholder: '$0.00', name: 'x1' } }),
      element({ labels: { placeholder: 'nombre@correo.com' } }),
    ];
    expect(Object.values(assigned(fields))).toEqual([
      'profile.rfc',
      'profile.postalCode',
      'ticket.date',
      'ticket.amount',
      'task.mailbox',
    ]);
  });

  it('trusts autocomplete over a vague label', () => {
    expect(assigned([box('Zona', { autocomplete: 'postal-code' })])).toEqual({ Zona: 'profile.postalCode' });
  });

  it('knows lists by their options', () => {
    const regime = select('Seleccione', [
      '=Seleccione',
      '601=601 General de Ley',
      '612=612 Personas Físicas',
      '626=626 RESICO',
    ]);
    const use = select('Tipo', [
      '=Elija',
      'G01=Adquisición de mercancías',
      'G03=Gastos en general',
      'S01=Sin efectos fiscales',
    ]);
    const paid = select('¿Cómo pagaste?', [
      '=Elija',
      '1=Efectivo',
      '2=Tarjeta de crédito',
      '3=Tarjeta de débito',
    ]);
    expect(Object.values(assigned([regime, use, paid]))).toEqual([
      'profile.fiscalRegime',
      'profile.cfdiUse',
      'ticket.paymentForm',
    ]);
  });

  it('never fills honeypots', () => {
    expect(assigned([box('RFC', { suspicious: true })])).toEqual({});
  });
});

describe('values with the integrator’s own labels', () => {
  it('go by the label printed on the ticket', () => {
    const task = facts({ ticket: { extra: { tc: '12345678901234567890', tr: '00123' } } });
    expect(assigned([box('TC#', { maxLength: 20 }), box('TR#', { maxLength: 5 }), box('RFC')], task)).toEqual(
      {
        'TC#': 'ticket.extra.tc',
        'TR#': 'ticket.extra.tr',
        RFC: 'profile.rfc',
      },
    );
  });

  it('go by what the label means, in another language too', () => {
    const task = facts({ ticket: { extra: { caja: '3', transaccion: '88412' } } });
    expect(assigned([box('Register'), box('Transaction number'), box('Ticket number')], task)).toEqual({
      Register: 'ticket.extra.caja',
      'Transaction number': 'ticket.extra.transaccion',
      'Ticket number': 'ticket.folio',
    });
  });

  it('win over a generic value where the label is the same', () => {
    const task = facts({ ticket: { extra: { ticket: '77' } } });
    expect(assigned([box('Folio'), box('Ticket')], task)).toEqual({
      Folio: 'ticket.folio',
      Ticket: 'ticket.extra.ticket',
    });
  });

  it('are guessed for the one nameless required field that is left, with low confidence', () => {
    const task = facts({ ticket: { extra: { mesa: '14' } } });
    const { matches } = assignFields(
      formFields([box('Folio'), box('Clave XZ', { required: true })]),
      valueSources(task),
    );
    expect(matches.map((match) => [match.source.source, match.confidence >= 0.9])).toEqual([
      ['ticket.folio', true],
      ['ticket.extra.mesa', false],
    ]);
  });
});

describe('identifiers that portals call otherwise', () => {
  it('takes the only identifier of the ticket for a code of another name', () => {
    const task = facts({ ticket: { webId: 'ABC123DEF' } });
    delete task.ticket.folio;
    expect(assigned([box('Folio')], task)).toEqual({ Folio: 'ticket.webId' });
  });

  it('gives each of two identifiers its own field', () => {
    const task = facts({ ticket: { webId: 'ABC123DEF' } });
    expect(assigned([box('Código de facturación'), box('Número de ticket')], task)).toEqual({
      'Código de facturación': 'ticket.webId',
      'Número de ticket': 'ticket.folio',
    });
  });

  it('does not put a long code into a short box', () => {
    const task = facts({ ticket: { barcode: '12345678901234567890123456789012345', folio: '4512' } });
    expect(
      assigned([box('Folio', { maxLength: 6 }), box('Código de barras', { maxLength: 35 })], task),
    ).toEqual({
      Folio: 'ticket.folio',
      'Código de barras': 'ticket.barcode',
    });
  });
});
