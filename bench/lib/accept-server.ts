/** The process under load: the API as it is composed for production, and the baseline beside it. */
import { composeApi, listen, parseEnvironment } from '@cfdi-live/api';
import { pino } from 'pino';
import { createBaseline } from '../accept-baseline.ts';

const parsed = parseEnvironment(process.env);
if (!parsed.ok) throw new Error(parsed.problems.join('; '));
const log = pino({ level: parsed.env.LOG_LEVEL, base: { app: 'api' } }, pino.destination('/dev/null'));
// Counted like any other's, and never reached: a burst of one tenant is what is measured.
const policy = { quota: 1_000_000, windowSeconds: 10 };
const api = composeApi(parsed.env, log, { caller: policy, tenant: policy });
const baseline = createBaseline(process.env['OWNER_URL'] ?? '');
const servers = [
  await listen(api.app, { port: 0, host: '127.0.0.1' }),
  await listen(baseline.app, { port: 0, host: '127.0.0.1' }),
];
process.send?.({ api: servers[0]?.url, baseline: servers[1]?.url });
process.on('disconnect', () => {
  api.stopStreams();
  Promise.all(servers.map((server) => server.close(0)))
    .then(() => Promise.all([api.close(), baseline.close()]))
    .then(
      () => process.exit(0),
      () => process.exit(1),
    );
});
