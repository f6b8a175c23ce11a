import { complementNamespace, complementRoot, type ComplementName } from '../known-complements.ts';
import { anyOrder, element, schema } from './dsl.ts';
import { COMPLEMENT_TYPES } from './types.ts';

/** What a complement is made of: the attributes of its outermost element, and its children. */
type ComplementSchema = { readonly attributes: string; readonly children?: readonly string[] };

const SCHEMAS: Readonly<Record<ComplementName, ComplementSchema>> = {
  implocal: {
    attributes: 'version:version10 TotaldeRetenciones:cents TotaldeTraslados:cents',
    children: [
      anyOrder([
        element('RetencionesLocales', 'ImpLocRetenido:freeText TasadeRetencion:cents Importe:cents'),
        element('TrasladosLocales', 'ImpLocTrasladado:freeText TasadeTraslado:cents Importe:cents'),
      ]),
    ],
  },
  aerolineas: {
    attributes: 'Version:version10 TUA:charge',
    children: [
      element(
        'OtrosCargos',
        'TotalCargos:charge',
        [element('Cargo', 'CodigoCargo:chargeCode Importe:charge', [], 'many')],
        'optional',
      ),
    ],
  },
  leyendasFiscales: {
    attributes: 'version:version10',
    children: [
      element('Leyenda', 'disposicionFiscal?:someText norma?:someText textoLeyenda:someText', [], 'many'),
    ],
  },
  iedu: {
    attributes:
      'version:collapsedVersion10 nombreAlumno:freeText CURP:curp nivelEducativo:level autRVOE:someText rfcPago?:rfc',
  },
  hidrocarburospetroliferos: {
    attributes:
      'Version:version10 TipoPermiso:catalogueKey NumeroPermiso:permit ClaveHYP:catalogueKey SubProductoHYP:catalogueKey',
  },
  donat: {
    attributes: 'version:version11 noAutorizacion:freeText fechaAutorizacion:date leyenda:freeText',
  },
};

/** The element that holds complements of one kind when they are checked together. Nobody else knows its name. */
export const COMPLEMENT_LIST = 'Complementos';

/** Our own schema of one complement, for any number of them in a {@link COMPLEMENT_LIST}. */
export function complementSchema(name: ComplementName): string {
  const { attributes, children = [] } = SCHEMAS[name];
  const complement = element(complementRoot(name), attributes, children, 'many');
  return schema(complementNamespace(name), COMPLEMENT_TYPES, element(COMPLEMENT_LIST, '', [complement]));
}
