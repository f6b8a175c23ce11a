/** SAT's XSDs of CFDI 4.0, its stamp and the listed complements, compiled together by libxml2. */
import {
  XmlBufferInputProvider,
  XmlDocument,
  XmlValidateError,
  XsdValidator,
  xmlCleanupInputProvider,
  xmlRegisterInputProvider,
} from 'libxml2-wasm';
import { readSatFile } from './sat-data.ts';

const BASE = 'mem:///cfd/';

/** Each with its namespace; those that others import have none. */
const SCHEMAS: readonly (readonly [file: string, namespace?: string])[] = [
  ['4/cfdv40.xsd', 'http://www.sat.gob.mx/cfd/4'],
  ['TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd', 'http://www.sat.gob.mx/TimbreFiscalDigital'],
  ['implocal/implocal.xsd', 'http://www.sat.gob.mx/implocal'],
  ['aerolineas/aerolineas.xsd', 'http://www.sat.gob.mx/aerolineas'],
  ['leyendasFiscales/leyendasFisc.xsd', 'http://www.sat.gob.mx/leyendasFiscales'],
  ['iedu/iedu.xsd', 'http://www.sat.gob.mx/iedu'],
  ['HidrocarburosPetro/hidrocarburospetroliferos.xsd', 'http://www.sat.gob.mx/hidrocarburospetroliferos'],
  ['donat/donat11.xsd', 'http://www.sat.gob.mx/donat'],
  ['tipoDatos/tdCFDI/tdCFDI.xsd'],
  ['catalogos/catCFDI.xsd'],
  ['catalogos/HidrocarburosPetro/catHidroYPetro.xsd'],
];

export interface SatSchema {
  /** What SAT's schema finds wrong, in libxml2's words; nothing for a valid document. */
  violations(document: string): readonly string[];
  close(): void;
}

export function compileSatSchema(): SatSchema {
  const files = SCHEMAS.map(([file]) => {
    const text = readSatFile(file);
    return [
      BASE + file,
      Buffer.from(file === 'catalogos/catCFDI.xsd' ? withoutLongLists(text) : text),
    ] as const;
  });
  xmlRegisterInputProvider(new XmlBufferInputProvider(Object.fromEntries(files)));
  const imports = SCHEMAS.map(([file, namespace]) =>
    namespace === undefined ? '' : `<xs:import namespace="${namespace}" schemaLocation="${BASE}${file}"/>`,
  );
  const driver = XmlDocument.fromString(
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">${imports.join('')}</xs:schema>`,
    { url: `${BASE}driver.xsd` },
  );
  const validator = XsdValidator.fromDoc(driver);
  driver.dispose();
  return {
    violations: (text) => {
      const document = XmlDocument.fromString(text);
      try {
        validator.validate(document);
        return [];
      } catch (error) {
        if (error instanceof XmlValidateError) return error.details.map(({ message }) => message.trim());
        throw error;
      } finally {
        document.dispose();
      }
    },
    close: () => {
      validator.dispose();
      xmlCleanupInputProvider();
    },
  };
}

/**
 * On a value that is not in an enumeration libxml2 writes all of it into its message: with SAT's 95,000 postal codes that
 * takes seconds. Such lists become the form that all of their entries have.
 */
function withoutLongLists(catalogues: string): string {
  return catalogues.replace(/<xs:simpleType name="(c_\w+)">.*?<\/xs:simpleType>/gs, (type, name: string) => {
    const values = [...type.matchAll(/<xs:enumeration value="([^"]*)"/g)].map(([, value = '']) => value);
    if (values.length < 1_000) return type;
    const lengths = values.map((value) => value.length);
    const digits = values.every((value) => /^[0-9]+$/.test(value));
    const form = `${digits ? '[0-9]' : '[A-Z0-9]'}{${Math.min(...lengths)},${Math.max(...lengths)}}`;
    return (
      `<xs:simpleType name="${name}"><xs:restriction base="xs:string">` +
      `<xs:whiteSpace value="collapse"/><xs:pattern value="${form}"/></xs:restriction></xs:simpleType>`
    );
  });
}
