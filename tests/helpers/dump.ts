/** Looks for secrets in everything that a run leaves behind: rows, files, logs; in any spelling that a program could give them. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client, types } from 'pg';

/** A value that nothing may hold, with the name under which a find is reported. */
export type Canaries = Readonly<Record<string, string>>;

export interface Found {
  canary: string;
  spelling: string;
  /** Database and table, or file. */
  place: string;
}

interface Needle {
  canary: string;
  spelling: string;
  /** One character a byte, lower case. */
  text: string;
}

export interface Search {
  /** Looks through some bytes. */
  in(place: string, bytes: Uint8Array): void;
  found(): Found[];
}

export function searchFor(canaries: Canaries): Search {
  const needles = Object.entries(canaries).flatMap(([canary, value]) =>
    Object.entries(spellingsOf(value)).map(([spelling, bytes]): Needle => ({
      canary,
      spelling,
      text: lower(bytes),
    })),
  );
  const found = new Map<string, Found>();
  return {
    in(place, bytes) {
      const haystack = lower(bytes);
      for (const { canary, spelling, text } of needles) {
        if (haystack.includes(text)) found.set(`${canary} ${place}`, { canary, spelling, place });
      }
    },
    found: () => [...found.values()],
  };
}

/** Case makes no difference, in hex and base 64 neither: what is found is the same secret, whatever wrote it. */
function lower(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').toLowerCase();
}

function spellingsOf(value: string): Record<string, Buffer> {
  const plain = Buffer.from(value);
  const spellings: Record<string, Buffer> = {
    plain,
    'UTF-16': Buffer.from(value, 'utf16le'),
    hex: Buffer.from(plain.toString('hex')),
    JSON: Buffer.from(JSON.stringify(value).slice(1, -1)),
    URL: Buffer.from(encodeURIComponent(value)),
    form: Buffer.from(new URLSearchParams({ v: value }).toString().slice(2)),
    HTML: Buffer.from(value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')),
  };
  // Inside a longer base 64 text a value has one of three forms; what shares letters with its neighbours is cut off.
  for (const before of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(before), plain]).toString('base64');
    const inner = whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + plain.length) * 8) / 6));
    spellings[`base64+${before}`] = Buffer.from(inner);
    spellings[`base64url+${before}`] = Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return spellings;
}

/** Rows by `<database>.<schema>.<table>`. */
export type Looked = Record<string, number>;

/** Every table of every database of a server, each value as it is stored. `adminUrl` is a superuser's. */
export async function searchDatabases(search: Search, adminUrl: string): Promise<Looked> {
  const looked: Looked = {};
  const databases = await query(adminUrl, 'select datname from pg_database where datallowconn');
  for (const database of databases.map(({ datname }) => String(datname))) {
    const url = new URL(adminUrl);
    url.pathname = `/${database}`;
    const tables = await query(
      url.href,
      `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema')`,
    );
    for (const name of tables.map((table) => String(table['name']))) {
      const rows = await query(url.href, `select * from ${name}`);
      const place = `${database}.${name}`;
      looked[place] = rows.length;
      for (const row of rows) {
        for (const value of Object.values(row))
          if (value !== null) search.in(place, typeof value === 'string' ? Buffer.from(value) : value);
      }
    }
  }
  return looked;
}

const BYTEA = 17;

/** Every value as Postgres writes it, save bytes, which are bytes. */
async function query(url: string, text: string): Promise<Record<string, string | Buffer | null>[]> {
  const client = new Client({
    connectionString: url,
    types: {
      getTypeParser: (oid: number) =>
        oid === BYTEA ? (types.getTypeParser(BYTEA) as (value: string) => Buffer) : (value: string) => value,
    },
  });
  await client.connect();
  try {
    return (await client.query<Record<string, string | Buffer | null>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Every file under a folder. Returns how many bytes were looked at. */
export async function searchFiles(
  search: Search,
  folder: string,
  skip: (file: string) => boolean = () => false,
): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || skip(path.relative(folder, file))) continue;
    // A file that its owner has just removed is no leak.
    const content = await readFile(file).catch(() => Buffer.alloc(0));
    search.in(file, content);
    bytes += content.length;
  }
  return bytes;
}
