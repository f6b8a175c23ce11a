import type { PersonKind } from './rfc.ts';

/** An entry of c_RegimenFiscal. */
export type FiscalRegime = {
  readonly code: string;
  /** SAT's wording. */
  readonly name: string;
  readonly persons: readonly PersonKind[];
};

const MORAL: readonly PersonKind[] = ['moral'];
const FISICA: readonly PersonKind[] = ['fisica'];
const BOTH: readonly PersonKind[] = ['moral', 'fisica'];

/** c_RegimenFiscal of CFDI 4.0, by code. */
export const FISCAL_REGIMES: ReadonlyMap<string, FiscalRegime> = byCode([
  ['601', 'General de Ley Personas Morales', MORAL],
  ['603', 'Personas Morales con Fines no Lucrativos', MORAL],
  ['605', 'Sueldos y Salarios e Ingresos Asimilados a Salarios', FISICA],
  ['606', 'Arrendamiento', FISICA],
  ['607', 'Régimen de Enajenación o Adquisición de Bienes', FISICA],
  ['608', 'Demás ingresos', FISICA],
  ['610', 'Residentes en el Extranjero sin Establecimiento Permanente en México', BOTH],
  ['611', 'Ingresos por Dividendos (socios y accionistas)', FISICA],
  ['612', 'Personas Físicas con Actividades Empresariales y Profesionales', FISICA],
  ['614', 'Ingresos por intereses', FISICA],
  ['615', 'Régimen de los ingresos por obtención de premios', FISICA],
  ['616', 'Sin obligaciones fiscales', FISICA],
  ['620', 'Sociedades Cooperativas de Producción que optan por diferir sus ingresos', MORAL],
  ['621', 'Incorporación Fiscal', FISICA],
  ['622', 'Actividades Agrícolas, Ganaderas, Silvícolas y Pesqueras', MORAL],
  ['623', 'Opcional para Grupos de Sociedades', MORAL],
  ['624', 'Coordinados', MORAL],
  [
    '625',
    'Régimen de las Actividades Empresariales con ingresos a través de Plataformas Tecnológicas',
    FISICA,
  ],
  ['626', 'Régimen Simplificado de Confianza', BOTH],
]);

/** An entry of c_UsoCFDI, with the regimes of the receptor that may state it. */
export type CfdiUse = {
  readonly code: string;
  /** SAT's wording. */
  readonly name: string;
  readonly persons: readonly PersonKind[];
  readonly regimes: ReadonlySet<string>;
};

const BUSINESS = ['601', '603', '606', '612', '620', '621', '622', '623', '624', '625', '626'];
const DEDUCTING_PERSONS = ['605', '606', '607', '608', '611', '612', '614', '615', '625'];
const ALL = [...FISCAL_REGIMES.keys()];

/** c_UsoCFDI of CFDI 4.0, by code. */
export const CFDI_USES: ReadonlyMap<string, CfdiUse> = new Map(
  (
    [
      ['G01', 'Adquisición de mercancías.', BOTH, BUSINESS],
      ['G02', 'Devoluciones, descuentos o bonificaciones.', BOTH, [...BUSINESS, '616']],
      ['G03', 'Gastos en general.', BOTH, BUSINESS],
      ['I01', 'Construcciones.', BOTH, BUSINESS],
      ['I02', 'Mobiliario y equipo de oficina por inversiones.', BOTH, BUSINESS],
      ['I03', 'Equipo de transporte.', BOTH, BUSINESS],
      ['I04', 'Equipo de computo y accesorios.', BOTH, BUSINESS],
      ['I05', 'Dados, troqueles, moldes, matrices y herramental.', BOTH, BUSINESS],
      ['I06', 'Comunicaciones telefónicas.', BOTH, BUSINESS],
      ['I07', 'Comunicaciones satelitales.', BOTH, BUSINESS],
      ['I08', 'Otra maquinaria y equipo.', BOTH, BUSINESS],
      ['D01', 'Honorarios médicos, dentales y gastos hospitalarios.', FISICA, DEDUCTING_PERSONS],
      ['D02', 'Gastos médicos por incapacidad o discapacidad.', FISICA, DEDUCTING_PERSONS],
      ['D03', 'Gastos funerales.', FISICA, DEDUCTING_PERSONS],
      ['D04', 'Donativos.', FISICA, DEDUCTING_PERSONS],
      [
        'D05',
        'Intereses reales efectivamente pagados por créditos hipotecarios (casa habitación).',
        FISICA,
        DEDUCTING_PERSONS,
      ],
      ['D06', 'Aportaciones voluntarias al SAR.', FISICA, DEDUCTING_PERSONS],
      ['D07', 'Primas por seguros de gastos médicos.', FISICA, DEDUCTING_PERSONS],
      ['D08', 'Gastos de transportación escolar obligatoria.', FISICA, DEDUCTING_PERSONS],
      [
        'D09',
        'Depósitos en cuentas para el ahorro, primas que tengan como base planes de pensiones.',
        FISICA,
        DEDUCTING_PERSONS,
      ],
      ['D10', 'Pagos por servicios educativos (colegiaturas).', FISICA, DEDUCTING_PERSONS],
      ['S01', 'Sin efectos fiscales.', BOTH, ALL],
      ['CP01', 'Pagos', BOTH, ALL],
      ['CN01', 'Nómina', FISICA, ['605']],
    ] as const
  ).map(([code, name, persons, regimes]) => [code, { code, name, persons, regimes: new Set(regimes) }]),
);

/** Uses that belong to payment receipts and payrolls: no invoice of a purchase has one. */
export const USES_NEVER_ON_A_TICKET: ReadonlySet<string> = new Set(['CP01', 'CN01']);

/** c_FormaPago of CFDI 4.0: code to SAT's wording. */
export const PAYMENT_FORMS: ReadonlyMap<string, string> = new Map([
  ['01', 'Efectivo'],
  ['02', 'Cheque nominativo'],
  ['03', 'Transferencia electrónica de fondos'],
  ['04', 'Tarjeta de crédito'],
  ['05', 'Monedero electrónico'],
  ['06', 'Dinero electrónico'],
  ['08', 'Vales de despensa'],
  ['12', 'Dación en pago'],
  ['13', 'Pago por subrogación'],
  ['14', 'Pago por consignación'],
  ['15', 'Condonación'],
  ['17', 'Compensación'],
  ['23', 'Novación'],
  ['24', 'Confusión'],
  ['25', 'Remisión de deuda'],
  ['26', 'Prescripción o caducidad'],
  ['27', 'A satisfacción del acreedor'],
  ['28', 'Tarjeta de débito'],
  ['29', 'Tarjeta de servicios'],
  ['30', 'Aplicación de anticipos'],
  ['31', 'Intermediario pagos'],
  ['99', 'Por definir'],
]);

function byCode(
  entries: readonly (readonly [code: string, name: string, persons: readonly PersonKind[]])[],
): ReadonlyMap<string, FiscalRegime> {
  return new Map(entries.map(([code, name, persons]) => [code, { code, name, persons }]));
}
