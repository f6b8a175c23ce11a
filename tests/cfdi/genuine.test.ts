import { issueCfdi, type XmlNode } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  EXPECTED,
  REQUEST,
  codesOf,
  createWorld,
  tamper,
  withAttributes,
  withChild,
  type World,
} from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('a genuine invoice', () => {
  it('is authenticated, with nothing to say', () => {
    const result = world.verify(world.issued.xml);
    expect(result).toMatchObject({ ok: true, verdict: 'authenticated', findings: [] });
    expect(result.facts).toMatchObject({
      emisor: { rfc: 'EKU9003173C9' },
      receptor: REQUEST.receptor,
      subtotal: '1000.00',
      total: '1160.00',
      currency: 'MXN',
      issuedAt: '2026-11-20T12:00:00',
      stamp: { uuid: world.issued.uuid, stampedAt: '2026-11-20T12:00:00', pacRfc: 'SPR190613I52' },
    });
  });

  it.each([
    ['a byte order mark', (xml: string) => `\uFEFF${xml}`],
    ['CRLF line ends', (xml: string) => xml.replaceAll('\n', '\r\n').replaceAll('><', '>\r\n<')],
    ['indentation', (xml: string) => xml.replaceAll('><', '>\n    <')],
    ['another prefix', (xml: string) => xml.replaceAll('cfdi:', 'f:').replace('xmlns:cfdi', 'xmlns:f')],
    ['doubled spaces in a value', (xml: string) => tamper(xml, 'URTADO ÑERI', 'URTADO  ÑERI ')],
    ['a line end in a value', (xml: string) => tamper(xml, 'CONSUMO DE', 'CONSUMO\nDE')],
    ['an escaped line end in a value', (xml: string) => tamper(xml, 'CONSUMO DE', 'CONSUMO&#13;&#10;DE')],
    ['a character written as a reference', (xml: string) => tamper(xml, 'ÑERI', '&#209;ERI')],
    [
      'an Addenda added later',
      (xml: string) =>
        tamper(
          xml,
          '</cfdi:Comprobante>',
          '<cfdi:Addenda><x xmlns="urn:x" Total="1">t</x></cfdi:Addenda></cfdi:Comprobante>',
        ),
    ],
  ])('stays so with %s', (_, change) => {
    expect(codesOf(world.verify(change(world.xml)))).toEqual([]);
  });

  it('may have a no-break space, accents and every sign that XML escapes', async () => {
    const description = 'AÑEJO\u00A0“ÚNICO” <1 & 2> \u2003€ 😀';
    const concept = { description, productKey: '50202203', unitKey: 'H87', unit: 'Pieza' };
    const request = { ...REQUEST, concept };
    const { xml } = await issueCfdi(world.pki, request);
    const result = world.verify(xml);
    expect(codesOf(result)).toEqual([]);
    expect(result.facts?.concepts[0]?.description).toBe(description);
  });

  it('may carry complements that we know', async () => {
    const local: XmlNode = {
      tag: 'cfdi:Complemento',
      attributes: {},
      children: [
        {
          tag: 'implocal:ImpuestosLocales',
          attributes: {
            'xmlns:implocal': 'http://www.sat.gob.mx/implocal',
            version: '1.0',
            TotaldeRetenciones: '0.00',
            TotaldeTraslados: '30.00',
          },
          children: [
            {
              tag: 'implocal:TrasladosLocales',
              attributes: { ImpLocTrasladado: 'ISH', TasadeTraslado: '3.00', Importe: '30.00' },
            },
          ],
        },
      ],
    };
    const xml = await world.seal((draft) =>
      withChild(local, 'last')(withAttributes({ Total: '1190.00' })(draft)),
    );
    expect(codesOf(world.verify(xml, { ...EXPECTED, total: '1190.00' }))).toEqual([]);
  });

  it('may be stamped an hour before its Fecha, as in Cancún', async () => {
    const xml = await world.seal(withAttributes({ Fecha: '2026-11-20T13:00:00', LugarExpedicion: '77500' }));
    expect(codesOf(world.verify(xml))).toEqual([]);
  });
});
