/** Namespaces that the proof of an invoice knows by heart. */
export const CFDI_NAMESPACE = 'http://www.sat.gob.mx/cfd/4';
export const STAMP_NAMESPACE = 'http://www.sat.gob.mx/TimbreFiscalDigital';

/** An attribute that carries a namespace of its own, as `xsi:schemaLocation` does. */
export type QualifiedAttribute = {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
};

/** One element as the parser understood it. Comments and processing instructions are gone; prefixes too. */
export type XmlElement = {
  readonly namespace: string;
  /** Local name, without prefix. */
  readonly name: string;
  /** Attributes without a prefix, by name. CFDI puts all of its values here. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly qualifiedAttributes: readonly QualifiedAttribute[];
  readonly children: readonly XmlElement[];
  /** Character data directly inside, joined. A valid CFDI has only white space there. */
  readonly text: string;
};

/** Children of a name, in document order; in the CFDI namespace unless told otherwise. */
export function childrenNamed(
  element: XmlElement,
  name: string,
  namespace: string = CFDI_NAMESPACE,
): readonly XmlElement[] {
  return element.children.filter((child) => child.namespace === namespace && child.name === name);
}

/** Every element that a path of child names leads to, in document order. */
export function elementsAt(element: XmlElement, ...path: readonly string[]): readonly XmlElement[] {
  return path.reduce<readonly XmlElement[]>(
    (found, name) => found.flatMap((parent) => childrenNamed(parent, name)),
    [element],
  );
}
