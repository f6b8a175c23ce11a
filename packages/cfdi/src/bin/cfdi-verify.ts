#!/usr/bin/env node
import { runCfdiVerify } from '../node/cli.ts';

process.exitCode = await runCfdiVerify({
  args: process.argv.slice(2),
  env: process.env,
  now: new Date(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
