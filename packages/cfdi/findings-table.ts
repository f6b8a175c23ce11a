/** The closed lists of findings as the README's table (a test compares); run by itself, it writes them there. */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { PAYMENT_FORM_FINDINGS } from './src/payment-form.ts';
import { PDF_FINDINGS } from './src/pdf-findings.ts';
import { PROOF_FINDINGS } from './src/proof-findings.ts';
import { RECEPTOR_FINDINGS } from './src/receptor-findings.ts';
import type { FindingDefinition } from './src/finding.ts';

const BEGIN = /<!-- findings:begin [^\n]*-->\n/;
const END = '<!-- findings:end -->';

function table(title: string, list: Readonly<Record<string, FindingDefinition>>): string {
  const rows = Object.entries(list).map(
    ([code, { severity, en, es }]) => `| \`${code}\` | ${severity} | ${en} | ${es} |`,
  );
  return [
    `### ${title}`,
    '',
    '| code | severity | means | en español |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** The README with its tables as the code has them now. */
export function withFindings(readme: string): string {
  const begin = BEGIN.exec(readme);
  const end = readme.indexOf(END);
  if (begin === null || end < begin.index) throw new Error('the README has no place for the findings');
  const head = readme.slice(0, begin.index + begin[0].length);
  const tables = [
    table('Of an invoice', PROOF_FINDINGS),
    table('Of its PDF', PDF_FINDINGS),
    table('Of a receptor', RECEPTOR_FINDINGS),
    table('Of a form of payment', PAYMENT_FORM_FINDINGS),
  ];
  return `${head}\n<!-- prettier-ignore-start -->\n\n${tables.join('\n')}\n<!-- prettier-ignore-end -->\n\n${readme.slice(end)}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = new URL('README.md', import.meta.url);
  await writeFile(file, withFindings(await readFile(file, 'utf8')));
}
