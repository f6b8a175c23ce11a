import { complementOf, type ComplementName } from '../known-complements.ts';
import { STAMP_NAMESPACE, childrenNamed, type XmlElement } from '../xml/tree.ts';
import { emitFields } from './emit.ts';

/** One level of a complement: its own fields, then each named group of children, group by group. */
type ComplementLevel = {
  readonly fields: string;
  readonly groups?: readonly (readonly [name: string, level: ComplementLevel])[];
};

/** The order in which the values of a complement enter the cadena. */
const COMPLEMENTS: Readonly<Record<ComplementName, ComplementLevel>> = {
  implocal: {
    fields: 'version TotaldeRetenciones TotaldeTraslados',
    groups: [
      ['RetencionesLocales', { fields: 'ImpLocRetenido TasadeRetencion Importe' }],
      ['TrasladosLocales', { fields: 'ImpLocTrasladado TasadeTraslado Importe' }],
    ],
  },
  aerolineas: {
    fields: 'Version TUA',
    groups: [
      ['OtrosCargos', { fields: 'TotalCargos', groups: [['Cargo', { fields: 'CodigoCargo Importe' }]] }],
    ],
  },
  leyendasFiscales: {
    fields: 'version',
    groups: [['Leyenda', { fields: 'disposicionFiscal? norma? textoLeyenda' }]],
  },
  iedu: { fields: 'version nombreAlumno CURP nivelEducativo autRVOE rfcPago?' },
  hidrocarburospetroliferos: { fields: 'Version TipoPermiso NumeroPermiso ClaveHYP SubProductoHYP' },
  donat: { fields: 'version noAutorizacion fechaAutorizacion leyenda' },
};

/** The part that a complement adds to the cadena; `undefined` when we do not know the complement. */
export function emitComplement(element: XmlElement): string | undefined {
  if (isStamp(element)) return '';
  const name = complementOf(element);
  return name === undefined ? undefined : emitLevel(element, COMPLEMENTS[name]);
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
