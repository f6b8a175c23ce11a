/**
 * `npm run vendors:sync`: brings the vendor directory of DATABASE_URL (of the role that migrates) to the one in the
 * repository (`packages/domain/src/vendors`). Vendors that are no longer in it are retired, never deleted.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { encodeId, vendorSchema } from '@cfdi-live/contract';
import { VENDOR_DIRECTORY, type VendorRow } from '@cfdi-live/domain';
import { createPool } from '../pool.ts';
import { syncVendors } from '../stores/vendors.ts';

const USAGE = `npm run vendors:sync                        the directory of this repository
npm run vendors:sync -- --sandbox FILE      and the portals of the sandbox, as the gallery's /__vendors answers them
`;

const { values: given } = parseArgs({
  options: { sandbox: { type: 'string' }, help: { type: 'boolean', default: false } },
});
if (given.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
if (existsSync('.env')) process.loadEnvFile('.env');
const url = process.env['DATABASE_URL'];
if (url === undefined || url === '') {
  process.stderr.write(`DATABASE_URL is not set\n\n${USAGE}`);
  process.exit(1);
}

const sandbox = given.sandbox === undefined ? null : await readSandbox(given.sandbox);
const pool = createPool({
  connectionString: url,
  maxConnections: 1,
  applicationName: 'cfdi-live-vendors',
  log: { warn: () => undefined },
});
try {
  await pool.transaction([['set local role cfdi_system', []]], async (sql) => {
    await syncVendors(sql, { sandbox: false, vendors: VENDOR_DIRECTORY });
    if (sandbox !== null) await syncVendors(sql, { sandbox: true, vendors: sandbox });
  });
} finally {
  await pool.close();
}
process.stdout.write(
  `${VENDOR_DIRECTORY.length} vendors${sandbox === null ? '' : `, ${sandbox.length} portals of the sandbox`}\n`,
);

/** Throws where the file is not what the gallery answers. */
async function readSandbox(file: string): Promise<VendorRow[]> {
  const entries = JSON.parse(await readFile(file, 'utf8')) as { id: string }[];
  return entries.map((entry) => {
    const vendor = vendorSchema.strict().parse({ ...entry, id: encodeId('vendor', entry.id) });
    return { ...vendor, id: entry.id };
  });
}
