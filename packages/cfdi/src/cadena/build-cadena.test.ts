import { describe, expect, it } from 'vitest';
import { parseXml } from '../xml/parse-xml.ts';
import { buildCadenaOriginal, buildTfdCadena } from './build-cadena.ts';

const SAT = 'http://www.sat.gob.mx/';

function read(text: string) {
  const parsed = parseXml(Buffer.from(text, 'utf8'));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.root;
}

function cadenaOf(inside: string, attributes = ''): unknown {
  const built = buildCadenaOriginal(
    read(`<cfdi:Comprobante xmlns:cfdi="${SAT}cfd/4" ${attributes}>${inside}</cfdi:Comprobante>`),
  );
  return built.ok ? built.cadena : built.unsupported;
}

/** An empty Comprobante still gives a place to each of its nine required values. */
const EMPTY = '||||||||||';

describe('buildCadenaOriginal', () => {
  it('takes the values in the order of Anexo 20, whatever their order in the document', () => {
    const attributes =
      'Total="1160.00" LugarExpedicion="06600" Exportacion="01" TipoDeComprobante="I" Moneda="MXN" ' +
      'SubTotal="1000.00" NoCertificado="30001000000500003416" Fecha="2026-11-20T12:30:00" Version="4.0" ' +
      'MetodoPago="PUE" FormaPago="04" Folio="1" Serie="A" CondicionesDePago="C" Descuento="0" TipoCambio="1" ' +
      'Confirmacion="ABCDE" Sello="NUNCA" Certificado="NUNCA"';
    expect(cadenaOf('', attributes)).toBe(
      '||4.0|A|1|2026-11-20T12:30:00|04|30001000000500003416|C|1000.00|0|MXN|1|1160.00|I|01|PUE|06600|ABCDE||',
    );
  });

  it('gives a required value its place even when it is absent, and an optional one only when it exists', () => {
    expect(cadenaOf('')).toBe(`${EMPTY}||`);
    expect(cadenaOf('<cfdi:Emisor Rfc="" FacAtrAdquirente=""/>')).toBe(`${EMPTY}||||||`);
  });

  it('walks a concepto in its own order: traslados before retenciones', () => {
    const concepto =
      '<cfdi:Conceptos><cfdi:Concepto ClaveProdServ="a" NoIdentificacion="b" Cantidad="c" ClaveUnidad="d" Unidad="e" ' +
      'Descripcion="f" ValorUnitario="g" Importe="h" Descuento="i" ObjetoImp="j">' +
      '<cfdi:Parte ClaveProdServ="P1" Cantidad="P2" Descripcion="P3"><cfdi:InformacionAduanera NumeroPedimento="P4"/></cfdi:Parte>' +
      '<cfdi:ComplementoConcepto><iedu:instEducativas xmlns:iedu="http://www.sat.gob.mx/iedu" version="1.0" ' +
      'nombreAlumno="N" CURP="C" nivelEducativo="E" autRVOE="R"/></cfdi:ComplementoConcepto>' +
      '<cfdi:CuentaPredial Numero="CP"/><cfdi:InformacionAduanera NumeroPedimento="IA"/>' +
      '<cfdi:ACuentaTerceros RfcACuentaTerceros="T1" NombreACuentaTerceros="T2" RegimenFiscalACuentaTerceros="T3" DomicilioFiscalACuentaTerceros="T4"/>' +
      '<cfdi:Impuestos><cfdi:Retenciones><cfdi:Retencion Base="R1" Impuesto="R2" TipoFactor="R3" TasaOCuota="R4" Importe="R5"/></cfdi:Retenciones>' +
      '<cfdi:Traslados><cfdi:Traslado Base="S1" Impuesto="S2" TipoFactor="Exento"/></cfdi:Traslados></cfdi:Impuestos>' +
      '</cfdi:Concepto></cfdi:Conceptos>';
    expect(cadenaOf(concepto)).toBe(
      `${EMPTY}|a|b|c|d|e|f|g|h|i|j|S1|S2|Exento|R1|R2|R3|R4|R5|T1|T2|T3|T4|IA|CP|1.0|N|C|E|R|P1|P2|P3|P4||`,
    );
  });

  it('walks the summary of taxes the other way round: retenciones and their total first', () => {
    const taxes =
      '<cfdi:Impuestos TotalImpuestosTrasladados="TT" TotalImpuestosRetenidos="TR">' +
      '<cfdi:Traslados><cfdi:Traslado Base="a" Impuesto="b" TipoFactor="c" TasaOCuota="d" Importe="e"/></cfdi:Traslados>' +
      '<cfdi:Retenciones><cfdi:Retencion Impuesto="f" Importe="g"/></cfdi:Retenciones></cfdi:Impuestos>';
    expect(cadenaOf(taxes)).toBe(`${EMPTY}|f|g|TR|a|b|c|d|e|TT||`);
  });

  it.each([
    [
      'implocal',
      '<i:ImpuestosLocales xmlns:i="http://www.sat.gob.mx/implocal" version="1.0" TotaldeRetenciones="1" TotaldeTraslados="2">' +
        '<i:TrasladosLocales ImpLocTrasladado="ISH" TasadeTraslado="3" Importe="4"/>' +
        '<i:RetencionesLocales ImpLocRetenido="X" TasadeRetencion="5" Importe="6"/></i:ImpuestosLocales>',
      '|1.0|1|2|X|5|6|ISH|3|4',
    ],
    [
      'aerolineas',
      '<a:Aerolineas xmlns:a="http://www.sat.gob.mx/aerolineas" Version="1.0" TUA="9"><a:OtrosCargos TotalCargos="8">' +
        '<a:Cargo CodigoCargo="YR" Importe="7"/></a:OtrosCargos></a:Aerolineas>',
      '|1.0|9|8|YR|7',
    ],
    [
      'leyendasFiscales',
      '<l:LeyendasFiscales xmlns:l="http://www.sat.gob.mx/leyendasFiscales" version="1.0">' +
        '<l:Leyenda textoLeyenda="T" norma="N"/></l:LeyendasFiscales>',
      '|1.0|N|T',
    ],
    [
      'hidrocarburospetroliferos',
      '<h:HidroYPetro xmlns:h="http://www.sat.gob.mx/hidrocarburospetroliferos" Version="1.0" TipoPermiso="PER01" ' +
        'NumeroPermiso="P" ClaveHYP="15101514" SubProductoHYP="SP16"/>',
      '|1.0|PER01|P|15101514|SP16',
    ],
    [
      'donat',
      '<d:Donatarias xmlns:d="http://www.sat.gob.mx/donat" version="1.1" noAutorizacion="A" fechaAutorizacion="F" leyenda="L"/>',
      '|1.1|A|F|L',
    ],
    [
      'the stamp',
      '<t:TimbreFiscalDigital xmlns:t="http://www.sat.gob.mx/TimbreFiscalDigital" UUID="U"/>',
      '',
    ],
  ])('knows the place of %s', (_, complement, part) => {
    expect(cadenaOf(`<cfdi:Complemento>${complement}</cfdi:Complemento>`)).toBe(`${EMPTY}${part}||`);
  });

  it('names the complements that it does not know, each once', () => {
    const complemento =
      '<cfdi:Complemento><x xmlns="urn:x"/><x xmlns="urn:x"/><y xmlns="urn:y"/></cfdi:Complemento>';
    expect(cadenaOf(complemento)).toEqual(['{urn:x}x', '{urn:y}y']);
  });

  it('leaves the Addenda out', () => {
    expect(cadenaOf('<cfdi:Addenda><x n="1"/></cfdi:Addenda>')).toBe(`${EMPTY}||`);
  });

  it('folds spaces, tabs and line ends, and no other white space', () => {
    const name = '  UNO \n\t DOS&#13;&#10;TRES\u00A0CUATRO\u2003 ';
    expect(cadenaOf(`<cfdi:Emisor Nombre="${name}"/>`)).toBe(`${EMPTY}||UNO DOS TRES\u00A0CUATRO\u2003|||`);
  });
});

describe('buildTfdCadena', () => {
  it('takes the values of the stamp but its own seal', () => {
    const stamp =
      '<t:TimbreFiscalDigital xmlns:t="http://www.sat.gob.mx/TimbreFiscalDigital" SelloSAT="NUNCA" NoCertificadoSAT="6" ' +
      'SelloCFD="5" RfcProvCertif="4" FechaTimbrado="3" UUID="2" Version="1.1"/>';
    expect(buildTfdCadena(read(stamp))).toBe('||1.1|2|3|4|5|6||');
    expect(buildTfdCadena(read(stamp.replace('UUID', 'Leyenda="L" UUID')))).toBe('||1.1|2|3|4|L|5|6||');
  });
});
