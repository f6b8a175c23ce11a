/**
 * `npm run demo`: starts the whole product on local parts, plays its main job, shows the proof, stays up.
 * `-- --once` exits after it; `-- --json` prints one result line and nothing else.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { play, type DemoResult } from '../demo/play.ts';
import { startReceiver } from '../demo/receiver.ts';
import { createTerminal, type Terminal } from '../demo/terminal.ts';
import { startLocalStack, type LocalStack } from '../stack/start.ts';
import { hostList, optionalEnv, stopOnSignals } from './environment.ts';

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'data-dir': { type: 'string', default: '.data/demo' },
  },
});
const dataDir = path.resolve(values['data-dir']);
const terminal = createTerminal({ quiet: values.json });
terminal.title('cfdi-live: a ticket in, a proven CFDI out');

const receiver = await startReceiver();
const stack = await startLocalStack({
  dataDir,
  onPart: (part, ms) => terminal.done(part, ms),
  allowedPrivateHosts: [receiver.host, ...hostList(process.env['ALLOWED_PRIVATE_HOSTS'])],
  redisUrl: optionalEnv('REDIS_URL'),
});
stopOnSignals(stack);

let result: DemoResult | null = null;
try {
  result = await play({ stack, receiver, terminal, outDir: path.join(dataDir, 'cfdi') });
} finally {
  await receiver.close();
  if (result === null) await stack.stop();
}
showResult(terminal, result, stack);
const done = result.status === 'COMPLETED';
if (values.once || !done) await stack.stop();
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = done ? 0 : 1;

function showResult(out: Terminal, shown: DemoResult, running: LocalStack): void {
  out.line('');
  if (shown.uuid === null) {
    out.line(`The task ended as ${shown.status}. Logs: ${running.logDir}`);
    return;
  }
  out.card('CFDI, proven', [
    ['UUID', shown.uuid],
    ['Total', `$${(shown.total ?? 0).toFixed(2)} MXN`],
    ['Receptor', shown.receptorRfc ?? ''],
    ['Decided by', `${shown.planner}, ${shown.tokens} tokens, ${shown.steps} steps`],
    ['Time', `${(shown.msToProof / 1000).toFixed(1)} s from request to proof`],
    ['Issued', `${shown.ledgerIssued} invoice in the portal's ledger`],
    ['XML', shown.xmlPath ?? '-'],
    ['PDF', shown.pdfPath ?? '-'],
  ]);
  if (values.once) return;
  out.line('');
  out.facts([
    ['API', running.apiUrl],
    ['Reference', `${running.apiUrl}/reference`],
    ['Portals', running.gallery.url],
    ['Mail', `127.0.0.1:${running.smtpPort() ?? '-'} for ${running.mailDomain}`],
    ['Key (test)', running.keys.test],
  ]);
  out.line('\nCtrl-C stops it.');
}
