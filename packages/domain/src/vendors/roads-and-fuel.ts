/** Entries of the vendor directory: roads, buses, fuel, parcels. */
import type { VendorRow } from './vendor-directory.ts';
import { AGREED, entry, field, HEARSAY, PORTAL_NOTES, SEEN_ONCE, SURVEY, TOTAL } from './entry.ts';

const END_OF_MONTH = { kind: 'end_of_month', months: 0, plusDays: 0, plusHours: 0 } as const;

export const ROADS_AND_FUEL: readonly VendorRow[] = [
  entry({
    id: '01a2008d-740c-789e-936d-8b0ac16a4c02',
    slug: 'capufe',
    name: 'CAPUFE (Caminos y Puentes Federales)',
    hosts: ['facturacioncapufe.com.mx'],
    portalUrl: 'https://facturacioncapufe.com.mx/Capufe/facturacionrapida',
    requiresAccount: false,
    reservesTickets: true,
    ticketFields: [
      field('webId', 'Facturación', {
        required: true,
        length: 18,
        identity: true,
        aliases: ['Código'],
      }),
    ],
    technology: 'React + PrimeReact',
    notes: [
      {
        es: 'Validar el código lo reserva: otra sesión es rechazada. Una factura emitida no se corrige.',
        en: 'Validating the code reserves it: another session is refused. An issued invoice cannot be corrected.',
      },
    ],
    sources: [SURVEY, PORTAL_NOTES],
    confidence: AGREED,
  }),
  entry({
    id: '01a2008d-740d-7cd1-9eb3-c19196de75f6',
    slug: 'ado',
    name: 'ADO',
    ticketFields: [
      field('folio', 'Folio', { required: true }),
      field('extra.asiento', 'Asiento', { required: true }),
    ],
    window: { opens: null, closes: { kind: 'end_of_month', months: 0, plusDays: 7, plusHours: 0 } },
    technology: 'JSP',
    notes: [
      {
        es: 'Pide un CAPTCHA de imagen. Una factura emitida no se cancela.',
        en: 'Asks an image CAPTCHA. An issued invoice cannot be cancelled.',
      },
    ],
    sources: [SURVEY],
    confidence: HEARSAY,
  }),
  entry({
    id: '01a2008d-740e-71da-b97c-d851e8a456e1',
    slug: 'nexusfuel',
    name: 'NexusFuel (gasolineras)',
    platform: { id: 'nexusfuel', name: 'NexusFuel' },
    hosts: ['nexusfuel.mx', 'facturacionestacion.com', 'facturacion.petrofigues.com'],
    ticketFields: [
      field('branch', 'Referencia', { required: true, aliases: ['Estación'] }),
      field('folio', 'Folio', { required: true }),
      TOTAL,
    ],
    delivery: 'download',
    technology: 'ASP.NET WebForms + AJAX',
    notes: [
      {
        es: 'La referencia es el número de estación. Al facturar pide confirm(). Volver a pedir un folio muestra sus ligas.',
        en: 'The reference is the number of the station. Asks confirm() before it issues. Asking again shows the links.',
      },
      {
        es: 'Hay tickets que avisan de un plazo de 24 horas.',
        en: 'Some tickets say that the window is 24 hours.',
      },
    ],
    sources: [SURVEY, PORTAL_NOTES],
    confidence: SEEN_ONCE,
  }),
  entry({
    id: '01a2008d-740f-74c7-b444-d925464c8d39',
    slug: 'enerfuel-tech',
    name: 'Enerfuel Tech (gasolineras)',
    platform: { id: 'enerfuel-tech', name: 'Enerfuel Tech' },
    hosts: ['factura.enerfueltech.com'],
    portalUrl: 'https://factura.enerfueltech.com/',
    requiresAccount: false,
    ticketFields: [field('webId', 'Referencia', { required: true, identity: true })],
    delivery: 'mail',
    technology: 'Blazor / MudBlazor',
    notes: [
      {
        es: 'El plazo no es fijo: el portal mismo dice si el consumo aún está. Volver a pedir no duplica.',
        en: 'The window is not fixed: the portal says whether the sale is still there. Asking again does no harm.',
      },
    ],
    sources: [PORTAL_NOTES],
    confidence: SEEN_ONCE,
  }),
  entry({
    id: '01a2008d-7410-7835-a6ec-7daea47121e9',
    slug: 'igasfac',
    name: 'IGasFac (gasolineras)',
    platform: { id: 'igasfac', name: 'IGasFac' },
    hosts: ['www.igasfac.com.mx'],
    portalUrl: 'https://www.igasfac.com.mx/',
    requiresAccount: true,
    ticketFields: [
      field('folio', 'Folio web', {
        required: true,
        letters: 'digits',
        mask: '9999-99999999-99999999',
        identity: true,
        aliases: ['FOLIOWEB'],
      }),
      TOTAL,
    ],
    window: { opens: null, closes: END_OF_MONTH },
    delivery: 'mail',
    technology: 'ASP.NET Core',
    notes: [
      {
        es: 'El folio es el largo, impreso debajo de «Facturación en», no el corto de arriba.',
        en: 'The folio is the long one, printed below "Facturación en", not the short one at the top.',
      },
    ],
    sources: [PORTAL_NOTES],
    confidence: SEEN_ONCE,
  }),
  entry({
    id: '01a2008d-7411-73e1-8644-4b3382c3eca5',
    slug: 'controlgas',
    name: 'ControlGAS (gasolineras)',
    platform: { id: 'controlgas', name: 'ControlGAS' },
    ticketFields: [
      field('branch', 'Estación (E.S.)', { required: true }),
      field('folio', 'Folio de ticket', { required: true }),
      field('webId', 'Web ID', { required: true }),
    ],
    sources: [
      SURVEY,
      {
        title: 'Facturación ControlGas',
        url: 'https://facturarticket.online/facturacion-controlgas',
        date: null,
      },
    ],
    confidence: HEARSAY,
  }),
  entry({
    id: '01a2008d-7412-7478-a161-c2bf6eea6781',
    slug: 'grupo-octano',
    name: 'Grupo Octano (gasolineras)',
    hosts: ['grupooctano.com.mx'],
    portalUrl: 'https://grupooctano.com.mx/',
    window: { opens: null, closes: { kind: 'day_of_next_month', day: 2 } },
    sources: [
      { title: 'Grupo Octano: preguntas frecuentes', url: 'https://grupooctano.com.mx/faq', date: null },
    ],
    confidence: SEEN_ONCE,
  }),
  entry({
    id: '01a2008d-7413-78b0-8559-1c83cd9f7d00',
    slug: 'grupo-ultra',
    name: 'Grupo Ultra',
    hosts: ['facturacion.grupoultra.com'],
    window: { opens: null, closes: END_OF_MONTH },
    delivery: 'mail',
    notes: [
      {
        es: 'Los datos de una factura emitida no se cambian. «Recuperar factura» la envía de nuevo.',
        en: 'An issued invoice cannot be changed. "Recuperar factura" sends it again.',
      },
    ],
    sources: [
      {
        title: 'Grupo Ultra: preguntas frecuentes',
        url: 'http://facturacion.grupoultra.com/UltraFact/FAQ.aspx',
        date: null,
      },
    ],
    confidence: SEEN_ONCE,
  }),
  entry({
    id: '01a2008d-7414-79db-b671-71617bbbf513',
    slug: 'estafeta',
    name: 'Estafeta',
    hosts: ['estafeta.com'],
    portalUrl: 'https://estafeta.com/es/facturacion',
    ticketFields: [
      field('folio', 'Número de ticket', {
        required: true,
        letters: 'alphanumeric',
        length: 9,
        identity: true,
      }),
    ],
    window: { opens: null, closes: END_OF_MONTH },
    delivery: 'mail',
    notes: [
      {
        es: 'Por correo llega una liga; la factura se baja de ahí.',
        en: 'A link comes by mail; the invoice is downloaded from there.',
      },
    ],
    sources: [
      {
        title: 'Estafeta: facturación electrónica',
        url: 'https://estafeta.com/es/c/portal/update_language?languageId=en_US&p_l_id=346&redirect=%2Fes%2Ffacturacion',
        date: null,
      },
    ],
    confidence: SEEN_ONCE,
  }),
];
