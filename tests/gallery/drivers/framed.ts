import type { Ticket } from '@cfdi-live/portal-gallery';
import type { Driver } from '../drivers.ts';
import type { Visitor } from '../visitor.ts';
import { MAIL, linkedFiles } from './shared.ts';

type Answer = { error?: string; clave?: string; html?: string };

/** The platform's module, on its own host; its address stands in the frame of the company's page. */
async function moduleAt(visitor: Visitor, page: string): Promise<string> {
  const { text } = await visitor.get(page);
  return /<iframe[^>]*src="([^"]+)"/.exec(text)![1]!;
}

const typed = ({ ticketData: { extra, folio = '', amount } }: Ticket, rfc: string) => ({
  txtRef: extra?.['referencia'] ?? '',
  txtFol: folio,
  txtImp: amount.toFixed(2),
  txtRfc: rfc,
});

/** The platform's id of the option with this text. */
const optionOf = (page: string, name: string, words: RegExp): string => {
  const list = page.slice(page.indexOf(`name="${name}"`));
  const options = [...list.slice(0, list.indexOf('</select>')).matchAll(/<option value="(\d+)">([^<]+)</g)];
  return options.find(([, , text = '']) => words.test(text))?.[1] ?? '-1';
};
const REGIMES: Record<string, RegExp> = { '601': /GENERAL DE LEY/, '605': /SUELDOS/ };
const USES: Record<string, RegExp> = { G03: /GASTOS EN GENERAL/, D01: /HONORARIOS M/ };

const filesOf = (visitor: Visitor, module: string, page: string) =>
  linkedFiles(
    visitor,
    page,
    /\/doc\/([0-9A-F-]{36})\.xml/g,
    (uuid, type) => new URL(`/doc/${uuid}.${type}`, module).href,
  );

export const framed: Driver = {
  async invoice(visitor, ticket, receptor) {
    const module = await moduleAt(visitor, '/');
    const form = (await visitor.get(module)).text;
    const url = (path: string) => new URL(path, module).href;
    const found = await visitor.postForm(url('/svc/despacho'), typed(ticket, receptor.rfc));
    if (found.status !== 200)
      return { kind: 'refused', status: found.status, message: found.text, files: [] };
    const { clave = '', error = '' } = JSON.parse(found.text) as Answer;
    if (error !== '') return { kind: 'refused', status: 200, message: error, files: [] };
    const issued = await visitor.postForm(url('/svc/factura'), {
      clave,
      txtNom: receptor.name,
      txtCp: receptor.postalCode,
      cmbReg: optionOf(form, 'cmbReg', REGIMES[receptor.regime]!),
      cmbUso: optionOf(form, 'cmbUso', USES[receptor.use]!),
      cmbPag: optionOf(form, 'cmbPag', /CR.DITO/),
      txtCor: MAIL,
    });
    const answer = JSON.parse(issued.text) as Answer;
    const [files] = await filesOf(visitor, module, answer.html ?? '');
    if (files === undefined)
      return { kind: 'refused', status: issued.status, message: answer.error ?? '', files: [] };
    return { kind: 'delivered', files };
  },
  async recover(visitor, ticket, receptor) {
    const module = await moduleAt(visitor, '/facturas-emitidas');
    const reply = await visitor.postForm(new URL('/svc/consulta', module).href, typed(ticket, receptor.rfc));
    return filesOf(visitor, module, (JSON.parse(reply.text) as Answer).html ?? '');
  },
};
