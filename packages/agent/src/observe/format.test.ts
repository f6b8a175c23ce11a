import { describe, expect, it } from 'vitest';
import { element, type ElementParts } from '../testing/build-snapshot.ts';
import type { ElementOption, Snapshot, TextView } from '../types.ts';
import { formatChanges, formatSnapshot, shortId } from './format.ts';

const option = (text: string, value = text): ElementOption => ({
  value,
  text,
  selected: false,
  disabled: false,
});
const text = (kind: TextView['kind'], words: string, frameId = 'f0'): TextView => ({
  frameId,
  kind,
  text: words,
});

function snapshot(
  parts: Partial<Omit<Snapshot, 'elements'>> & { elements?: (ElementParts & { n: string })[] },
): Snapshot {
  const id = parts.id ?? '3';
  return {
    url: 'https://facturacion.ejemplo.mx/ticket',
    title: 'Facturación',
    httpStatus: 200,
    frames: [
      { id: 'f0', url: parts.url ?? 'https://facturacion.ejemplo.mx/ticket', main: true, captcha: null },
    ],
    texts: [],
    nativeDialogs: [],
    tabs: [],
    downloads: [],
    fingerprint: 'x',
    ...parts,
    id,
    elements: (parts.elements ?? []).map(({ n, ...view }) => {
      const local = n.includes('.') ? n : `0.${n}`;
      return element({ frameId: `f${local.split('.')[0]}`, ...view, id: `${id}:${local}` });
    }),
  };
}

const uses = [
  'G01 Mercancías',
  'G02 Devoluciones',
  'G03 Gastos en general',
  'I01 Construcciones',
  'I02 Mobiliario',
  'I03 Transporte',
  'I04 Cómputo',
  'I05 Dados',
  'I06 Telefonía',
  'I07 Satelital',
  'I08 Otra',
  'D01 Médicos',
  'S01 Sin efectos',
];
const ticketPage = snapshot({
  texts: [
    text('heading', 'Datos del ticket'),
    text('alert', 'El RFC no es válido'),
    text(
      'paragraph',
      `Tiene 72 horas para facturar su compra desde el momento en que se emitió el ticket, sin excepción alguna.`,
    ),
    text('result', 'A-77 | $1,160.00'),
  ],
  elements: [
    {
      n: '4',
      name: 'RFC',
      value: 'XAXX',
      required: true,
      invalid: true,
      maxLength: 13,
      labels: { label: 'RFC', group: 'Receptor' },
    },
    {
      n: '5',
      name: 'Correo',
      type: 'email',
      labels: { placeholder: 'nombre@ejemplo.mx', group: 'Receptor' },
    },
    {
      n: '6',
      role: 'select',
      tag: 'select',
      type: '',
      name: 'Uso del CFDI',
      value: 'Seleccione',
      options: [option('Seleccione', ''), ...uses.map((use) => option(use))],
      labels: { group: 'Receptor' },
    },
    {
      n: '7',
      role: 'select',
      tag: 'select',
      type: '',
      name: 'Forma de pago',
      value: 'Efectivo',
      options: ['Efectivo', 'Tarjeta'].map((way) => option(way)),
    },
    { n: '8', role: 'checkbox', type: 'checkbox', name: 'Acepto los términos', checked: true },
    { n: '9', type: 'password', name: 'Contraseña' },
    { n: '10', name: 'Sitio web', suspicious: true },
    { n: '11', name: 'Oculto', visible: false },
    ...['12', '13', '14', '15', '16'].map((n) => ({ n, role: 'button' as const, name: 'Agregar' })),
    { n: '17', role: 'link', name: 'Factura', href: 'https://x.mx/f.pdf', download: true },
    {
      n: '18',
      role: 'listbox',
      tag: 'div',
      type: '',
      name: 'Régimen',
      value: 'Elige',
      expanded: false,
      disabled: true,
    },
  ],
});

describe('the text of a snapshot', () => {
  it('holds what can be read and acted on, and leaves out traps and what is hidden', async () => {
    await expect(formatSnapshot(ticketPage)).toMatchFileSnapshot('golden/ticket.txt');
  });

  it('puts a dialog first and only counts what lies behind it', async () => {
    const page = snapshot({
      texts: [text('heading', 'Datos'), text('dialog', '¿Están correctos sus datos? Sí No')],
      elements: [
        { n: '1', name: 'RFC', covered: true },
        { n: '2', name: 'Nombre', covered: true },
        { n: '3', role: 'button', name: 'Sí', inDialog: true },
      ],
      nativeDialogs: [{ kind: 'confirm', message: '¿Desea continuar?', answer: 'accepted' }],
    });
    await expect(formatSnapshot(page)).toMatchFileSnapshot('golden/dialog.txt');
  });

  it('tells frames, tabs, files and an unusual status', async () => {
    const page = snapshot({
      httpStatus: 503,
      title: '',
      frames: [
        { id: 'f0', url: 'https://tienda.mx/', main: true, captcha: null },
        { id: 'f1', url: 'https://marco.tienda.mx/folio', main: false, captcha: null },
        { id: 'f2', url: 'https://vacio.tienda.mx/', main: false, captcha: null },
      ],
      elements: [
        { n: '1', role: 'link', name: 'Inicio' },
        { n: '1.1', name: 'Folio' },
      ],
      tabs: [
        { id: 'a', url: 'https://tienda.mx/', title: 'Tienda', active: true },
        { id: 'b', url: 'https://tienda.mx/ayuda', title: 'Ayuda', active: false },
      ],
      downloads: [{ fileName: 'F1.xml', bytes: 5120 }],
    });
    await expect(formatSnapshot(page)).toMatchFileSnapshot('golden/frames.txt');
  });

  it('shortens long lists and many links', async () => {
    const towns = Array.from({ length: 60 }, (_, index) => option(`Municipio ${index} de muy largo nombre`));
    const shops = Array.from({ length: 20 }, (_, index) => option(`Sucursal número ${index}`));
    const page = snapshot({
      elements: [
        { n: '1', role: 'select', name: 'Municipio', options: towns },
        { n: '2', role: 'select', name: 'Sucursal', options: shops },
        ...Array.from({ length: 30 }, (_, index) => ({
          n: `${index + 3}`,
          role: 'link' as const,
          name: `Enlace ${index}`,
        })),
      ],
    });
    await expect(formatSnapshot(page)).toMatchFileSnapshot('golden/lists.txt');
  });
});

describe('the text of what changed', () => {
  const next: Snapshot = {
    ...ticketPage,
    id: '4',
    texts: [text('heading', 'Datos del ticket'), text('alert', 'Ticket encontrado')],
    elements: ticketPage.elements
      .filter((view) => shortId(view.id) !== '9')
      .map((view) =>
        shortId(view.id) === '4'
          ? { ...view, id: '4:0.4', value: 'CACX7605101P8', invalid: false }
          : { ...view, id: view.id.replace('3:', '4:') },
      ),
  };

  it('holds only lines that are new, and the numbers that are gone', async () => {
    await expect(formatChanges(ticketPage, next)).toMatchFileSnapshot('golden/changes.txt');
  });

  it('says so when nothing changed', () => {
    expect(formatChanges(ticketPage, { ...ticketPage, id: '4' })).toContain('(no line changed)');
  });

  it('is the whole text on another page', () => {
    const other = { ...next, url: 'https://facturacion.ejemplo.mx/listo' };
    expect(formatChanges(ticketPage, other)).toBe(formatSnapshot(other));
  });
});
