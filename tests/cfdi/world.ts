import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyCfdi, type Expectation, type Trust, type Verification } from '@cfdi-live/cfdi';
import { loadTrust } from '@cfdi-live/cfdi/node';
import {
  createTestPki,
  draftCfdi,
  issueCfdi,
  sealAndStamp,
  type CfdiRequest,
  type ExportedTrust,
  type IssuedCfdi,
  type TestPki,
  type XmlNode,
} from '@cfdi-live/portal-gallery/issuer';

/** Noon in Mexico City. */
export const NOW = new Date('2026-11-20T18:00:00Z');

export const REQUEST: CfdiRequest = {
  emisor: { rfc: 'EKU9003173C9', name: 'ESCUELA KEMPER URGATE', regime: '601' },
  receptor: {
    rfc: 'ZUÑ920208KL4',
    name: 'ZAPATERIA URTADO ÑERI & CÍA',
    postalCode: '34541',
    regime: '601',
    use: 'G03',
  },
  total: '1160.00',
  serie: 'A',
  folio: '1001',
  issuedAt: NOW,
};

export const EXPECTED: Expectation = {
  receptor: REQUEST.receptor,
  total: '1160.00',
  ticketDate: '2026-11-20',
  emisorRfcs: [REQUEST.emisor.rfc],
  now: NOW,
};

/** A PKI, the trust that an operator would load from its folders, and one genuine invoice of it. */
export type World = {
  readonly pki: TestPki;
  readonly folders: ExportedTrust;
  readonly trust: Trust;
  readonly issued: IssuedCfdi;
  /** The invoice's text, for tampering. */
  readonly xml: string;
  /** A folder that goes with the world. */
  readonly dir: string;
  /** The proof of a document by this world's trust. */
  verify(document: string | Uint8Array, expected?: Expectation): Verification;
  /** An invoice that genuine emisor and PAC sealed as it is, however odd. */
  seal(change: (draft: XmlNode) => XmlNode): Promise<Buffer>;
  close(): Promise<void>;
};

export async function createWorld(): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'cfdi-world-'));
  const pki = await createTestPki({ now: NOW });
  const folders = await pki.exportTrust(dir);
  const issued = await issueCfdi(pki, REQUEST);
  const trust = await loadTrust(folders);
  return {
    pki,
    folders,
    trust,
    issued,
    xml: issued.xml.toString('utf8'),
    dir,
    verify: (document, expected = EXPECTED) => verifyCfdi(Buffer.from(document), expected, trust),
    seal: async (change) => {
      const csd = await pki.csdFor(REQUEST.emisor);
      return sealAndStamp(change(draftCfdi(REQUEST)), { csd, pac: pki.pac, stampedAt: NOW }).xml;
    },
    close: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Replaces what must be there: a tampering that changes nothing proves nothing. */
export function tamper(xml: string, what: string | RegExp, by: string): string {
  const tampered = xml.replace(what, by);
  if (tampered === xml) throw new Error(`nothing to tamper with: ${String(what)}`);
  return tampered;
}

export function codesOf({ findings }: Verification): readonly string[] {
  return findings.map(({ code }) => code);
}

/** Changes to a draft before it is sealed. */
export function withAttributes(attributes: XmlNode['attributes']): (draft: XmlNode) => XmlNode {
  return (draft) => ({ ...draft, attributes: { ...draft.attributes, ...attributes } });
}

export function withChild(child: XmlNode, at: 'first' | 'last'): (draft: XmlNode) => XmlNode {
  return (draft) => {
    const children = draft.children ?? [];
    return { ...draft, children: at === 'first' ? [child, ...children] : [...children, child] };
  };
}

/** The one line of the draft of 1160.00 that many times, with the sums that follow. */
export function withLines(count: number): (draft: XmlNode) => XmlNode {
  const pesos = (each: number): string => `${each * count}.00`;
  const summary = (node: XmlNode): XmlNode => ({
    ...(node.tag === 'cfdi:Traslado'
      ? withAttributes({ Base: pesos(1_000), Importe: pesos(160) })(node)
      : node),
    children: (node.children ?? []).map(summary),
  });
  const lines = (list: XmlNode): readonly XmlNode[] =>
    Array.from({ length: count }, (_, index) =>
      (list.children ?? []).map(withAttributes({ NoIdentificacion: `ARTICULO-${1_000_000 + index}` })),
    ).flat();
  return (draft) => {
    const children = (draft.children ?? []).map((child): XmlNode => {
      if (child.tag === 'cfdi:Conceptos') return { ...child, children: lines(child) };
      if (child.tag !== 'cfdi:Impuestos') return child;
      return withAttributes({ TotalImpuestosTrasladados: pesos(160) })(summary(child));
    });
    return withAttributes({ SubTotal: pesos(1_000), Total: pesos(1_160) })({ ...draft, children });
  };
}
