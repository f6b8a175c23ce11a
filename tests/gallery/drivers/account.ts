import { accountLogin, oneTimeCode } from '@cfdi-live/portal-gallery';
import type { Driver, Files } from '../drivers.ts';
import type { Reply, Visitor } from '../visitor.ts';

/** Signs in; the page that follows. */
export async function signIn(visitor: Visitor, userName: string, password: string): Promise<Reply> {
  await visitor.postForm('/entrar', { usuario: userName });
  const page = await visitor.postForm('/entrar/contrasena', { clave: password });
  if (!page.text.includes('name="codigo"')) return page;
  return visitor.postForm('/entrar/verificacion', {
    codigo: oneTimeCode(accountLogin.totpSecret, new Date()),
  });
}

/** One account for each RFC. */
const userOf = (rfc: string): string => `${rfc.toLowerCase()}@${accountLogin.domain}`;

async function filesOf(visitor: Visitor, uuid: string): Promise<Files> {
  const load = async (type: string) => (await visitor.get(`/mis-facturas/${uuid}/${type}`)).body;
  return { xml: await load('xml'), pdf: await load('pdf') };
}

/** The UUIDs of a note in the history, newest first. */
function listed(history: string, note: string): string[] {
  const rows = history.split('<tr>').filter((row) => row.includes(`<td>${note}</td>`));
  return rows.flatMap((row) => /mis-facturas\/([0-9A-F-]{36})\/xml/.exec(row)?.[1] ?? []);
}

const alertOf = (page: string): string => /role="alert">([^<]*)</.exec(page)?.[1] ?? '';
const shortNote = (folio = ''): string => folio.slice(0, -2);

export const account: Driver = {
  async invoice(visitor, { ticketData: { folio = '', date, amount } }, receptor) {
    await signIn(visitor, userOf(receptor.rfc), accountLogin.password);
    const added = await visitor.postForm('/facturacion/agregar', {
      nota: folio,
      fecha: date.split('-').reverse().join('/'),
      importe: amount.toFixed(2),
    });
    const problem = alertOf(added.text);
    if (problem !== '') {
      const history = problem.includes('Mis facturas') ? (await visitor.get('/mis-facturas')).text : '';
      const files = await Promise.all(
        listed(history, shortNote(folio)).map((uuid) => filesOf(visitor, uuid)),
      );
      return { kind: 'refused', status: added.status, message: problem, files };
    }
    const done = await visitor.postForm('/facturacion/generar', {
      rfc: receptor.rfc,
      razon: receptor.name,
      cp: receptor.postalCode,
      correo: 'facturas@ejemplo.mx',
      regimen: receptor.regime,
      uso: receptor.use,
      pago: '04',
    });
    const refusal = alertOf(done.text);
    if (refusal !== '') return { kind: 'refused', status: done.status, message: refusal, files: [] };
    const [uuid = ''] = listed((await visitor.get('/mis-facturas')).text, shortNote(folio));
    return { kind: 'delivered', files: await filesOf(visitor, uuid) };
  },
  async recover(visitor, { ticketData: { folio } }, receptor) {
    await signIn(visitor, userOf(receptor.rfc), accountLogin.password);
    const { text } = await visitor.get('/mis-facturas');
    return Promise.all(listed(text, shortNote(folio)).map((uuid) => filesOf(visitor, uuid)));
  },
};
