import { describe, expect, it } from 'vitest';
import { box, button, facts, link, select, snapshot } from '../testing/build-snapshot.ts';
import type { HistoryEntry, Snapshot, TextView } from '../types.ts';
import { readOutcome } from './read-outcome.ts';

/** Ticket and receptor were typed, then something was pressed. */
const asked: HistoryEntry[] = [
  entry({ kind: 'fill', target: 'a', value: { source: 'profile.rfc', text: 'CACX7605101P8' } }),
  entry({ kind: 'fill', target: 'b', value: { source: 'ticket.folio', text: 'A-004512' } }),
  entry({ kind: 'click', target: 'c' }),
];

function entry(action: HistoryEntry['planned']['action']): HistoryEntry {
  return {
    fingerprint: 'page',
    planned: { action, why: '', stepType: 'input', confidence: 1 },
    actKey: '',
    result: { ok: true, changed: true },
    planner: 'form',
  };
}

const fields = () => [
  box('Folio', { value: 'A-004512' }),
  box('RFC', { value: 'CACX7605101P8' }),
  button('Buscar'),
];
const before = snapshot({ elements: fields() });

function read(after: Snapshot, previous: Snapshot | null = before, history = asked) {
  return readOutcome(after, { previous, history, facts: facts() });
}

/** The page's answer in an alert over the form that was sent. */
function says(text: string, kind: TextView['kind'] = 'alert') {
  return read(snapshot({ elements: fields(), texts: [{ kind, text }] }));
}

describe('what portals say of a ticket', () => {
  const words: Record<string, string[]> = {
    already_invoiced: [
      'Este folio ya fue facturado anteriormente!',
      'Ticket ya se encuentra facturado',
      'El consumo ya fue facturado.',
      'Su nota ya fue facturada con el folio fiscal 606045AE-3C6C-44CB-9012-D4387A0A13AE',
      'Ya existe una factura para este ticket',
      'La compra ya ha sido facturada.',
      'El código ya fue utilizado.',
      'Ticket facturado previamente',
      'Su ticket ya cuenta con una factura generada',
      'This ticket has already been invoiced.',
      'An invoice already exists for this receipt',
    ],
    ticket_not_found: [
      'Ticket no encontrado.',
      'No se encontró el consumo.',
      'No se encontró orden con la información capturada.',
      'El folio no existe, favor de verificar',
      'No existe información con los datos proporcionados',
      'El folio no se encuentra',
      'Los datos capturados son incorrectos. Verifica tu ticket.',
      'No pudimos encontrar tu ticket',
      'Folio inválido',
      'El ticket no es válido.',
      'No hay resultados para tu búsqueda',
      'Los datos no coinciden con ninguna venta, datos incorrectos',
      'We could not find your receipt.',
      'No matching records',
      'Ticket not found',
    ],
    ticket_expired: [
      'Solo se pueden facturar tickets del mes en curso',
      'El tiempo para facturar es de máximo 72 HORAS',
      'La fecha de compra excede los 30 días',
      'Ticket fuera de plazo para facturación',
      'El plazo para facturar este ticket ha concluido.',
      'Su ticket ha expirado',
      'El periodo de facturación de este ticket venció el 30/11/2026',
      'Ya no es posible facturar este ticket',
      'No es posible facturar compras de meses anteriores a la fecha',
      'This ticket can no longer be invoiced.',
      'The invoicing period has expired',
    ],
    not_yet_available: [
      'El ticket aún no se encuentra disponible para facturar',
      'Tu ticket todavía no ha sido registrado, intenta más tarde',
      'Podrá facturar su ticket a partir del 21/11/2026',
      'Tu compra estará disponible después de 24 horas',
      'Your receipt is not yet available',
    ],
    wrong_branch: [
      'Código inválido, verifique con la estación',
      'El ticket no corresponde a esta sucursal',
      'Este ticket pertenece a otra tienda',
      'The receipt belongs to another store',
    ],
    included_in_global_invoice: [
      'El ticket ya fue incluido en la factura global',
      'Su compra se encuentra considerada en la factura global del día',
      'El ticket fue facturado al público en general',
    ],
    portal_down: [
      'Servicio temporalmente inactivo',
      'Ocurrió un problema, intente más tarde',
      'El servicio no está disponible',
    ],
  };
  it.each(Object.entries(words).flatMap(([code, texts]) => texts.map((text) => ({ code, text }))))(
    '"$text" → $code',
    ({ code, text }) => {
      expect(says(text)).toMatchObject({ code, evidence: { text } });
      expect(says(text, 'dialog')?.code).toBe(code);
    },
  );

  it('is heard in a native dialog too', () => {
    const after = snapshot({
      elements: fields(),
      nativeDialogs: [{ kind: 'alert', message: 'Ticket no encontrado', answer: 'accepted' }],
    });
    expect(read(after)).toMatchObject({ code: 'ticket_not_found', evidence: { kind: 'native_dialog' } });
  });

  it('is heard in a bare paragraph, when it came as the answer', () => {
    expect(says('El consumo ya fue facturado.', 'paragraph')?.code).toBe('already_invoiced');
    const own = snapshot({
      fingerprint: 'answer',
      texts: [{ text: 'No se encontró el consumo.' }],
      elements: [link('Regresar')],
    });
    expect(read(own)?.code).toBe('ticket_not_found');
  });

  it('carries the dates it names', () => {
    expect(says('Podrá facturar su ticket a partir del 21/11/2026 10:30')?.details).toEqual({
      notBefore: '2026-11-21T10:30',
    });
    expect(says('Tu compra estará disponible después de 24 horas')?.details).toEqual({ waitMinutes: 1440 });
    expect(says('El periodo para facturar este ticket venció el 30 de noviembre de 2026')?.details).toEqual({
      deadline: '2026-11-30',
    });
  });
});

