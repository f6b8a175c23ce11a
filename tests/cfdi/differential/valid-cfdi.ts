/** A valid CFDI with everything in it: each element of Anexo 20, each listed complement, each optional attribute. */

const SAT = 'http://www.sat.gob.mx/';
const SEAL = 'Zm9ybWEgc2luIHNlbnRpZG8='.repeat(8);
const UUID = 'CEE4BE01-ADFA-4DEB-8421-ADD60F0BEDAC';
const ADUANA = '<cfdi:InformacionAduanera NumeroPedimento="15  48  3009  0001234"/>';

const CONCEPTO =
  '<cfdi:Concepto ClaveProdServ="90101501" NoIdentificacion="N-1" Cantidad="1.5" ClaveUnidad="E48" Unidad="Servicio" ' +
  'Descripcion="CONSUMO" ValorUnitario="1000.00" Importe="1500.00" Descuento="10.00" ObjetoImp="02"><cfdi:Impuestos><cfdi:Traslados>' +
  '<cfdi:Traslado Base="1490.00" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="238.40"/></cfdi:Traslados>' +
  '<cfdi:Retenciones><cfdi:Retencion Base="1490.00" Impuesto="001" TipoFactor="Tasa" TasaOCuota="0.100000" Importe="149.00"/>' +
  '</cfdi:Retenciones></cfdi:Impuestos><cfdi:ACuentaTerceros RfcACuentaTerceros="EKU9003173C9" NombreACuentaTerceros="X" ' +
  'RegimenFiscalACuentaTerceros="601" DomicilioFiscalACuentaTerceros="06600"/>' +
  `${ADUANA}<cfdi:CuentaPredial Numero="ABC123"/><cfdi:ComplementoConcepto><iedu:instEducativas version="1.0" ` +
  'nombreAlumno="ANA ÑÚÑEZ" CURP="BADD110313HCMLNS09" nivelEducativo="Primaria" autRVOE="201587PRIM" rfcPago="CACX7605101P8"/>' +
  '<hidro:HidroYPetro Version="1.0" TipoPermiso="PER01" NumeroPermiso="PL/12345/EXP/ES/2015" ClaveHYP="15101514" SubProductoHYP="SP16"/>' +
  '</cfdi:ComplementoConcepto><cfdi:Parte ClaveProdServ="01010101" NoIdentificacion="P-1" Cantidad="1" Unidad="Pieza" Descripcion="p" ' +
  `ValorUnitario="1" Importe="1">${ADUANA}</cfdi:Parte></cfdi:Concepto>`;

const COMPLEMENTO =
  '<cfdi:Complemento><implocal:ImpuestosLocales version="1.0" TotaldeRetenciones="5.00" TotaldeTraslados="30.00">' +
  '<implocal:RetencionesLocales ImpLocRetenido="CEDULAR" TasadeRetencion="0.50" Importe="5.00"/>' +
  '<implocal:TrasladosLocales ImpLocTrasladado="ISH" TasadeTraslado="3.00" Importe="30.00"/></implocal:ImpuestosLocales>' +
  '<aerolineas:Aerolineas Version="1.0" TUA="500.00"><aerolineas:OtrosCargos TotalCargos="20.00">' +
  '<aerolineas:Cargo CodigoCargo="YR" Importe="20.00"/></aerolineas:OtrosCargos></aerolineas:Aerolineas>' +
  '<leyendasFisc:LeyendasFiscales version="1.0"><leyendasFisc:Leyenda disposicionFiscal="RMF" norma="1.1" textoLeyenda="T"/>' +
  '</leyendasFisc:LeyendasFiscales><donat:Donatarias version="1.1" noAutorizacion="600-01" fechaAutorizacion="2020-01-31" leyenda="L"/>' +
  `<tfd:TimbreFiscalDigital Version="1.1" UUID="${UUID}" FechaTimbrado="2026-11-20T12:00:00" RfcProvCertif="SPR190613I52" ` +
  `Leyenda="Timbrado de prueba" SelloCFD="${SEAL}" NoCertificadoSAT="30001000000500003456" SelloSAT="${SEAL}"/></cfdi:Complemento>`;

export const VALID_CFDI =
  `<cfdi:Comprobante xmlns:cfdi="${SAT}cfd/4" xmlns:tfd="${SAT}TimbreFiscalDigital" xmlns:implocal="${SAT}implocal" ` +
  `xmlns:aerolineas="${SAT}aerolineas" xmlns:leyendasFisc="${SAT}leyendasFiscales" xmlns:iedu="${SAT}iedu" ` +
  `xmlns:hidro="${SAT}hidrocarburospetroliferos" xmlns:donat="${SAT}donat" Version="4.0" Serie="A" Folio="1001" ` +
  `Fecha="2026-11-20T12:00:00" Sello="${SEAL}" FormaPago="04" NoCertificado="30001000000500003416" Certificado="${SEAL}" ` +
  'CondicionesDePago="CONTADO" SubTotal="1500.00" Descuento="10.00" Moneda="MXN" TipoCambio="1" Total="1604.40" ' +
  'TipoDeComprobante="I" Exportacion="01" MetodoPago="PUE" LugarExpedicion="06600" Confirmacion="ECVH1">' +
  '<cfdi:InformacionGlobal Periodicidad="01" Meses="11" Año="2026"/><cfdi:CfdiRelacionados TipoRelacion="04">' +
  `<cfdi:CfdiRelacionado UUID="${UUID}"/></cfdi:CfdiRelacionados>` +
  '<cfdi:Emisor Rfc="EKU9003173C9" Nombre="ESCUELA KEMPER URGATE" RegimenFiscal="601" FacAtrAdquirente="0123456789"/>' +
  '<cfdi:Receptor Rfc="ZUÑ920208KL4" Nombre="ZAPATERIA URTADO ÑERI &amp; CIA" DomicilioFiscalReceptor="34541" ' +
  'ResidenciaFiscal="USA" NumRegIdTrib="123456789" RegimenFiscalReceptor="601" UsoCFDI="G03"/>' +
  `<cfdi:Conceptos>${CONCEPTO}</cfdi:Conceptos>` +
  '<cfdi:Impuestos TotalImpuestosRetenidos="149.00" TotalImpuestosTrasladados="238.40"><cfdi:Retenciones>' +
  '<cfdi:Retencion Impuesto="001" Importe="149.00"/></cfdi:Retenciones><cfdi:Traslados>' +
  '<cfdi:Traslado Base="1490.00" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="238.40"/></cfdi:Traslados>' +
  `</cfdi:Impuestos>${COMPLEMENTO}</cfdi:Comprobante>`;
