import type { Driver, Files } from '../drivers.ts';
import type { Visitor } from '../visitor.ts';

async function filesOf(visitor: Visitor, page: string): Promise<Files[]> {
  const uuids = [...page.matchAll(/tipo=xml&id=([0-9A-F-]{36})/g)].map(([, uuid]) => uuid);
  const load = async (type: string, uuid: string | undefined) =>
    (await visitor.get(`/facturacion/archivo.do?tipo=${type}&id=${uuid}`)).body;
  return Promise.all(
    uuids.map(async (uuid) => ({ xml: await load('xml', uuid), pdf: await load('pdf', uuid) })),
  );
}

export const jsp: Driver = {
  async invoice(visitor, { ticketData: { folio = '', extra } }, receptor) {
    await visitor.get('/facturacion/boleto.do');
    await visitor.get('/facturacion/imagen.do');
    let reply = await visitor.postForm('/facturacion/boleto.do', {
      folio,
      asiento: extra?.['asiento'] ?? '',
      rfc: receptor.rfc,
      codigo: visitor.readPicture(),
    });
    if (reply.text.includes('generar.do')) {
      reply = await visitor.postForm('/facturacion/generar.do', {
        nombre: receptor.name,
        cp: receptor.postalCode,
        regimen: receptor.regime,
        uso: receptor.use,
        pago: '04',
        correo: 'facturas@ejemplo.mx',
      });
    }
    const files = await filesOf(visitor, reply.text);
    const [first] = files;
    if (reply.text.includes('generada correctamente') && first !== undefined)
      return { kind: 'delivered', files: first };
    const message = /data-mensaje="([^"]*)"/.exec(reply.text)?.[1] ?? '';
    return { kind: 'refused', status: reply.status, message, files };
  },
  async recover(visitor, { ticketData: { folio = '', extra } }, receptor) {
    const typed = { folio, asiento: extra?.['asiento'] ?? '', rfc: receptor.rfc };
    return filesOf(visitor, (await visitor.postForm('/facturacion/reimpresion.do', typed)).text);
  },
};
