/**
 * `npm run dev`: the whole product on local parts; stays up until it is stopped. `-- --json` prints one line when ready,
 * for examples, tests and outside programs to start from.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createTerminal } from '../demo/terminal.ts';
import { startLocalStack, type LocalStack } from '../stack/start.ts';
import { hostList, optionalEnv, stopOnSignals } from './environment.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    'data-dir': { type: 'string', default: '.data/dev' },
  },
});
const terminal = createTerminal({ quiet: values.json });
terminal.title('cfdi-live, local');

const stack = await startLocalStack({
  dataDir: path.resolve(values['data-dir']),
  onPart: (part, ms) => terminal.done(part, ms),
  allowedPrivateHosts: hostList(process.env['ALLOWED_PRIVATE_HOSTS']),
  satCaDir: optionalEnv('SAT_CA_DIR'),
  satCertDir: optionalEnv('SAT_CERT_DIR'),
  redisUrl: optionalEnv('REDIS_URL'),
  apiPort: Number(optionalEnv('PORT') ?? 0),
  maxSessions: Number(optionalEnv('BROWSER_MAX_SESSIONS') ?? 3),
});
stopOnSignals(stack);

if (values.json) process.stdout.write(`${JSON.stringify(readyLine(stack))}\n`);
else {
  terminal.line('');
  terminal.facts([
    ['API', stack.apiUrl],
    ['Reference', `${stack.apiUrl}/reference`],
    ['Portals', stack.gallery.url],
    ['Browsers', stack.browserbaseUrl],
    ['Mail', `127.0.0.1:${stack.smtpPort() ?? '-'} for ${stack.mailDomain}`],
    ['Key (live)', stack.keys.live],
    ['Key (test)', stack.keys.test],
    ['Logs', stack.logDir],
  ]);
  terminal.line('\nCtrl-C stops it; the data stays.');
}

/** What an outside program needs. */
function readyLine(running: LocalStack) {
  return {
    ready: true,
    apiUrl: running.apiUrl,
    referenceUrl: `${running.apiUrl}/reference`,
    apiKey: running.keys.live,
    testKey: running.keys.test,
    smtpPort: running.smtpPort(),
    mailDomain: running.mailDomain,
    supabaseUrl: running.supabaseUrl,
    supabasePublishableKey: running.supabasePublishableKey,
    databaseUrl: running.databaseUrl,
    browserbaseUrl: running.browserbaseUrl,
    galleryUrl: running.gallery.url,
    portals: running.gallery.portals.map(({ id, url }) => ({ id, url })),
  };
}