describe('what is no answer', () => {
  const help = [
    'Recuerde que tiene 72 horas para facturar.',
    'Usted dispone de 40 días para pedir la factura de su compra.',
    'Si su ticket ya fue facturado, puede descargarlo en Consultar.',
    '¿Tu ticket ya fue facturado? Consulta tu factura aquí',
    'Si el folio no se encuentra, espere 24 horas e intente de nuevo',
    'Los tickets que ya fueron incluidos en la factura global no se pueden facturar.',
    'Para facturar, su ticket no debe haber expirado',
    'Nota: solo se pueden facturar tickets del mes en curso',
    'Al dar clic en Generar se emitirá su factura y ya no podrá cambiarse.',
    'En caso de que el portal no esté disponible intente más tarde',
    'Tu sesión ha expirado',
    'El tiempo para completar el formulario ha concluido',
    'Bienvenido',
  ];
  it.each(help)('"%s"', (text) => {
    for (const kind of ['paragraph', 'heading', 'alert'] as const) expect(says(text, kind)).toBeNull();
  });

  it('a message that stood there before anything was typed', () => {
    const page = snapshot({
      elements: [box('Folio'), button('Buscar')],
      texts: [{ kind: 'dialog', text: 'El plazo para facturar las ventas de octubre ha concluido' }],
    });
    expect(read(page, null, [])).toBeNull();
  });

  it('a paragraph that stood there before the press', () => {
    const text = { text: 'Ticket no encontrado' };
    expect(
      read(snapshot({ elements: fields(), texts: [text] }), snapshot({ elements: fields(), texts: [text] })),
    ).toBeNull();
  });

  it('the help texts of a new step', () => {
    const step = snapshot({
      fingerprint: 'step 2',
      elements: [box('Código postal'), select('Régimen', ['=Elija', '601=601 a', '612=612 b', '626=626 c'])],
      texts: [
        { kind: 'alert', text: 'Máximo 72 horas para facturar' },
        { text: 'El ticket fuera de plazo no se factura' },
      ],
    });
    expect(read(step)).toBeNull();
  });

  it('the footer', () => {
    const after = snapshot({
      elements: fields(),
      texts: [
        { text: 'Tienda S.A. de C.V. Sus tickets expiran a los 30 días. Fuera de plazo no se factura.' },
      ],
    });
    const again = snapshot({ ...after, texts: [...after.texts] });
    expect(read(after, again)).toBeNull();
  });
});

