/** Our cadenas against those of SAT's own stylesheets, on documents made by chance. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  buildCadenaOriginal,
  buildTfdCadena,
  childrenNamed,
  elementsAt,
  parseXml,
  STAMP_NAMESPACE,
  type XmlElement,
} from '@cfdi-live/cfdi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomCfdi, type Coverage } from './random-cfdi.ts';
import { chanceOf } from './random.ts';
import { hasXsltproc, readSatFile, satFile } from './sat-data.ts';

const SEED = 4_0;
const COUNT = 2_000;
/** Some seconds of work, on a machine that may have other work. */
const PATIENCE_MS = 120_000;

const present = hasXsltproc();
const title = present
  ? "cadenas against SAT's XSLT"
  : "cadenas against SAT's XSLT (SKIPPED: no xsltproc in PATH)";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'cfdi-cadena-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/**
 * The cadena of every document by a stylesheet of SAT's, in one process. Ours imports it and ends each document with a line
 * end, which no cadena can hold.
 */
function satCadenas(stylesheet: string, documents: readonly string[]): readonly string[] {
  const name = path.basename(stylesheet);
  // The package has bent the addresses of SAT's includes to a path that only holds in its own repository.
  const packaged = 'href="node_modules/validadorcfdi/dist/xslt/cfd/';
  const root = pathToFileURL(satFile('/')).href;
  writeFileSync(path.join(dir, name), readSatFile(stylesheet).replaceAll(packaged, `href="${root}`));
  const wrapper = path.join(dir, `each-${name}`);
  writeFileSync(
    wrapper,
    `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
       <xsl:import href="${name}"/>
       <xsl:output method="text" encoding="UTF-8"/>
       <xsl:template match="/"><xsl:apply-imports/><xsl:text>&#10;</xsl:text></xsl:template>
     </xsl:stylesheet>`,
  );
  const files = documents.map((document, index) => {
    writeFileSync(path.join(dir, `${index}.xml`), document);
    return `${index}.xml`;
  });
  const out = execFileSync('xsltproc', ['--nonet', wrapper, ...files], {
    cwd: dir,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = out.split('\n');
  if (lines.pop() !== '' || lines.length !== documents.length) throw new Error('xsltproc skipped a document');
  return lines;
}

function read(document: string): XmlElement {
  const parsed = parseXml(Buffer.from(document));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.root;
}

function ourCadena(document: string): string {
  const built = buildCadenaOriginal(read(document));
  return built.ok ? built.cadena : built.unsupported.join(' ');
}

interface Difference {
  document: number;
  ours: string;
  sat: string;
}

/** The first few, each from shortly before it begins. */
function differences(ours: readonly string[], sat: readonly string[]): readonly Difference[] {
  return ours
    .flatMap((cadena, index) => {
      const other = sat[index] ?? '';
      if (cadena === other) return [];
      const place = Array.from(cadena, (_, at) => at).find((at) => cadena[at] !== other[at]) ?? 0;
      const from = Math.max(0, place - 30);
      return [{ document: index, ours: cadena.slice(from, from + 80), sat: other.slice(from, from + 80) }];
    })
    .slice(0, 5);
}

describe.skipIf(!present)(title, () => {
  test(
    `there is no difference in ${COUNT} documents with every listed complement`,
    () => {
      const chance = chanceOf(SEED);
      const coverage: Coverage = new Map();
      const documents = Array.from({ length: COUNT }, () => randomCfdi(chance, coverage));
      const sat = satCadenas('4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt', documents);
      expect(differences(documents.map(ourCadena), sat)).toEqual([]);
      // Everything that the generator knows came often, and the two had something to differ in.
      expect([...coverage].filter(([, count]) => count < 200)).toEqual([]);
      expect(coverage.size).toBe(32);
      expect(new Set(sat).size).toBe(COUNT);
    },
    PATIENCE_MS,
  );

  test(
    "there is none in the stamps' own cadenas",
    () => {
      const chance = chanceOf(SEED + 1);
      const documents = Array.from({ length: COUNT / 2 }, () => randomCfdi(chance, new Map()));
      const stamps = documents.flatMap((document) => {
        const stamp = elementsAt(read(document), 'Complemento').flatMap((complemento) =>
          childrenNamed(complemento, 'TimbreFiscalDigital', STAMP_NAMESPACE),
        );
        const text = /<tfd:.*<\/tfd:TimbreFiscalDigital>/s.exec(document)?.[0];
        if (stamp[0] === undefined || text === undefined) return [];
        return [
          {
            ours: buildTfdCadena(stamp[0]),
            document: text.replace('<tfd:TimbreFiscalDigital', `$& xmlns:tfd="${STAMP_NAMESPACE}"`),
          },
        ];
      });
      expect(stamps.length).toBeGreaterThan(COUNT / 16);
      const sat = satCadenas(
        'TimbreFiscalDigital/cadenaoriginal_TFD_1_1.xslt',
        stamps.map(({ document }) => document),
      );
      expect(
        differences(
          stamps.map(({ ours }) => ours),
          sat,
        ),
      ).toEqual([]);
    },
    PATIENCE_MS,
  );
});
