import type { Receptor } from '@cfdi-live/cfdi';
import { type PortalId, type Ticket, captchaAnswer } from '@cfdi-live/portal-gallery';
import { unzipSync } from 'fflate';
import { account } from './drivers/account.ts';
import { framed } from './drivers/framed.ts';
import { hostile } from './drivers/hostile.ts';
import { later } from './drivers/later.ts';
import { mailed } from './drivers/mailed.ts';
import { masks } from './drivers/masks.ts';
import { primefaces } from './drivers/primefaces.ts';
import { rough } from './drivers/rough.ts';
import { jsp } from './drivers/jsp.ts';
import type { Reply, Visitor } from './visitor.ts';

export type Files = { readonly xml: Buffer; readonly pdf: Buffer };

/** What came of asking a portal for an invoice. A refusal may hand out the files of an earlier invoice. */
export type Attempt =
  | { readonly kind: 'delivered'; readonly files: Files }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly message: string;
      readonly files: readonly Files[];
    };

/** Does over HTTP what a person does in one portal's pages. Rejects when the connection breaks. */
export type Driver = {
  /** From the first page to the files. */
  invoice(visitor: Visitor, ticket: Ticket, receptor: Receptor): Promise<Attempt>;
  /** The files that the portal still has for a ticket and an RFC, oldest first. */
  recover(visitor: Visitor, ticket: Ticket, receptor: Receptor): Promise<readonly Files[]>;
};

export const MAIL = 'facturas@ejemplo.mx';
export const dayMonthYear = (iso: string): string => iso.split('-').reverse().join('/');
export const amountOf = (ticket: Ticket): string => ticket.ticketData.amount.toFixed(2);

export const control = (name: string): string => `ctl00$ContentPlaceHolder1$${name}`;

/** Posts a WebForms page back: its hidden fields and the given controls. */
export async function postBack(
  visitor: Visitor,
  page: string,
  reply: Reply,
  controls: Readonly<Record<string, string>>,
): Promise<Reply> {
  const hidden = [...reply.text.matchAll(/<input\s+type="hidden"\s+name="([^"]+)"[^>]*?value="([^"]*)"/g)];
  const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
  const named = Object.entries(controls).map(([name, value]) => [control(name), value]);
  return visitor.postForm(`/${page}`, { ...fields, ...Object.fromEntries(named) });
}

/** The value of the option with this text in a page's drop-down. */
export function optionOf(page: string, name: string, code: string): string {
  const list = page.slice(page.indexOf(`name="${control(name)}"`));
  return new RegExp(`<option value="(\\d+)"[^>]*>\\s*${code} - `).exec(list)?.[1] ?? '0';
}

const message = (page: string): string => /id="ctl00_lblMensaje">([^<]*)</.exec(page)?.[1] ?? '';

async function webformsFiles(visitor: Visitor, page: string): Promise<readonly Files[]> {
  const uuids = [...page.matchAll(/Documento\.ashx\?tipo=xml&amp;id=([0-9A-F-]{36})/g)].map(
    ([, uuid]) => uuid,
  );
  return Promise.all(
    uuids.map(async (uuid) => ({
      xml: (await visitor.get(`/Documento.ashx?tipo=xml&id=${uuid}`)).body,
      pdf: (await visitor.get(`/Documento.ashx?tipo=pdf&id=${uuid}`)).body,
    })),
  );
}

