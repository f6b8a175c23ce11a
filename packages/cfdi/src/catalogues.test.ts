import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { CFDI_USES, FISCAL_REGIMES, PAYMENT_FORMS } from './catalogues.ts';

/** SAT's own lists, as the published package has them. */
type Entry = {
  readonly id: string;
  readonly texto: string;
  readonly aplica_fisica: 1 | '';
  readonly aplica_moral: 1 | '';
  readonly regimenes_fiscales_receptores: string;
};

const { resolve } = createRequire(import.meta.url);

function catalogue(name: string): readonly Entry[] {
  const path = resolve(`@nodecfdi/sat-micro-catalogs/raw/cfdi_40_${name}`);
  return JSON.parse(readFileSync(path, 'utf8')) as Entry[];
}

function personsOf({ aplica_fisica, aplica_moral }: Entry): readonly string[] {
  return [...(aplica_moral === 1 ? ['moral'] : []), ...(aplica_fisica === 1 ? ['fisica'] : [])];
}

describe('the catalogues', () => {
  it('have the regimes of SAT, with the persons that may have them', () => {
    const expected = catalogue('regimenes_fiscales').map((entry) => [
      entry.id,
      entry.texto,
      personsOf(entry),
    ]);
    expect([...FISCAL_REGIMES.values()].map(({ code, name, persons }) => [code, name, persons])).toEqual(
      expected,
    );
  });

  it('have the uses of SAT, with the persons and regimes that may state them', () => {
    const expected = catalogue('usos_cfdi').map((entry) => [
      entry.id,
      entry.texto,
      personsOf(entry),
      entry.regimenes_fiscales_receptores.split(/,\s*/).sort(),
    ]);
    const actual = [...CFDI_USES.values()].map(({ code, name, persons, regimes }) => [
      code,
      name,
      persons,
      [...regimes].sort(),
    ]);
    expect(actual).toEqual(expected);
  });

  it('have the payment forms of SAT', () => {
    expect([...PAYMENT_FORMS]).toEqual(catalogue('formas_pago').map(({ id, texto }) => [id, texto]));
  });
});
