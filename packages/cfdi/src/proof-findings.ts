import { findingsOf, type Finding, type FindingDefinition } from './finding.ts';

/** Everything that the proof of an invoice can find, in the order in which it looks. Closed list. */
export const PROOF_FINDINGS = {
  /** Not safe or not possible to read as XML. Values: `reason` (see XmlRefusalReason), `line`, `column`. */
  xml_malformed: {
    severity: 'error',
    es: 'El archivo no es un XML que se pueda leer.',
    en: 'The file is not XML that can be read safely.',
  },
  /** XML, but its root is not a Comprobante of CFDI 4.0. Values: `root`, `version`. */
  not_cfdi_40: {
    severity: 'error',
    es: 'El archivo no es un CFDI 4.0.',
    en: 'The file is not a CFDI 4.0.',
  },
  /** An element or attribute is missing, in excess or out of its bounds. Values: `where`, `rule`. */
  schema_invalid: {
    severity: 'error',
    es: 'El CFDI no cumple el esquema del Anexo 20.',
    en: 'The CFDI does not follow the schema of Anexo 20.',
  },
  /** A complement whose part of the cadena we do not know, so the seal cannot be checked. Values: `complement`. */
  unsupported_complement: {
    severity: 'error',
    es: 'El CFDI lleva un complemento que no podemos comprobar.',
    en: 'The CFDI carries a complement that cannot be checked.',
  },
  /** No TimbreFiscalDigital: no PAC has certified it. */
  stamp_missing: {
    severity: 'error',
    es: 'El CFDI no está timbrado.',
    en: 'The CFDI has no stamp.',
  },
  /** More than one TimbreFiscalDigital. Values: `count`. */
  stamp_repeated: {
    severity: 'error',
    es: 'El CFDI lleva más de un timbre.',
    en: 'The CFDI has more than one stamp.',
  },
  /** Certificado is not a certificate with an RSA key. */
  certificate_unreadable: {
    severity: 'error',
    es: 'El certificado del emisor no se puede leer.',
    en: "The emisor's certificate cannot be read.",
  },
  /** NoCertificado is not the number of the certificate inside. Values: `stated`, `actual`. */
  certificate_number_mismatch: {
    severity: 'error',
    es: 'El número de certificado no corresponde al certificado.',
    en: 'The certificate number is not that of the certificate.',
  },
  /** The certificate belongs to another RFC than the emisor's. Values: `stated`, `actual`. */
  certificate_rfc_mismatch: {
    severity: 'error',
    es: 'El certificado es de otro RFC que el del emisor.',
    en: 'The certificate belongs to another RFC than the emisor.',
  },
  /** The certificate was not valid at Fecha. Values: `at`, `from`, `to`. */
  certificate_not_valid_at_date: {
    severity: 'error',
    es: 'El certificado del emisor no estaba vigente en la fecha del CFDI.',
    en: "The emisor's certificate was not valid on the date of the CFDI.",
  },
  /** The emisor's seal is not that of this content: something was changed after sealing. */
  seal_invalid: {
    severity: 'error',
    es: 'El sello del emisor no corresponde al contenido: el CFDI fue alterado.',
    en: "The emisor's seal does not match the content: the CFDI was altered.",
  },
  /** The stamp was given to another seal (SelloCFD is not Sello). */
  stamp_of_another_cfdi: {
    severity: 'error',
    es: 'El timbre pertenece a otro CFDI.',
    en: 'The stamp belongs to another CFDI.',
  },
  /** No trusted PAC certificate has this number, so the stamp's seal is not checked. Values: `number`. */
  pac_certificate_unknown: {
    severity: 'warning',
    es: 'No se conoce el certificado con el que se timbró.',
    en: 'The certificate that sealed the stamp is not among the trusted ones.',
  },
  /** The PAC's certificate belongs to another RFC than RfcProvCertif. Values: `stated`, `actual`. */
  pac_certificate_rfc_mismatch: {
    severity: 'error',
    es: 'El certificado del timbre es de otro RFC que el del PAC.',
    en: 'The certificate of the stamp belongs to another RFC than the PAC.',
  },
  /** The PAC's certificate was not valid at FechaTimbrado. Values: `at`, `from`, `to`. */
  pac_certificate_not_valid_at_date: {
    severity: 'error',
    es: 'El certificado del PAC no estaba vigente en la fecha de timbrado.',
    en: "The PAC's certificate was not valid when it stamped.",
  },
  /** The PAC's seal is not that of this stamp. */
  stamp_seal_invalid: {
    severity: 'error',
    es: 'El sello del timbre no corresponde a su contenido: el timbre fue alterado.',
    en: 'The seal of the stamp does not match its content: the stamp was altered.',
  },
  /** Stamped before it was issued, or in the future. Values: `stampedAt`, `issuedAt`. */
  stamp_date_out_of_window: {
    severity: 'error',
    es: 'La fecha de timbrado no es posible.',
    en: 'The date of the stamp is not possible.',
  },
  /** No trusted authority issued the emisor's certificate: anybody could have made it. */
  certificate_untrusted: {
    severity: 'warning',
    es: 'El certificado del emisor no proviene de una autoridad reconocida.',
    en: "No trusted authority issued the emisor's certificate.",
  },
  /** No trusted authority issued the PAC's certificate. Values: `number`. */
  pac_certificate_untrusted: {
    severity: 'warning',
    es: 'El certificado del PAC no proviene de una autoridad reconocida.',
    en: "No trusted authority issued the PAC's certificate.",
  },
  /** TipoDeComprobante is not I. Values: `type`. */
  not_an_income_invoice: {
    severity: 'error',
    es: 'El CFDI no es una factura de ingreso.',
    en: 'The CFDI is not an income invoice.',
  },
  /** It has InformacionGlobal: the invoice of all the tickets that nobody asked an invoice for. */
  global_invoice: {
    severity: 'error',
    es: 'Es una factura global, no la de esta compra.',
    en: 'It is a global invoice, not that of this purchase.',
  },
  /** Values of all five: `expected`, `actual`. */
  receptor_rfc_mismatch: {
    severity: 'error',
    es: 'La factura está a nombre de otro RFC.',
    en: 'The invoice is made out to another RFC.',
  },
  receptor_name_mismatch: {
    severity: 'error',
    es: 'El nombre del receptor no es el del perfil.',
    en: "The receptor's name is not the profile's.",
  },
  receptor_postal_code_mismatch: {
    severity: 'error',
    es: 'El código postal del receptor no es el del perfil.',
    en: "The receptor's postal code is not the profile's.",
  },
  receptor_regime_mismatch: {
    severity: 'error',
    es: 'El régimen fiscal del receptor no es el del perfil.',
    en: "The receptor's fiscal regime is not the profile's.",
  },
  receptor_use_mismatch: {
    severity: 'error',
    es: 'El uso de CFDI no es el que se pidió.',
    en: 'The use is not the one that was asked for.',
  },
  /** Values: `expected`, `actual`. */
  total_mismatch: {
    severity: 'error',
    es: 'El total de la factura no es el del ticket.',
    en: "The invoice's total is not the ticket's.",
  },
  /** Values: `expected`, `actual`. */
  currency_mismatch: {
    severity: 'error',
    es: 'La moneda de la factura no es la esperada.',
    en: 'The currency of the invoice is not the expected one.',
  },
  /** Issued before the purchase, or in the future. Values: `issuedAt`, and `notBefore` or `notAfter`. */
  date_out_of_window: {
    severity: 'error',
    es: 'La fecha de la factura no corresponde a la compra.',
    en: 'The date of the invoice does not go with the purchase.',
  },
  /** An equation between amounts does not hold. Values: `rule`, `stated`, `computed`, and `line` of a concept. */
  arithmetic_inconsistent: {
    severity: 'error',
    es: 'Los importes de la factura no cuadran.',
    en: 'The amounts of the invoice do not add up.',
  },
  /** Issued by somebody else than the vendor. Values: `actual`. */
  emisor_mismatch: {
    severity: 'error',
    es: 'La factura la emitió otro contribuyente.',
    en: 'The invoice was issued by another taxpayer.',
  },
  /** The vendor's RFCs are not known, so anybody's invoice passes this check. Values: `actual`. */
  emisor_unknown: {
    severity: 'warning',
    es: 'No se conoce el RFC del comercio, por lo que no se comprobó.',
    en: "The vendor's RFC is not known, so it was not checked.",
  },
  /** This UUID proved another purchase before. Values: `uuid`. */
  uuid_already_accepted: {
    severity: 'error',
    es: 'Este folio fiscal ya se había recibido.',
    en: 'This UUID was accepted before.',
  },
} as const satisfies Record<string, FindingDefinition>;

export type ProofFindingCode = keyof typeof PROOF_FINDINGS;
export type ProofFinding = Finding<ProofFindingCode>;

export const proofFinding = findingsOf<ProofFindingCode>(PROOF_FINDINGS);
