/** The API's process: reads the environment, builds the real parts, serves until it is told to stop. */
import { pino } from 'pino';
import { composeApi } from './compose.ts';
import { parseEnvironment } from './env.ts';
import { listen } from './server.ts';

/** A request that takes longer is cut off when the process stops; supervisors wait 30 s. */
const GRACE_MS = 25_000;

const parsed = parseEnvironment(process.env);
if (!parsed.ok) {
  const problems = parsed.problems.map((problem) => `  ${problem}\n`).join('');
  process.stderr.write(`The API's environment is not valid:\n${problems}See .env.example.\n`);
  process.exit(1);
}
const { env } = parsed;
const log = pino({ level: env.LOG_LEVEL, base: { app: 'api' } });
const api = composeApi(env, log);
const server = await listen(api.app, { port: env.PORT, host: env.HOST });

let stopping = false;
const stop = (why: string): void => {
  if (stopping) return;
  stopping = true;
  log.info({ action: 'api.stopping', why }, 'API stops: streams end, running requests are answered');
  api.stopStreams();
  server
    .close(GRACE_MS)
    .then(() => api.close())
    .then(
      () => process.exit(0),
      () => process.exit(1),
    );
};
process.on('SIGTERM', () => stop('SIGTERM'));
process.on('SIGINT', () => stop('SIGINT'));
// Under a supervisor with a channel: tell that requests can come, and end with it.
process.on('disconnect', () => stop('disconnect'));
// It may have gone while modules were loaded. Not there without a channel.
if ('connected' in process && !process.connected) stop('disconnect');
process.send?.({ type: 'ready', url: server.url });
log.info({ action: 'api.started', url: server.url }, 'API started');
