/**
 * What a vendor's own system knows about fiscal data. It is kept apart from `@cfdi-live/cfdi` on purpose: a portal is
 * another company's program, with its own (laxer) opinion of what is valid.
 * Codes and names are SAT's catalogues c_RegimenFiscal, c_UsoCFDI and c_FormaPago.
 */
export type Receptor = {
  readonly rfc: string;
  readonly name: string;
  readonly postalCode: string;
  readonly regime: string;
  readonly use: string;
};

export type CatalogueEntry = { readonly code: string; readonly name: string };
type Person = 'moral' | 'fisica';
type Regime = CatalogueEntry & { readonly persons: readonly Person[] };
type Use = CatalogueEntry & {
  readonly regimes: readonly string[] | 'all';
  readonly persons: readonly Person[];
};

const MORAL: readonly Person[] = ['moral'];
const FISICA: readonly Person[] = ['fisica'];
const BOTH: readonly Person[] = ['moral', 'fisica'];

const regime = (code: string, persons: readonly Person[], name: string): Regime => ({ code, persons, name });

const regimes: readonly Regime[] = [
  regime('601', MORAL, 'General de Ley Personas Morales'),
  regime('603', MORAL, 'Personas Morales con Fines no Lucrativos'),
  regime('605', FISICA, 'Sueldos y Salarios e Ingresos Asimilados a Salarios'),
  regime('606', FISICA, 'Arrendamiento'),
  regime('607', FISICA, 'Régimen de Enajenación o Adquisición de Bienes'),
  regime('608', FISICA, 'Demás ingresos'),
  regime('610', BOTH, 'Residentes en el Extranjero sin Establecimiento Permanente en México'),
  regime('611', FISICA, 'Ingresos por Dividendos (socios y accionistas)'),
  regime('612', FISICA, 'Personas Físicas con Actividades Empresariales y Profesionales'),
  regime('614', FISICA, 'Ingresos por intereses'),
  regime('615', FISICA, 'Régimen de los ingresos por obtención de premios'),
  regime('616', FISICA, 'Sin obligaciones fiscales'),
  regime('620', MORAL, 'Sociedades Cooperativas de Producción que optan por diferir sus ingresos'),
  regime('621', FISICA, 'Incorporación Fiscal'),
  regime('622', MORAL, 'Actividades Agrícolas, Ganaderas, Silvícolas y Pesqueras'),
  regime('623', MORAL, 'Opcional para Grupos de Sociedades'),
  regime('624', MORAL, 'Coordinados'),
  regime(
    '625',
    FISICA,
    'Régimen de las Actividades Empresariales con ingresos a través de Plataformas Tecnológicas',
  ),
  regime('626', BOTH, 'Régimen Simplificado de Confianza'),
];

const business = ['601', '603', '606', '612', '620', '621', '622', '623', '624', '625', '626'];
const deductible = ['605', '606', '607', '608', '611', '612', '614', '615', '625'];

const businessUse = (code: string, name: string): Use => ({ code, name, regimes: business, persons: BOTH });
const personalUse = (code: string, name: string): Use => ({
  code,
  name,
  regimes: deductible,
  persons: FISICA,
});

const uses: readonly Use[] = [
  businessUse('G01', 'Adquisición de mercancías'),
  {
    code: 'G02',
    name: 'Devoluciones, descuentos o bonificaciones',
    regimes: [...business, '616'],
    persons: BOTH,
  },
  businessUse('G03', 'Gastos en general'),
  businessUse('I01', 'Construcciones'),
  businessUse('I02', 'Mobiliario y equipo de oficina por inversiones'),
  businessUse('I03', 'Equipo de transporte'),
  businessUse('I04', 'Equipo de cómputo y accesorios'),
  businessUse('I05', 'Dados, troqueles, moldes, matrices y herramental'),
  businessUse('I06', 'Comunicaciones telefónicas'),
  businessUse('I07', 'Comunicaciones satelitales'),
  businessUse('I08', 'Otra maquinaria y equipo'),
  personalUse('D01', 'Honorarios médicos, dentales y gastos hospitalarios'),
  personalUse('D02', 'Gastos médicos por incapacidad o discapacidad'),
  personalUse('D03', 'Gastos funerales'),
  personalUse('D04', 'Donativos'),
  personalUse('D05', 'Intereses reales efectivamente pagados por créditos hipotecarios (casa habitación)'),
  personalUse('D06', 'Aportaciones voluntarias al SAR'),
  personalUse('D07', 'Primas por seguros de gastos médicos'),
  personalUse('D08', 'Gastos de transportación escolar obligatoria'),
  personalUse('D09', 'Depósitos en cuentas para el ahorro, primas que tengan como base planes de pensiones'),
  personalUse('D10', 'Pagos por servicios educativos (colegiaturas)'),
  { code: 'S01', name: 'Sin efectos fiscales', regimes: 'all', persons: BOTH },
];

/** The payment forms a shop's till can have taken. */
export const paymentForms: readonly CatalogueEntry[] = [
  { code: '01', name: 'Efectivo' },
  { code: '02', name: 'Cheque nominativo' },
  { code: '03', name: 'Transferencia electrónica de fondos' },
  { code: '04', name: 'Tarjeta de crédito' },
  { code: '08', name: 'Vales de despensa' },
  { code: '28', name: 'Tarjeta de débito' },
];

const RFC_FORM = /^[A-Z&Ñ]{3,4}\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])[A-Z0-9]{2}[0-9A]$/;
const MAIL_FORM = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export const isRfc = (typed: string): boolean => RFC_FORM.test(typed);
export const isPostalCode = (typed: string): boolean => /^\d{5}$/.test(typed);
export const isMail = (typed: string): boolean => MAIL_FORM.test(typed);

/** Company RFCs have 12 characters, personal ones 13. */
const personOf = (rfc: string): Person => (rfc.length === 12 ? 'moral' : 'fisica');

/** The regimes that the holder of an RFC can have, in catalogue order. */
export function regimesFor(rfc: string): readonly CatalogueEntry[] {
  return regimes.filter(({ persons }) => persons.includes(personOf(rfc)));
}

/** The uses that a regime allows, in catalogue order; empty for a regime that the RFC's holder cannot have. */
export function usesFor(rfc: string, regime: string): readonly CatalogueEntry[] {
  if (!regimesFor(rfc).some(({ code }) => code === regime)) return [];
  return uses.filter(
    ({ persons, regimes }) =>
      persons.includes(personOf(rfc)) && (regimes === 'all' || regimes.includes(regime)),
  );
}

/** A field of the receptor that a portal refuses, and whether it was left empty or is wrong. */
export type ReceptorProblem = { readonly field: keyof Receptor; readonly kind: 'missing' | 'invalid' };

/** Everything wrong with a receptor, in the order of its fields; empty when it can be invoiced. */
export function receptorProblems(receptor: Receptor): readonly ReceptorProblem[] {
  const valid: Readonly<Record<keyof Receptor, boolean>> = {
    rfc: isRfc(receptor.rfc),
    name: receptor.name.length >= 3,
    postalCode: isPostalCode(receptor.postalCode),
    regime: regimesFor(receptor.rfc).some(({ code }) => code === receptor.regime),
    use: usesFor(receptor.rfc, receptor.regime).some(({ code }) => code === receptor.use),
  };
  return (['rfc', 'name', 'postalCode', 'regime', 'use'] as const)
    .filter((field) => !valid[field])
    .map((field) => ({ field, kind: receptor[field] === '' ? 'missing' : 'invalid' }));
}