const webforms: Driver = {
  async invoice(visitor, ticket, receptor) {
    const { tc = '', tr = '' } = ticket.ticketData.extra ?? {};
    const first = await visitor.get('/');
    const typed = {
      txtMemRFC: receptor.rfc,
      txtCP: receptor.postalCode,
      txtTC: tc,
      txtTR: tr,
      btnContinuar: 'x',
    };
    let page = await postBack(visitor, 'Default.aspx', first, typed);
    if (page.text.includes('CaptchaImage.aspx')) {
      page = await postBack(visitor, 'Default.aspx', page, {
        ...typed,
        txtCaptcha: captchaAnswer(ticket.key),
      });
    }
    if (!page.text.includes('ddlRegimenFiscal')) {
      return { kind: 'refused', status: page.status, message: message(page.text) || page.text, files: [] };
    }
    const person = {
      txtRazonSocial: receptor.name,
      txtEmail: MAIL,
      ddlRegimenFiscal: optionOf(page.text, 'ddlRegimenFiscal', receptor.regime),
    };
    page = await postBack(visitor, 'DatosReceptor.aspx', page, person);
    const ddlUsoCFDI = optionOf(page.text, 'ddlUsoCFDI', receptor.use);
    page = await postBack(visitor, 'DatosReceptor.aspx', page, { ...person, ddlUsoCFDI, btnSiguiente: 'x' });
    const ddlFormaPago = optionOf(page.text, 'ddlFormaPago', '04');
    page = await postBack(visitor, 'Confirmacion.aspx', page, { ddlFormaPago, btnGenerar: '' });
    const [files] = await webformsFiles(visitor, page.text);
    return { kind: 'delivered', files: files! };
  },
  async recover(visitor, ticket, receptor) {
    const { tc = '', tr = '' } = ticket.ticketData.extra ?? {};
    const empty = await visitor.get('/Consultar.aspx');
    const typed = { txtTC: tc, txtTR: tr, txtRFC: receptor.rfc, btnConsultar: 'x' };
    return webformsFiles(visitor, (await postBack(visitor, 'Consultar.aspx', empty, typed)).text);
  },
};

type ListboxesAnswer = { mensaje?: string; uuid?: string; facturas?: readonly { uuid: string }[] };

async function listboxesFiles(visitor: Visitor, uuid: string): Promise<Files> {
  const load = async (type: string) => (await visitor.get(`/api/v2/facturas/${uuid}/${type}`)).body;
  return { xml: await load('xml'), pdf: await load('pdf') };
}

export async function validateCode(visitor: Visitor, ticket: Ticket, receptor: Receptor): Promise<Reply> {
  const { webId, date } = ticket.ticketData;
  const typed = { codigo: webId, fecha: dayMonthYear(date), importe: amountOf(ticket), rfc: receptor.rfc };
  return visitor.postJson('/api/v2/codigos/validar', typed);
}

export async function submitCode(visitor: Visitor, receptor: Receptor): Promise<Reply> {
  return visitor.postJson('/api/v2/facturas', {
    razonSocial: receptor.name,
    codigoPostal: receptor.postalCode,
    correo: MAIL,
    regimen: receptor.regime,
    uso: receptor.use,
    formaPago: '04',
  });
}

const listboxes: Driver = {
  async invoice(visitor, ticket, receptor) {
    const validated = await validateCode(visitor, ticket, receptor);
    const reply = validated.status === 200 ? await submitCode(visitor, receptor) : validated;
    const answer = JSON.parse(reply.text) as ListboxesAnswer;
    if (answer.uuid !== undefined) {
      return { kind: 'delivered', files: await listboxesFiles(visitor, answer.uuid) };
    }
    const files = await Promise.all((answer.facturas ?? []).map(({ uuid }) => listboxesFiles(visitor, uuid)));
    return { kind: 'refused', status: reply.status, message: answer.mensaje ?? '', files };
  },
  async recover(visitor, ticket, receptor) {
    const answer = JSON.parse((await validateCode(visitor, ticket, receptor)).text) as ListboxesAnswer;
    return Promise.all((answer.facturas ?? []).map(({ uuid }) => listboxesFiles(visitor, uuid)));
  },
};

type JqwizardAnswer = {
  estatus: 'ok' | 'error' | 'facturado';
  mensaje?: string;
  archivo?: { liga: string };
  archivos?: readonly { liga: string }[];
};

