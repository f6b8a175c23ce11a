/**
 * The order in which the values of a CFDI 4.0 enter its cadena original (Anexo 20, cadenaoriginal_4_0). A name that
 * ends in `?` is optional: it adds nothing when the attribute is absent. A required one always adds its separator.
 */
export const CADENA_FIELDS = {
  Comprobante:
    'Version Serie? Folio? Fecha FormaPago? NoCertificado CondicionesDePago? SubTotal Descuento? Moneda TipoCambio? ' +
    'Total TipoDeComprobante Exportacion MetodoPago? LugarExpedicion Confirmacion?',
  InformacionGlobal: 'Periodicidad Meses Año',
  CfdiRelacionados: 'TipoRelacion',
  CfdiRelacionado: 'UUID',
  Emisor: 'Rfc Nombre RegimenFiscal FacAtrAdquirente?',
  Receptor:
    'Rfc Nombre DomicilioFiscalReceptor ResidenciaFiscal? NumRegIdTrib? RegimenFiscalReceptor UsoCFDI',
  Concepto:
    'ClaveProdServ NoIdentificacion? Cantidad ClaveUnidad Unidad? Descripcion ValorUnitario Importe Descuento? ObjetoImp',
  Traslado: 'Base Impuesto TipoFactor TasaOCuota? Importe?',
  RetencionOfConcepto: 'Base Impuesto TipoFactor TasaOCuota Importe',
  ACuentaTerceros:
    'RfcACuentaTerceros NombreACuentaTerceros RegimenFiscalACuentaTerceros DomicilioFiscalACuentaTerceros',
  InformacionAduanera: 'NumeroPedimento',
  CuentaPredial: 'Numero',
  Parte: 'ClaveProdServ NoIdentificacion? Cantidad Unidad? Descripcion ValorUnitario? Importe?',
  RetencionOfComprobante: 'Impuesto Importe',
  TimbreFiscalDigital: 'Version UUID FechaTimbrado RfcProvCertif Leyenda? SelloCFD NoCertificadoSAT',
} as const;