describe('what portals and SAT say of the receptor', () => {
  const words: [string, string | null, string | null][] = [
    [
      'El campo DomicilioFiscalReceptor del receptor, debe pertenecer al nombre asociado al RFC registrado en el campo Rfc del Receptor.',
      'postalCode',
      null,
    ],
    [
      'CFDI40147 - El campo DomicilioFiscalReceptor del receptor debe encontrarse en la lista',
      'postalCode',
      '40147',
    ],
    [
      'CFDI40143: este RFC del receptor no existe en la lista de RFC inscritos no cancelados del SAT',
      'rfc',
      '40143',
    ],
    [
      'Error CFDI40145 El campo Nombre del receptor, debe encontrarse en la lista de RFC inscritos',
      'fullName',
      '40145',
    ],
    [
      'CFDI40161 - La clave del campo UsoCFDI debe corresponder con el tipo de persona y el régimen',
      'cfdiUse',
      '40161',
    ],
    [
      '(CFDI40158) La clave del campo RegimenFiscalR debe corresponder con el tipo de persona',
      'fiscalRegime',
      '40158',
    ],
    ['El código postal no corresponde al RFC', 'postalCode', null],
    ['El nombre o razón social no coincide con el registrado en el SAT', 'fullName', null],
    ['El RFC no existe en el SAT', 'rfc', null],
    ['El régimen fiscal no corresponde al receptor', 'fiscalRegime', null],
    ['The postal code does not match the registered one', 'postalCode', null],
  ];
  it.each(words)('"%s" → %s', (text, field, satCode) => {
    expect(says(text)).toMatchObject({
      code: 'fiscal_data_rejected',
      details: { field, ...(satCode === null ? {} : { satCode }) },
    });
  });

  it.each([
    'El RFC es obligatorio',
    'Ingrese su código postal',
    'El RFC debe tener 12 o 13 caracteres',
    'Nombre tal como aparece en su Constancia',
  ])('is not said by an instruction: "%s"', (text) => {
    expect(says(text)).toBeNull();
  });
});

describe('what stands in the way', () => {
  const page = (parts: Parameters<typeof snapshot>[0]) =>
    readOutcome(snapshot(parts), { previous: null, history: [], facts: facts() });

  it('is a portal that is down', () => {
    expect(page({ httpStatus: 503, texts: [{ kind: 'heading', text: 'Service Unavailable' }] })?.code).toBe(
      'portal_down',
    );
    expect(
      page({ texts: [{ kind: 'heading', text: 'Portal en mantenimiento' }, { text: 'Vuelva más tarde' }] })
        ?.code,
    ).toBe('portal_down');
    expect(page({ title: '' })).toMatchObject({
      code: 'portal_down',
      evidence: { kind: 'http', text: 'HTTP 200, empty page' },
    });
  });

  it('is a firewall', () => {
    expect(page({ httpStatus: 403, texts: [{ kind: 'heading', text: 'Access Denied' }] })?.code).toBe(
      'blocked_by_vendor',
    );
    expect(
      page({
        title: 'Attention Required! | Cloudflare',
        texts: [{ kind: 'heading', text: 'Sorry, you have been blocked' }],
      })?.code,
    ).toBe('blocked_by_vendor');
    expect(
      page({ title: 'Just a moment...', texts: [{ text: 'Checking your browser before accessing' }] })?.code,
    ).toBe('blocked_by_vendor');
  });

  it('is an address that leads nowhere', () => {
    expect(
      page({ httpStatus: 404, texts: [{ kind: 'heading', text: '404 - File or directory not found.' }] })
        ?.code,
    ).toBe('portal_unknown');
  });

  it('is not a banner over a form that works', () => {
    expect(
      page({ elements: fields(), texts: [{ kind: 'alert', text: 'Portal en mantenimiento el domingo' }] }),
    ).toBeNull();
  });

  it('is a refused or required login', () => {
    expect(says('Usuario o contraseña incorrectos')?.code).toBe('login_failed');
    expect(says('Debe iniciar sesión para continuar')?.code).toBe('login_required');
  });
});
