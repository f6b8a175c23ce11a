/** Our own schemas against SAT's XSDs, on valid documents with one thing changed each. */
import { buildCadenaOriginal, parseXml, validateSchema } from '@cfdi-live/cfdi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMutator, type Mutant } from './mutants.ts';
import { tamper } from '../world.ts';
import { chanceOf } from './random.ts';
import { compileSatSchema, type SatSchema } from './sat-schema.ts';
import { VALID_CFDI } from './valid-cfdi.ts';

const SEED = 5_000;
const COUNT = 6_000;
/** Some ten seconds of work, on a machine that may have other work. */
const PATIENCE_MS = 120_000;

let sat: SatSchema;
beforeAll(() => {
  sat = compileSatSchema();
});
afterAll(() => sat.close());

function ourViolations(document: string): readonly string[] {
  const parsed = parseXml(Buffer.from(document));
  if (!parsed.ok) throw new Error(parsed.reason);
  const cadena = buildCadenaOriginal(parsed.root);
  return [
    ...validateSchema(parsed.root).map(({ values }) => `${values['where']} ${values['rule']}`),
    // SAT's schema asks for a known complement; with us it is the cadena that cannot do without.
    ...(cadena.ok ? [] : cadena.unsupported),
  ];
}

/** A disagreement that is meant: who accepts, which values, why we differ, and an example (what to change, into what). */
interface Exception {
  accepts: 'sat' | 'us';
  where: RegExp;
  value: RegExp;
  because: string;
  example: readonly [string, string];
}

const EXCEPTIONS: readonly Exception[] = [
  {
    accepts: 'us',
    where: /@(ClaveProdServ|ClaveUnidad|TipoPermiso|ClaveHYP|SubProductoHYP|Moneda|ResidenciaFiscal)$/,
    value: /^.{1,12}$|&/s,
    because: 'catalogues that are long or that change are left to the PAC, who knows the edition of the day',
    example: ['Moneda="MXN"', 'Moneda="XYZ"'],
  },
  {
    accepts: 'sat',
    where: /@(SubTotal|Descuento|Total|Importe|ValorUnitario|Base|TotalImpuestos\w+)$/,
    value: /^[0-9]{19,}$/,
    because: "the point in SAT's pattern of amounts is any character, so a nineteenth digit passes for it",
    example: ['SubTotal="1500.00"', 'SubTotal="1234567890123456789"'],
  },
  {
    accepts: 'sat',
    where: /(Locales|Aerolineas|OtrosCargos|Cargo)\/@/,
    value: /^-/,
    because:
      'no tax or charge is below nothing, and our amounts have no sign; SAT does not say so in two complements',
    example: ['TUA="500.00"', 'TUA="-500.00"'],
  },
  {
    accepts: 'sat',
    where: /instEducativas\/@(rfcPago|CURP)$/,
    value: /^[A-Z0-9Ñ,&;a-z]{12,18}$/,
    because: 'old patterns of SAT take month 13, day 00, commas, and an RFC without its check digit',
    example: ['rfcPago="CACX7605101P8"', 'rfcPago="CACX7605101P"'],
  },
  {
    accepts: 'sat',
    where: /^Receptor\/@UsoCFDI$/,
    value: /^P01$/,
    because: '"por definir" ended with CFDI 3.3; only the enumeration still has it',
    example: ['UsoCFDI="G03"', 'UsoCFDI="P01"'],
  },
  {
    accepts: 'sat',
    where: /@RegimenFiscal/,
    value: /^609$/,
    because: 'the regime of consolidation ended in 2019; only the enumeration still has it',
    example: ['RegimenFiscalReceptor="601"', 'RegimenFiscalReceptor="609"'],
  },
];

function isMeant({ change, where, value = '' }: Mutant, accepts: Exception['accepts']): boolean {
  return EXCEPTIONS.some(
    (exception) =>
      change === 'value' &&
      exception.accepts === accepts &&
      exception.where.test(where) &&
      exception.value.test(value.trim()),
  );
}

type Verdict = 'valid' | 'invalid' | `only ${Exception['accepts']}`;

/** What the two say together, and the first thing that the one who refuses finds wrong. */
function judge(document: string): { verdict: Verdict; reason: string | undefined } {
  const [theirs, ours] = [sat.violations(document), ourViolations(document)];
  const [reason] = [...theirs, ...ours];
  if (theirs.length === 0) return { verdict: ours.length === 0 ? 'valid' : 'only sat', reason };
  return { verdict: ours.length === 0 ? 'only us' : 'invalid', reason };
}

describe("our schemas against SAT's XSDs", () => {
  test('accept the document that the mutants are made of', () => {
    expect(sat.violations(VALID_CFDI)).toEqual([]);
    expect(ourViolations(VALID_CFDI)).toEqual([]);
  });

  test.each(EXCEPTIONS)('differ here: $because', ({ accepts, example: [what, by] }) => {
    expect(judge(tamper(VALID_CFDI, what, by)).verdict).toBe(`only ${accepts}`);
  });

  test(
    `agree on ${COUNT} mutants but for that`,
    () => {
      const chance = chanceOf(SEED);
      const mutate = createMutator(VALID_CFDI);
      const told = { valid: 0, invalid: 0, 'only sat': 0, 'only us': 0 };
      const unexplained = new Map<string, string>();
      for (let index = 0; index < COUNT; index += 1) {
        const mutant = mutate(chance);
        const { verdict, reason } = judge(mutant.document);
        told[verdict] += 1;
        if (verdict === 'valid' || verdict === 'invalid') continue;
        if (isMeant(mutant, verdict === 'only sat' ? 'sat' : 'us')) continue;
        unexplained.set(
          `${mutant.change} ${mutant.where} ${JSON.stringify(mutant.value?.slice(0, 40))}`,
          `${verdict}: ${reason}`,
        );
      }
      expect(Object.fromEntries(unexplained)).toEqual({});
      expect(told.valid).toBeGreaterThan(COUNT / 20);
      expect(told.invalid).toBeGreaterThan(COUNT / 2);
    },
    PATIENCE_MS,
  );
});
