/** PACs whose certificates the operator has not on disk: fetched by number, and believed only if they are PACs'. */
import { parseCfdi } from '../parse-cfdi.ts';
import { readUpTo } from '../read-up-to.ts';
import { readSealCertificate, type SealCertificate } from '../seals/certificate.ts';
import { isIssuedByAuthority, type Trust } from '../seals/trust.ts';

/** SAT's public folder of certificates. */
const SAT_CERTIFICATES = 'https://rdc.sat.gob.mx/rccf';

/** Where SAT publishes the certificate of a number (20 digits). */
export function satCertificateUrl(number: string): string {
  const cuts: readonly (readonly [number, number])[] = [
    [0, 6],
    [6, 12],
    [12, 14],
    [14, 16],
    [16, 18],
  ];
  const folders = cuts.map(([from, to]) => number.slice(from, to));
  return [SAT_CERTIFICATES, ...folders, `${number}.cer`].join('/');
}

/** The trust in which the stamp of this document can be checked: the given one, with its PAC's certificate if that is to be had. */
export type CompleteTrust = (bytes: Uint8Array, trust: Trust) => Promise<Trust>;

export type PacResolverOptions = {
  /**
   * RFCs of the PACs that SAT authorised. The folder holds every taxpayer's certificate: without this list a taxpayer
   * could stamp his own invoices. Empty: nothing is fetched.
   */
  readonly pacRfcs: readonly string[];
  readonly urlOf?: (number: string) => string;
  readonly fetch?: typeof globalThis.fetch;
  /** Default 10 s. */
  readonly timeoutMs?: number;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
};

const MOST_BYTES = 16_384;
const MOST_CERTIFICATES = 500;
/** A number that could not be had is not asked for again at every invoice. */
const ABSENT_FOR_MS = 10 * 60_000;

type Remembered = { readonly certificate: Promise<SealCertificate | undefined>; readonly until: number };

/**
 * Fetches what a trust lacks, once a number. A certificate counts only when it bears the number, was issued by one of
 * the trust's authorities and belongs to an RFC of the list; whatever else comes back changes nothing.
 */
export function createPacResolver(options: PacResolverOptions): CompleteTrust {
  const { urlOf = satCertificateUrl, fetch = globalThis.fetch, timeoutMs = 10_000, now = Date.now } = options;
  const pacRfcs = new Set(options.pacRfcs);
  const known = new Map<string, Remembered>();

  const load = async (number: string, trust: Trust): Promise<SealCertificate | undefined> => {
    const bytes = await fetchBytes(urlOf(number), fetch, timeoutMs);
    const certificate = bytes === undefined ? undefined : readSealCertificate(bytes);
    if (certificate === undefined || certificate.number !== number) return undefined;
    const { rfc } = certificate;
    const isPac = rfc !== undefined && pacRfcs.has(rfc) && isIssuedByAuthority(certificate, trust);
    return isPac ? certificate : undefined;
  };

  const certificateOf = async (number: string, trust: Trust): Promise<SealCertificate | undefined> => {
    const remembered = known.get(number);
    if (remembered !== undefined && remembered.until > now()) return remembered.certificate;
    const certificate = load(number, trust);
    known.set(number, { certificate, until: Number.POSITIVE_INFINITY });
    for (const oldest of known.keys()) {
      if (known.size <= MOST_CERTIFICATES) break;
      known.delete(oldest);
    }
    if ((await certificate) === undefined) known.set(number, { certificate, until: now() + ABSENT_FOR_MS });
    return certificate;
  };

  return async (bytes, trust) => {
    if (pacRfcs.size === 0) return trust;
    const parsed = parseCfdi(bytes);
    const stamp = parsed.ok ? parsed.facts.stamp : undefined;
    if (stamp === undefined || !pacRfcs.has(stamp.pacRfc)) return trust;
    const number = stamp.certificateNumber;
    if (!/^[0-9]{20}$/.test(number) || trust.pacCertificates.has(number)) return trust;
    const certificate = await certificateOf(number, trust);
    if (certificate === undefined) return trust;
    return { ...trust, pacCertificates: new Map([...trust.pacCertificates, [number, certificate]]) };
  };
}

/** What lies there, if it is small and comes in time; `undefined` for everything that goes wrong. */
async function fetchBytes(
  url: string,
  fetch: typeof globalThis.fetch,
  timeoutMs: number,
): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    if (response.ok) return await readUpTo(response, MOST_BYTES);
    await response.body?.cancel();
    return undefined;
  } catch {
    return undefined;
  }
}
