import { randomUUID, sign } from 'node:crypto';
import {
  STAMP_NAMESPACE,
  buildCadenaOriginal,
  buildTfdCadena,
  parseXml,
  type XmlElement,
} from '@cfdi-live/cfdi';
import { certificateDer, type IssuedCertificate } from './certificate.ts';
import { draftCfdi, type CfdiRequest } from './draft-cfdi.ts';
import { mexicoCityTime } from './mexico-time.ts';
import type { TestPki } from './test-pki.ts';
import { writeXml, type XmlNode } from './xml-writer.ts';

export type IssuedCfdi = {
  /** The document's bytes, UTF-8. */
  readonly xml: Buffer;
  /** Upper case. */
  readonly uuid: string;
  /** What the emisor's seal signs, and what the PAC's does. */
  readonly cadena: string;
  readonly tfdCadena: string;
  /** Base64. */
  readonly sello: string;
  readonly selloSat: string;
};

/** Who signs what, and what the stamp says. */
export type Signing = {
  readonly csd: IssuedCertificate;
  readonly pac: IssuedCertificate;
  readonly uuid?: string;
  /** FechaTimbrado; default: the clock. */
  readonly stampedAt?: Date;
};

/** Issues one income invoice as a shop and its PAC would: draft, emisor's seal, stamp, PAC's seal. */
export async function issueCfdi(
  pki: TestPki,
  request: CfdiRequest & { readonly uuid?: string },
): Promise<IssuedCfdi> {
  const issuedAt = request.issuedAt ?? new Date();
  return sealAndStamp(draftCfdi({ ...request, issuedAt }), {
    csd: await pki.csdFor(request.emisor),
    pac: pki.pac,
    stampedAt: issuedAt,
    ...(request.uuid === undefined ? {} : { uuid: request.uuid }),
  });
}

/** Seals and stamps a draft, however odd: tests put into it what no shop would. An Addenda stays last. */
export function sealAndStamp(draft: XmlNode, { csd, pac, ...stamping }: Signing): IssuedCfdi {
  const uuid = (stamping.uuid ?? randomUUID()).toUpperCase();
  const certified = withAttributes(draft, {
    NoCertificado: csd.number,
    Certificado: certificateDer(csd.certificatePem).toString('base64'),
  });
  const cadena = cadenaOf(certified);
  const sello = sealOf(cadena, csd);
  const stamp: XmlNode = {
    tag: 'tfd:TimbreFiscalDigital',
    attributes: {
      'xmlns:tfd': STAMP_NAMESPACE,
      'xsi:schemaLocation': `${STAMP_NAMESPACE} http://www.sat.gob.mx/sitio_internet/cfd/TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd`,
      Version: '1.1',
      UUID: uuid,
      FechaTimbrado: mexicoCityTime(stamping.stampedAt ?? new Date()),
      RfcProvCertif: pac.rfc,
      SelloCFD: sello,
      NoCertificadoSAT: pac.number,
      SelloSAT: '',
    },
  };
  const tfdCadena = buildTfdCadena(asElement(stamp));
  const selloSat = sealOf(tfdCadena, pac);
  const stamped = withStamp(withAttributes(certified, { Sello: sello }), {
    ...stamp,
    attributes: { ...stamp.attributes, SelloSAT: selloSat },
  });
  return { xml: Buffer.from(writeXml(stamped), 'utf8'), uuid, cadena, tfdCadena, sello, selloSat };
}

function sealOf(cadena: string, signer: IssuedCertificate): string {
  return sign('RSA-SHA256', Buffer.from(cadena, 'utf8'), signer.privateKeyPem).toString('base64');
}

/** The cadena of what will really be written: through the writer and back. */
function cadenaOf(comprobante: XmlNode): string {
  const parsed = parseXml(Buffer.from(writeXml(comprobante), 'utf8'));
  if (!parsed.ok) throw new Error(`the draft is not XML: ${parsed.reason}`);
  const built = buildCadenaOriginal(parsed.root);
  if (!built.ok)
    throw new Error(`the draft has complements without a cadena: ${built.unsupported.join(' ')}`);
  return built.cadena;
}

function asElement(node: XmlNode): XmlElement {
  const attributes = Object.entries(node.attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    namespace: '',
    name: node.tag,
    attributes: new Map(attributes),
    qualifiedAttributes: [],
    children: [],
    text: '',
  };
}

function withAttributes(node: XmlNode, attributes: XmlNode['attributes']): XmlNode {
  return { ...node, attributes: { ...node.attributes, ...attributes } };
}

/** Puts the stamp into the Complemento that is there, or into a new one before the Addenda. */
function withStamp(comprobante: XmlNode, stamp: XmlNode): XmlNode {
  const children = comprobante.children ?? [];
  const named = (tag: string): readonly XmlNode[] => children.filter((child) => child.tag === tag);
  const addenda = named('cfdi:Addenda');
  const complemento = named('cfdi:Complemento');
  const others = children.filter((child) => !addenda.includes(child) && !complemento.includes(child));
  const complements = complemento.flatMap((holder) => holder.children ?? []);
  return {
    ...comprobante,
    children: [
      ...others,
      { tag: 'cfdi:Complemento', attributes: {}, children: [...complements, stamp] },
      ...addenda,
    ],
  };
}
