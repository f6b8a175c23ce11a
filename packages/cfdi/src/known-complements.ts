import type { XmlElement } from './xml/tree.ts';

/**
 * Complements that a purchase's invoice may carry and that we can prove: the name that ends their namespace, and their
 * outermost element. An invoice with any other cannot be proven by us.
 */
const ROOTS = {
  implocal: 'ImpuestosLocales',
  aerolineas: 'Aerolineas',
  leyendasFiscales: 'LeyendasFiscales',
  iedu: 'instEducativas',
  hidrocarburospetroliferos: 'HidroYPetro',
  donat: 'Donatarias',
} as const;

export type ComplementName = keyof typeof ROOTS;

/** The name whose namespace is `http://www.sat.gob.mx/<name>`. */
export function complementNamespace(name: ComplementName): string {
  return `http://www.sat.gob.mx/${name}`;
}

export function complementRoot(name: ComplementName): string {
  return ROOTS[name];
}

const NAMES = Object.keys(ROOTS) as readonly ComplementName[];

const BY_NAMESPACE: ReadonlyMap<string, ComplementName> = new Map(
  NAMES.map((name) => [complementNamespace(name), name]),
);

/** The complement of a namespace; `undefined` when it is none that we know. */
export function complementIn(namespace: string): ComplementName | undefined {
  return BY_NAMESPACE.get(namespace);
}

/** Which complement an element is; `undefined` when it is none that we know. */
export function complementOf({ namespace, name }: XmlElement): ComplementName | undefined {
  const complement = complementIn(namespace);
  return complement !== undefined && ROOTS[complement] === name ? complement : undefined;
}
