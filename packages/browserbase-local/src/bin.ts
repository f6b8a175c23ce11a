#!/usr/bin/env node
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium } from './chromium/find.ts';
import { startBrowserbaseLocal } from './server.ts';

const USAGE = `browserbase-local [--data-dir DIR] [--stop-with-stdin]

Runs a Browserbase-compatible server on a local Chromium. Prints {"url","pid"} on one line when it is ready.

  --data-dir DIR     downloads, profiles, marks of processes   (.data/browserbase-local)
  --stop-with-stdin  stop when standard input ends, so that it never outlives the program that started it

  BROWSERBASE_API_KEY      the key that clients must send      (required)
  BROWSERBASE_LOCAL_PORT   port on loopback; 0 takes a free one (0)
  BROWSER_MAX_SESSIONS     sessions open at once               (5)
  CHROMIUM_PATH            the Chromium to use                 (looked for)
`;

/** A whole number of at least `min`, or undefined. */
const wholeNumber = (text: string, min: number): number | undefined => {
  const value = Number(text);
  return text.trim() !== '' && Number.isInteger(value) && value >= min ? value : undefined;
};

const fail = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      'data-dir': { type: 'string', default: '.data/browserbase-local' },
      'stop-with-stdin': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const { env } = process;
  const apiKey = env['BROWSERBASE_API_KEY'] ?? '';
  if (apiKey === '')
    fail('BROWSERBASE_API_KEY must be set: it is the key that clients send as X-BB-API-Key.');
  const port =
    wholeNumber(env['BROWSERBASE_LOCAL_PORT'] ?? '0', 0) ?? fail('BROWSERBASE_LOCAL_PORT must be a port.');
  const maxConcurrent =
    wholeNumber(env['BROWSER_MAX_SESSIONS'] ?? '5', 1) ??
    fail('BROWSER_MAX_SESSIONS must be a whole number from 1.');
  const dataDir = path.resolve(values['data-dir']);

  const server = await startBrowserbaseLocal({
    port,
    apiKey,
    maxConcurrent,
    dataDir,
    chromium: await findChromium({ env }),
    log: (event, fields) => process.stderr.write(`${JSON.stringify({ event, ...fields })}\n`),
  });
  const stop = (): void => void server.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (values['stop-with-stdin']) process.stdin.once('end', stop).resume();
  process.stdout.write(`${JSON.stringify({ url: server.url, pid: process.pid })}\n`);
};

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
