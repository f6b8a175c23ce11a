/** `verifyCfdi` of an honest invoice, with all that it checks, against OpenSSL's check of its two seals alone. */
import { verify, X509Certificate } from 'node:crypto';
import {
  buildCadenaOriginal,
  buildTfdCadena,
  childrenNamed,
  elementsAt,
  parseCfdi,
  parseXml,
  STAMP_NAMESPACE,
  validateSchema,
  verifyCfdi,
  verifySeals,
  type Expectation,
} from '@cfdi-live/cfdi';
import { checkArithmetic } from '../packages/cfdi/src/checks/arithmetic.ts';
import { checkExpectation } from '../packages/cfdi/src/checks/expectation.ts';
import { createWorld, EXPECTED, withLines, type World } from '../tests/cfdi/world.ts';
import { table, type Bench, type BenchResult } from './lib/bench.ts';

const ROUNDS = 6;
const ROUND_MS = 150;
/** Of a ticket's invoice, of a supermarket's, and of a wholesaler's. */
const LINES = [1, 20, 200] as const;

export const bench: Bench = {
  name: 'verify',
  what: "verifyCfdi (read, schema, seals, chain, expectation, sums) of one line against node:crypto's check of the two seals alone",
  // Signatures are what cannot be saved. Reading strictly and checking a schema cost several times as much, even for one line: half of
  // the ratio of a quiet machine, so that a stage that doubles is noticed and a busy machine is not.
  goal: 0.1,
  run,
};

/** A document ready for each stage alone. */
interface Sample {
  lines: number;
  bytes: Buffer;
  whole: () => unknown;
  seals: () => unknown;
  /** `readWithFacts` holds `read`; the others stand alone. */
  stages: Readonly<Record<'read' | 'readWithFacts' | 'schema' | 'cadenaAndSeals' | 'checks', () => unknown>>;
}

async function run(): Promise<BenchResult> {
  const world = await createWorld();
  try {
    const samples = [];
    for (const lines of LINES) samples.push(await prepare(world, lines));
    const costs = samples.map(measure);
    const [one] = costs;
    if (one === undefined) throw new Error('nothing was measured');
    const header = [
      '',
      'KB',
      'docs/s',
      'µs',
      'read',
      'facts',
      'schema',
      'cadena, seals',
      'expectation, sums',
    ];
    return {
      ratio: one.seals / one.whole,
      lines: [
        ...table([header, ...costs.map(rowOf)]),
        `two seals alone: ${one.seals.toFixed(0)} µs, ${(1e6 / one.seals).toFixed(0)} documents a second`,
      ],
    };
  } finally {
    await world.close();
  }
}

async function prepare(world: World, lines: number): Promise<Sample> {
  const bytes = await world.seal(withLines(lines));
  const expected: Expectation = { ...EXPECTED, total: `${lines * 1_160}.00` };
  const { trust } = world;
  const proof = verifyCfdi(bytes, expected, trust);
  const parsed = parseCfdi(bytes);
  if (!proof.ok || !parsed.ok) throw new Error('the invoice is not proven');
  const { comprobante, facts } = parsed;
  return {
    lines,
    bytes,
    whole: () => verifyCfdi(bytes, expected, trust),
    seals: sealsAlone(world, bytes),
    stages: {
      read: () => parseXml(bytes),
      readWithFacts: () => parseCfdi(bytes),
      schema: () => validateSchema(comprobante),
      cadenaAndSeals: () => verifySeals(comprobante, facts, trust),
      checks: () => [checkExpectation(facts, expected), checkArithmetic(facts)],
    },
  };
}

/** The least that any proof must do: read the emisor's certificate out of base64, and check two signatures of ready texts. */
function sealsAlone(world: World, bytes: Buffer): () => unknown {
  const parsed = parseCfdi(bytes);
  const cadena = parsed.ok && buildCadenaOriginal(parsed.comprobante);
  const pac = parsed.ok && world.trust.pacCertificates.get(parsed.facts.stamp?.certificateNumber ?? '');
  if (!parsed.ok || !cadena || !cadena.ok || !pac) throw new Error('the invoice has no seals');
  const [stamp] = elementsAt(parsed.comprobante, 'Complemento').flatMap((complemento) =>
    childrenNamed(complemento, 'TimbreFiscalDigital', STAMP_NAMESPACE),
  );
  if (stamp === undefined) throw new Error('the invoice has no stamp');
  const certificate = parsed.comprobante.attributes.get('Certificado') ?? '';
  const texts = [Buffer.from(cadena.cadena), Buffer.from(buildTfdCadena(stamp))] as const;
  const seals = [parsed.facts.seal, parsed.facts.stamp?.seal ?? ''] as const;
  return () => {
    const { publicKey } = new X509Certificate(Buffer.from(certificate, 'base64'));
    const good =
      verify('RSA-SHA256', texts[0], publicKey, Buffer.from(seals[0], 'base64')) &&
      verify('RSA-SHA256', texts[1], pac.x509.publicKey, Buffer.from(seals[1], 'base64'));
    if (!good) throw new Error('a seal does not hold');
  };
}

type Costs = { lines: number; bytes: number; whole: number; seals: number } & Record<
  keyof Sample['stages'],
  number
>;

/** Microseconds of processor time of each, the best of some rounds: so that other work on the machine counts little. */
function measure({ lines, bytes, whole, seals, stages }: Sample): Costs {
  const works = { whole, seals, ...stages };
  const costs: Costs = {
    lines,
    bytes: bytes.byteLength,
    whole: Infinity,
    seals: Infinity,
    read: Infinity,
    readWithFacts: Infinity,
    schema: Infinity,
    cadenaAndSeals: Infinity,
    checks: Infinity,
  };
  const names = Object.keys(works) as readonly (keyof typeof works)[];
  // Compiled code first.
  for (const name of names) costOf(works[name]);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of names) costs[name] = Math.min(costs[name], costOf(works[name]));
  }
  return costs;
}

function costOf(work: () => unknown): number {
  const until = performance.now() + ROUND_MS;
  const before = process.cpuUsage();
  let count = 0;
  do {
    work();
    count += 1;
  } while (performance.now() < until);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

/** Shares of the stages' own sum: what the whole takes beside is other documents' garbage. */
function rowOf(costs: Costs): string[] {
  const { lines, bytes, whole, read, readWithFacts, schema, cadenaAndSeals, checks } = costs;
  const sum = readWithFacts + schema + cadenaAndSeals + checks;
  const share = (cost: number): string => `${Math.max(0, (100 * cost) / sum).toFixed(0)} %`;
  const named = `${lines} ${lines === 1 ? 'line' : 'lines'}`;
  const size = [(bytes / 1_024).toFixed(1), (1e6 / whole).toFixed(0), whole.toFixed(0)];
  return [named, ...size, ...[read, readWithFacts - read, schema, cadenaAndSeals, checks].map(share)];
}
