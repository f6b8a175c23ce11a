import { CFDI_USES, FISCAL_REGIMES, PAYMENT_FORMS } from '../catalogues.ts';
import { length, oneOf, pattern, type SimpleType } from './dsl.ts';

const DATE_AND_RANDOM = '[0-9]{2}(0[1-9]|1[012])(0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]';
const UUID = '[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{12}';
const SIX_DECIMALS = '<xs:fractionDigits value="6"/>';

/** Any text of bounded length without the cadena's separator. */
function text(longest: number): SimpleType {
  return { base: 'string', facets: length(1, longest) + pattern(`[^|]{1,${longest}}`) };
}

function exactly(characters: number, expression: string): SimpleType {
  return { base: 'string', facets: length(characters, characters) + pattern(expression) };
}

function code(codes: Iterable<string>): SimpleType {
  return { base: 'string', facets: oneOf(codes) };
}

/** Types that invoice and stamp share. */
export const SHARED_TYPES = {
  uuid: exactly(36, UUID),
  localTime: {
    base: 'dateTime',
    facets: pattern(
      '20[1-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]',
    ),
  },
  anyText: { base: 'string', facets: '' },
  certificateNumber: exactly(20, '[0-9]{20}'),
} as const satisfies Record<string, SimpleType>;

const LEGEND_CHARACTERS = 'A-Za-z0-9 ÑñÁÉÍÓÚáéíóúÜü!"%&\'´:;<=>@_,{}`~\\-';

export const STAMP_TYPES = {
  ...SHARED_TYPES,
  version: { ...code(['1.1']), whiteSpace: 'preserve' },
  companyRfc: { base: 'string', facets: length(12, 12) + pattern(`[A-Z&Ñ]{3}${DATE_AND_RANDOM}`) },
  legend: { base: 'string', facets: length(12, 150) + pattern(`[${LEGEND_CHARACTERS}]{1,150}`) },
} as const satisfies Record<string, SimpleType>;

/** Bounds of Anexo 20. Catalogues of a few entries are written out; the large ones are left to the PAC. */
export const INVOICE_TYPES = {
  ...SHARED_TYPES,
  version: code(['4.0']),
  rfc: { base: 'string', facets: length(12, 13) + pattern(`[A-Z&Ñ]{3,4}${DATE_AND_RANDOM}`) },
  text20: text(20),
  text25: text(25),
  text40: text(40),
  text100: text(100),
  text300: text(300),
  text1000: text(1000),
  foreignTaxId: { base: 'string', facets: length(1, 40) },
  // SAT's pattern leaves its point unescaped; the decimal type is what keeps a comma out.
  amount: { base: 'decimal', facets: SIX_DECIMALS + pattern('[0-9]{1,18}(\\.[0-9]{1,6})?') },
  positive: { base: 'decimal', facets: `${SIX_DECIMALS}<xs:minInclusive value="0.000001"/>` },
  rate: { base: 'decimal', facets: `${SIX_DECIMALS}<xs:minInclusive value="0"/>` },
  postalCode: exactly(5, '[0-9]{5}'),
  catalogueKey: { base: 'string', facets: length(1, 12) },
  attribution: exactly(10, '[0-9]{10}'),
  confirmation: exactly(5, '[0-9a-zA-Z]{5}'),
  pedimento: { ...exactly(21, '[0-9]{2}  [0-9]{2}  [0-9]{4}  [0-9]{7}'), whiteSpace: 'preserve' },
  predial: { base: 'string', facets: length(1, 150) + pattern('[0-9a-zA-Z]{1,150}') },
  year: { base: 'short', facets: '<xs:minInclusive value="2021"/>' },
  currency: exactly(3, '[A-Z]{3}'),
  country: exactly(3, '[A-Z]{3}'),
  paymentForm: code(PAYMENT_FORMS.keys()),
  paymentMethod: code(['PUE', 'PPD']),
  documentType: code(['I', 'E', 'T', 'N', 'P']),
  exportation: code(['01', '02', '03', '04']),
  tax: code(['001', '002', '003']),
  factor: code(['Tasa', 'Cuota', 'Exento']),
  taxObject: code(['01', '02', '03', '04', '05', '06', '07', '08']),
  regime: code(FISCAL_REGIMES.keys()),
  use: code(CFDI_USES.keys()),
  periodicity: code(['01', '02', '03', '04', '05']),
  months: code(Array.from({ length: 18 }, (_, index) => String(index + 1).padStart(2, '0'))),
  relation: code(['01', '02', '03', '04', '05', '06', '07', '08', '09']),
} as const satisfies Record<string, SimpleType>;

/** A number as the complements write it: decimals to a place, and never below nothing. */
function number(decimals: number): SimpleType {
  return { base: 'decimal', facets: `<xs:fractionDigits value="${decimals}"/><xs:minInclusive value="0"/>` };
}

const CURP =
  '[A-Z][AEIOUX][A-Z]{2}[0-9]{2}(0[1-9]|1[012])(0[1-9]|[12][0-9]|3[01])[MH][A-Z]{2}' +
  '[BCDFGHJKLMNÑPQRSTVWXYZ]{3}[0-9A-Z][0-9]';

/** Bounds of the complements' own standards, none of which reads the separator of the cadena out of a text. */
export const COMPLEMENT_TYPES = {
  version10: { ...code(['1.0']), whiteSpace: 'preserve' },
  collapsedVersion10: code(['1.0']),
  version11: { ...code(['1.1']), whiteSpace: 'preserve' },
  freeText: { base: 'string', facets: '' },
  someText: { base: 'string', facets: '<xs:minLength value="1"/>' },
  cents: number(2),
  charge: number(6),
  chargeCode: { base: 'string', facets: length(1, 8), whiteSpace: 'preserve' },
  curp: exactly(18, CURP),
  level: {
    ...code(['Preescolar', 'Primaria', 'Secundaria', 'Profesional técnico', 'Bachillerato o su equivalente']),
    whiteSpace: 'preserve',
  },
  rfc: INVOICE_TYPES.rfc,
  catalogueKey: INVOICE_TYPES.catalogueKey,
  permit: { base: 'string', facets: length(15, 35) },
  date: { base: 'date', facets: '' },
} as const satisfies Record<string, SimpleType>;
