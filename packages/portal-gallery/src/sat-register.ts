import { parseXml, type XmlElement } from '@cfdi-live/cfdi';
import { Hono } from 'hono';
import type { Issued, Ledger } from './ledger.ts';
import type { PortalId } from './sale.ts';
import type { PortalApp, PortalEnv } from './web.ts';

/** Vigente, Cancelado, No Encontrado. */
export type RegisterState = 'valid' | 'cancelled' | 'not_found';

/** What a test, or whoever plays with the sandbox, wants said of a CFDI. */
export type RegisterEntry = {
  readonly state: RegisterState;
  /** The emisor is on the list of those who invoice operations that never were. */
  readonly emisorIsListed?: boolean;
};

/** An imitation of SAT's register: it knows what the gallery issued, and whatever else it is told. */
export type SatRegisterBook = {
  /** Where it answers as ConsultaCFDIService does. */
  readonly url: string;
  /** Says this of a UUID from now on, whoever issued it. */
  set(uuid: string, entry: RegisterEntry): void;
  /** While it is `down`, every question is answered 503. */
  setAvailability(availability: 'up' | 'down'): void;
  /** The UUIDs it was asked about, in their order. */
  asked(): readonly string[];
};

type Question = { readonly re: string; readonly rr: string; readonly tt: string; readonly id: string };

type RegisterDeps = {
  readonly ledger: Ledger;
  readonly emisorOf: (portal: PortalId) => string;
};

const SERVICE = '/ConsultaCFDIService.svc';
const STATES: readonly RegisterState[] = ['valid', 'cancelled', 'not_found'];

/**
 * The service and its remote control: `POST /ConsultaCFDIService.svc` answers in SAT's words, `PUT /states/{uuid}` with
 * `{ "state": "valid" | "cancelled" | "not_found", "emisorIsListed"? }` decides what it says of a CFDI.
 */
export function createSatRegisterApp({ ledger, emisorOf }: RegisterDeps): {
  app: PortalApp;
  book: Omit<SatRegisterBook, 'url'>;
  servicePath: string;
} {
  const entries = new Map<string, RegisterEntry>();
  const asked: string[] = [];
  let isDown = false;
  const set = (uuid: string, entry: RegisterEntry): void => {
    entries.set(uuid.toUpperCase(), entry);
  };

  const issuedAs = ({ re, rr, tt, id }: Question): boolean =>
    ledger
      .issued()
      .some(
        (row: Issued) =>
          row.uuid === id &&
          emisorOf(row.portal) === re &&
          row.receptorRfc === rr &&
          row.total === Number(tt),
      );

  const app: PortalApp = new Hono<PortalEnv>();
  app.post(SERVICE, async (c) => {
    const question = readQuestion(new Uint8Array(await c.req.arrayBuffer()));
    if (question !== undefined) asked.push(question.id);
    if (isDown) return c.text('Service Unavailable', 503);
    const xml =
      question === undefined ? REFUSAL : answer(entries.get(question.id) ?? stateOf(issuedAs(question)));
    return c.body(xml, 200, { 'content-type': 'text/xml; charset=utf-8' });
  });
  app.put('/states/:uuid', async (c) => {
    const entry = readEntry(await c.req.json().catch(() => null));
    if (entry === undefined) return c.json({ error: `state is one of ${STATES.join(', ')}` }, 400);
    set(c.req.param('uuid'), entry);
    return c.json(entry);
  });
  return {
    app,
    servicePath: SERVICE,
    book: {
      set,
      setAvailability: (availability) => {
        isDown = availability === 'down';
      },
      asked: () => [...asked],
    },
  };
}

function stateOf(isIssued: boolean): RegisterEntry {
  return { state: isIssued ? 'valid' : 'not_found' };
}

function readEntry(body: unknown): RegisterEntry | undefined {
  if (typeof body !== 'object' || body === null || !('state' in body)) return undefined;
  const state = STATES.find((name) => name === body.state);
  const emisorIsListed = 'emisorIsListed' in body && body.emisorIsListed === true;
  return state === undefined ? undefined : { state, emisorIsListed };
}

/** The expression inside the envelope, where an RFC's `&` stands as `&amp;`. */
function readQuestion(bytes: Uint8Array): Question | undefined {
  const parsed = parseXml(bytes);
  const expression = parsed.ok ? textOf(parsed.root, 'expresionImpresa') : undefined;
  const values = new Map(
    [...(expression ?? '').matchAll(/[?&](re|rr|tt|id|fe)=((?:&amp;|[^&])*)/g)].map(([, name, value]) => [
      name,
      (value ?? '').replaceAll('&amp;', '&'),
    ]),
  );
  const [re, rr, tt, id] = ['re', 'rr', 'tt', 'id'].map((name) => values.get(name));
  if (re === undefined || rr === undefined || tt === undefined || id === undefined) return undefined;
  return { re, rr, tt, id: id.toUpperCase() };
}

function textOf(element: XmlElement, name: string): string | undefined {
  if (element.name === name) return element.text;
  for (const child of element.children) {
    const found = textOf(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

const REFUSAL = envelope('N - 601: La expresión impresa proporcionada no es válida.', {});

function answer({ state, emisorIsListed = false }: RegisterEntry): string {
  switch (state) {
    case 'valid':
      return envelope('S - Comprobante obtenido satisfactoriamente.', {
        EsCancelable: 'Cancelable sin aceptación',
        Estado: 'Vigente',
        ValidacionEFOS: emisorIsListed ? '100' : '200',
      });
    case 'cancelled':
      return envelope('S - Comprobante obtenido satisfactoriamente.', {
        EsCancelable: 'No cancelable',
        Estado: 'Cancelado',
        EstatusCancelacion: 'Cancelado sin aceptación',
      });
    case 'not_found':
      return envelope('N - 602: Comprobante no encontrado.', { Estado: 'No Encontrado' });
  }
}

function envelope(code: string, values: Readonly<Record<string, string>>): string {
  const names = ['EsCancelable', 'Estado', 'EstatusCancelacion', 'ValidacionEFOS'];
  const told = names.map((name) => `<a:${name}>${values[name] ?? ''}</a:${name}>`).join('');
  return (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
    '<ConsultaResponse xmlns="http://tempuri.org/"><ConsultaResult ' +
    'xmlns:a="http://schemas.datacontract.org/2004/07/Sat.Cfdi.Negocio.ConsultaCfdi.Servicio">' +
    `<a:CodigoEstatus>${code}</a:CodigoEstatus>${told}` +
    '</ConsultaResult></ConsultaResponse></s:Body></s:Envelope>'
  );
}
