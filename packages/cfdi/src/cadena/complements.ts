import { STAMP_NAMESPACE, childrenNamed, type XmlElement } from '../xml/tree.ts';
import { emitFields } from './emit.ts';

/** One level of a complement: its own fields, then each named group of children, group by group. */
type ComplementLevel = {
  readonly fields: string;
  readonly groups?: readonly (readonly [name: string, level: ComplementLevel])[];
};

type Complement = ComplementLevel & { readonly root: string };

const SAT = 'http://www.sat.gob.mx/';

/** Complements whose cadena we know, by namespace. An invoice with any other cannot be proven by us. */
const COMPLEMENTS: ReadonlyMap<string, Complement> = new Map([
  [
    `${SAT}implocal`,
    {
      root: 'ImpuestosLocales',
      fields: 'version TotaldeRetenciones TotaldeTraslados',
      groups: [
        ['RetencionesLocales', { fields: 'ImpLocRetenido TasadeRetencion Importe' }],
        ['TrasladosLocales', { fields: 'ImpLocTrasladado TasadeTraslado Importe' }],
      ],
    },
  ],
  [
    `${SAT}aerolineas`,
    {
      root: 'Aerolineas',
      fields: 'Version TUA',
      groups: [
        ['OtrosCargos', { fields: 'TotalCargos', groups: [['Cargo', { fields: 'CodigoCargo Importe' }]] }],
      ],
    },
  ],
  [
    `${SAT}leyendasFiscales`,
    {
      root: 'LeyendasFiscales',
      fields: 'version',
      groups: [['Leyenda', { fields: 'disposicionFiscal? norma? textoLeyenda' }]],
    },
  ],
  [
    `${SAT}iedu`,
    { root: 'instEducativas', fields: 'version nombreAlumno CURP nivelEducativo autRVOE rfcPago?' },
  ],
  [
    `${SAT}hidrocarburospetroliferos`,
    { root: 'HidroYPetro', fields: 'Version TipoPermiso NumeroPermiso ClaveHYP SubProductoHYP' },
  ],
  [`${SAT}donat`, { root: 'Donatarias', fields: 'version noAutorizacion fechaAutorizacion leyenda' }],
]);

/** The part that a complement adds to the cadena; `undefined` when we do not know the complement. */
export function emitComplement(element: XmlElement): string | undefined {
  if (isStamp(element)) return '';
  const complement = COMPLEMENTS.get(element.namespace);
  if (complement === undefined || complement.root !== element.name) return undefined;
  return emitLevel(element, complement);
}

/** Whether this is the PAC's stamp, which has a cadena of its own and adds nothing to the invoice's. */
export function isStamp(element: XmlElement): boolean {
  return element.namespace === STAMP_NAMESPACE && element.name === 'TimbreFiscalDigital';
}

function emitLevel(element: XmlElement, level: ComplementLevel): string {
  const groups = level.groups ?? [];
  const children = groups.flatMap(([name, inner]) =>
    childrenNamed(element, name, element.namespace).map((child) => emitLevel(child, inner)),
  );
  return emitFields(element, level.fields) + children.join('');
}
