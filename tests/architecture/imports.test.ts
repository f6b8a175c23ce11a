/** The architecture as a test: who may import whom, and that nothing imports what its package does not declare. */
import { readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const CORE = ['contract', 'domain', 'db', 'queue', 'webhooks'];
/** Folder → packages of ours that its `src` may import. `*`: anything. */
const ALLOWED: Record<string, readonly string[]> = {
  'packages/contract': [],
  'packages/cfdi': [],
  'packages/domain': ['contract', 'cfdi'],
  'packages/agent': ['contract', 'domain', 'cfdi'],
  'packages/db': ['contract', 'domain'],
  'packages/queue': ['contract', 'domain'],
  'packages/webhooks': ['contract', 'domain'],
  'packages/browserbase-local': [],
  'packages/sdk': [],
  'packages/portal-gallery': ['cfdi'],
  'packages/local-stack': ['*'],
  api: CORE,
  worker: [...CORE, 'agent', 'cfdi'],
};

/** Packages that must run where there is no Node. */
const WITHOUT_NODE = ['packages/contract', 'packages/sdk'];

interface ImportOf {
  file: string;
  specifier: string;
}

function sourcesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('node_modules') && !file.includes('/generated/'));
}

function importsIn(file: string): ImportOf[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s+'([^']+)'|(?:^|\n)import\s+'([^']+)'|\bimport\('([^']+)'\)/g,
  );
  return Array.from(found, (match) => ({ file, specifier: match[1] ?? match[2] ?? match[3] ?? '' }));
}

const importsOf = (folder: string) => sourcesIn(`${folder}/src`).flatMap(importsIn);
const ours = ({ specifier }: ImportOf) => /^@cfdi-live\/([^/]+)/.exec(specifier)?.[1] ?? null;
const tell = ({ file, specifier }: ImportOf) => `${file} imports ${specifier}`;

describe('imports between packages', () => {
  it('covers every package there is', () => {
    const folders = readdirSync(path.join(root, 'packages')).map((name) => `packages/${name}`);
    expect(Object.keys(ALLOWED).toSorted()).toEqual([...folders, 'api', 'worker'].toSorted());
  });

  it.each(Object.keys(ALLOWED))('%s imports only what it may', (folder) => {
    const allowed = ALLOWED[folder] ?? [];
    const own = path.basename(folder);
    const wrong = importsOf(folder).filter((one) => {
      const name = ours(one);
      return name !== null && name !== own && !allowed.includes(name) && !allowed.includes('*');
    });
    expect(wrong.map(tell)).toEqual([]);
  });

  it.each(Object.keys(ALLOWED))('%s declares what it imports, and stays in its folder', (folder) => {
    const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string> | undefined
    >;
    const declared = new Set(
      ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
        Object.keys(manifest[kind] ?? {}),
      ),
    );
    const wrong = importsOf(folder).filter(({ file, specifier }) => {
      if (specifier.startsWith('node:')) return false;
      if (specifier.startsWith('.')) {
        const target = path.normalize(path.join(path.dirname(file), specifier));
        return !target.startsWith(`${folder}/`) || !specifier.endsWith('.ts');
      }
      const name = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
      return !declared.has(name) && name !== `@cfdi-live/${path.basename(folder)}`;
    });
    expect(wrong.map(tell)).toEqual([]);
  });

  it('finds imports at all', () => {
    expect(importsOf('worker').filter((one) => ours(one) === 'domain').length).toBeGreaterThan(3);
  });
});

describe('places', () => {
  it.each(WITHOUT_NODE)('%s runs without Node', (folder) => {
    const node = importsOf(folder).filter(
      ({ specifier }) => specifier.startsWith('node:') || builtinModules.includes(specifier),
    );
    expect(node.map(tell)).toEqual([]);
  });

  it.each([
    ['bullmq', 'packages/queue'],
    ['ioredis', 'packages/queue'],
    ['pg', 'packages/db'],
    ['playwright-core', 'packages/agent'],
    ['@browserbasehq/sdk', 'worker'],
  ])('%s is imported in one place only', (library, home) => {
    // The queue's Postgres backend takes a pool; the local stack and the worker only connect.
    const also: Record<string, string[]> = {
      pg: ['packages/queue', 'packages/local-stack'],
      'playwright-core': ['worker'],
    };
    const elsewhere = Object.keys(ALLOWED)
      .filter((folder) => folder !== home && !(also[library] ?? []).includes(folder))
      .flatMap(importsOf)
      .filter(({ specifier }) => specifier === library || specifier.startsWith(`${library}/`));
    expect(elsewhere.map(tell)).toEqual([]);
  });

  it('the agent names no portal of the gallery', () => {
    const wrong = sourcesIn('packages/agent/src').filter((file) =>
      /portal-gallery|\.localhost/.test(readFileSync(path.join(root, file), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });

  it('SQL stays in packages/db and the migrations', () => {
    const sql = /(['"`])\s*(select\s+[\w*(].*\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s)/i;
    const folders = ['packages/domain', 'packages/agent', 'packages/webhooks', 'api', 'worker'];
    const wrong = folders
      .flatMap((folder) => sourcesIn(`${folder}/src`))
      .filter((file) => sql.test(readFileSync(path.join(root, file), 'utf8')));
    expect(wrong).toEqual([]);
  });
});
