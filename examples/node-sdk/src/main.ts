/** Reads a ticket (a JSON file with `vendorUrl` and `ticketData`), waits for its invoice, and writes XML and PDF into a folder. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CfdiLive, type CreateTask } from '@cfdi-live/sdk';
import { collectInvoice } from './collect-invoice.ts';

const { CFDI_LIVE_API_KEY = '', CFDI_LIVE_URL = 'https://api.cfdi-live.dev' } = process.env;
const [ticketFile, folder = 'invoices'] = process.argv.slice(2);
if (ticketFile === undefined) {
  console.error('usage: npm start -- <ticket.json> [folder]');
  process.exit(2);
}

const client = new CfdiLive({ apiKey: CFDI_LIVE_API_KEY, baseUrl: CFDI_LIVE_URL });
const ticket = JSON.parse(await readFile(ticketFile, 'utf8')) as CreateTask;

const collected = await collectInvoice(client, ticket, (line) => console.log(line));
if (collected.kind === 'failed') {
  console.error(`${collected.reason}\n${collected.whatToDo}`);
  process.exit(1);
}
await mkdir(folder, { recursive: true });
for (const { name, bytes } of collected.files) {
  await writeFile(path.join(folder, name), bytes);
  console.log(path.join(folder, name));
}