async function unzipped(visitor: Visitor, link: string): Promise<Files> {
  const entries = Object.entries(unzipSync((await visitor.get(link)).body));
  const named = (ending: string) => Buffer.from(entries.find(([name]) => name.endsWith(ending))![1]);
  return { xml: named('.xml'), pdf: named('.pdf') };
}

export async function searchTicket(visitor: Visitor, ticket: Ticket, receptor: Receptor): Promise<Reply> {
  const { folio = '', date } = ticket.ticketData;
  const typed = { rfc: receptor.rfc, folio, fecha: dayMonthYear(date), total: `$${amountOf(ticket)}` };
  return visitor.postForm('/facturacion/validar-ticket', typed);
}

const jqwizard: Driver = {
  async invoice(visitor, ticket, receptor) {
    let reply = await searchTicket(visitor, ticket, receptor);
    if ((JSON.parse(reply.text) as JqwizardAnswer).estatus === 'ok') {
      reply = await visitor.postForm('/facturacion/generar', {
        nombre: receptor.name,
        cp: receptor.postalCode,
        correo: MAIL,
        regimen: receptor.regime,
        uso: receptor.use,
        forma_pago: '04',
      });
    }
    const answer = JSON.parse(reply.text) as JqwizardAnswer;
    if (answer.archivo !== undefined) {
      return { kind: 'delivered', files: await unzipped(visitor, answer.archivo.liga) };
    }
    const files = await Promise.all((answer.archivos ?? []).map(({ liga }) => unzipped(visitor, liga)));
    return { kind: 'refused', status: reply.status, message: answer.mensaje ?? '', files };
  },
  async recover(visitor, ticket, receptor) {
    const answer = JSON.parse((await searchTicket(visitor, ticket, receptor)).text) as JqwizardAnswer;
    return Promise.all((answer.archivos ?? []).map(({ liga }) => unzipped(visitor, liga)));
  },
};

type Encoded = { xml: string; pdf: string };

const decoded = ({ xml, pdf }: Encoded): Files => ({
  xml: Buffer.from(xml, 'base64'),
  pdf: Buffer.from(pdf, 'base64'),
});

export function onepageTicket({ ticketData }: Ticket): Record<string, string> {
  const { branch = '', folio = '', extra, date, amount } = ticketData;
  return {
    restaurante: branch,
    ticket: folio,
    caja: extra?.['caja'] ?? '',
    fecha: date,
    total: String(amount),
  };
}

export const onepageFiscal = (receptor: Receptor): Record<string, string | boolean> => ({
  rfc: receptor.rfc,
  nombre: receptor.name,
  cp: receptor.postalCode,
  regimen: receptor.regime,
  uso: receptor.use,
  correo: MAIL,
  correo2: MAIL,
  terminos: true,
  promociones: false,
});

const onepage: Driver = {
  async invoice(visitor, ticket, receptor) {
    const form = { ...onepageTicket(ticket), ...onepageFiscal(receptor) };
    const reply = await visitor.postJson('/api/facturar', form);
    const answer = JSON.parse(reply.text) as Encoded & { mensaje?: string };
    return reply.status === 200
      ? { kind: 'delivered', files: decoded(answer) }
      : { kind: 'refused', status: reply.status, message: answer.mensaje ?? '', files: [] };
  },
  async recover(visitor, ticket, receptor) {
    const reply = await visitor.postJson('/api/reimprimir', { ...onepageTicket(ticket), rfc: receptor.rfc });
    const answer = JSON.parse(reply.text) as { facturas?: readonly Encoded[] };
    return (answer.facturas ?? []).map(decoded);
  },
};

export const drivers: Readonly<Record<PortalId, Driver>> = {
  webforms,
  listboxes,
  jqwizard,
  onepage,
  account,
  framed,
  primefaces,
  masks,
  later,
  mailed,
  rough,
  hostile,
  jsp,
};
