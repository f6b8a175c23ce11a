import { parseCfdi } from '@cfdi-live/cfdi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codesOf, createWorld, tamper, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('a tampered invoice is rejected', () => {
  const cases: readonly (readonly [string, (xml: string) => string, readonly string[]])[] = [
    [
      'a cent more in the total',
      (xml) => tamper(xml, ' Total="1160.00"', ' Total="1160.01"'),
      ['seal_invalid', 'total_mismatch', 'arithmetic_inconsistent'],
    ],
    [
      'another receptor',
      (xml) => tamper(xml, 'Rfc="ZUÑ920208KL4"', 'Rfc="CACX7605101P8"'),
      ['seal_invalid', 'receptor_rfc_mismatch'],
    ],
    [
      'another UUID',
      (xml) => tamper(xml, world.issued.uuid, '00000000-0000-4000-8000-000000000000'),
      ['stamp_seal_invalid'],
    ],
    [
      'a UUID in lower case',
      (xml) => tamper(xml, world.issued.uuid, world.issued.uuid.toLowerCase()),
      ['stamp_seal_invalid'],
    ],
    ['no stamp', (xml) => tamper(xml, /<cfdi:Complemento>.*<\/cfdi:Complemento>/, ''), ['stamp_missing']],
    [
      'a stamp in another namespace',
      (xml) =>
        tamper(
          xml,
          'xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital"',
          'xmlns:tfd="http://example.com/t"',
        ),
      ['unsupported_complement', 'stamp_missing'],
    ],
    [
      'the stamp outside of the Complemento',
      (xml) => tamper(xml, /<cfdi:Complemento>(.*)<\/cfdi:Complemento>/, '<cfdi:Addenda>$1</cfdi:Addenda>'),
      // The Addenda is cut off before the schema, so what is left has no stamp.
      ['stamp_missing'],
    ],
    ['two stamps', (xml) => tamper(xml, /(<tfd:.*?\/>)/, '$1$1'), ['stamp_repeated']],
    [
      'a no-break space in place of a space',
      (xml) => tamper(xml, 'CONSUMO DE', 'CONSUMO\u00A0DE'),
      ['seal_invalid'],
    ],
    [
      'an attribute twice',
      (xml) => tamper(xml, ' Total="1160.00"', ' Total="1160.00" Total="1160.00"'),
      ['xml_malformed'],
    ],
    ['a leading line', (xml) => `\n${xml}`, ['xml_malformed']],
    [
      'a date',
      (xml) => tamper(xml, 'Fecha="2026-11-20T12:00:00"', 'Fecha="2026-11-20T12:00:01"'),
      ['seal_invalid'],
    ],
    [
      'a certificate number',
      (xml) => tamper(xml, / NoCertificado="\d{20}"/, ' NoCertificado="30001000000500003416"'),
      ['certificate_number_mismatch', 'seal_invalid'],
    ],
    [
      'another emisor',
      (xml) => tamper(xml, 'Emisor Rfc="EKU9003173C9"', 'Emisor Rfc="IIA040805DZ4"'),
      ['certificate_rfc_mismatch', 'seal_invalid', 'emisor_mismatch'],
    ],
    [
      'no certificate',
      (xml) => tamper(xml, / Certificado="[^"]*"/, ' Certificado="bm9wZQ=="'),
      ['certificate_unreadable'],
    ],
    [
      'a seal that is no base64',
      (xml) => tamper(xml, / Sello="[^"]*"/, ' Sello="¡no!"'),
      ['seal_invalid', 'stamp_of_another_cfdi'],
    ],
    [
      "the stamp's copy of the seal",
      (xml) => tamper(xml, /SelloCFD="[^"]{8}/, 'SelloCFD="AAAAAAAA'),
      ['stamp_of_another_cfdi', 'stamp_seal_invalid'],
    ],
    [
      'another PAC',
      (xml) => tamper(xml, 'RfcProvCertif="SPR190613I52"', 'RfcProvCertif="IIA040805DZ4"'),
      ['pac_certificate_rfc_mismatch', 'stamp_seal_invalid'],
    ],
    [
      'a stamp of last year',
      (xml) => tamper(xml, 'FechaTimbrado="2026', 'FechaTimbrado="2024'),
      ['pac_certificate_not_valid_at_date', 'stamp_seal_invalid', 'stamp_date_out_of_window'],
    ],
    [
      'an amount with a comma, which the pattern of SAT would take',
      (xml) => tamper(xml, ' Total="1160.00"', ' Total="1,160"'),
      ['schema_invalid'],
    ],
    [
      'an attribute that is not in the schema',
      (xml) => tamper(xml, ' Total=', ' Propina="1" Total='),
      ['schema_invalid'],
    ],
    ['a second receptor', (xml) => tamper(xml, /(<cfdi:Receptor [^>]*\/>)/, '$1$1'), ['schema_invalid']],
    ['a CFDI 3.3', (xml) => tamper(xml, ' Version="4.0"', ' Version="3.3"'), ['not_cfdi_40']],
  ];

  it.each(cases)('%s', (_, change, codes) => {
    const result = world.verify(change(world.xml));
    expect(codesOf(result)).toEqual(codes);
    expect(result.verdict).toBe('rejected');
  });
});

describe('parseCfdi', () => {
  it('gives the facts without proving them', () => {
    const parsed = parseCfdi(Buffer.from(tamper(world.xml, ' Total="1160.00"', ' Total="1.00"')));
    expect(parsed).toMatchObject({ ok: true, facts: { total: '1.00', stamp: { uuid: world.issued.uuid } } });
  });

  it('says which fact is missing', () => {
    const parsed = parseCfdi(Buffer.from(tamper(world.xml, ' UsoCFDI="G03"', '')));
    expect(parsed).toMatchObject({
      ok: false,
      finding: { code: 'schema_invalid', values: { where: 'Receptor/@UsoCFDI', rule: 'missing' } },
    });
  });

  it('does not put what the document says into its findings about form', () => {
    const parsed = parseCfdi(Buffer.from('<html><body>SECRETO</body></html>'));
    expect(JSON.stringify(parsed)).not.toContain('SECRETO');
  });
});
