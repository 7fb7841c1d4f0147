#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { checkNode } from '../codat/runtime.ts';
import { doctor } from './doctor.ts';
import { feeds } from './feeds.ts';
import { forget } from './forget.ts';
import { push } from './push.ts';
import { seeHelp } from './remote.ts';
import { serve, serveUsage } from './serve.ts';
import { EnvironmentError } from './environment.ts';
import { ProxyOptionsError } from '../proxy/options.ts';

const fail = (message: string, code: number): void => {
  console.error(`bank-feed-proxy: ${message}`);
  process.exitCode = code;
};

// Whoever read may be gone, such as `head` after its lines: that is no fault, and what is begun goes to its end.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

const [command = 'serve', ...args] = process.argv.slice(2);
const isHelp = (given: string | undefined): boolean => given === '--help' || given === '-h';

/** Of the package, wherever in it this file is. */
const version = (): string => {
  const file = createRequire(import.meta.url).resolve('bank-feed-elements/package.json');
  return /"version": "([^"]+)"/.exec(readFileSync(file, 'utf8'))?.[1] ?? 'unknown';
};

const run = async (): Promise<void> => {
  // Before anything is made: an older one would fail in the midst of it.
  checkNode(process.versions.node);
  switch (command) {
    case 'serve':
      if (args.some((given) => given !== '--after-restore'))
        fail(`serve takes --after-restore alone; settings come from the environment.\n${seeHelp('serve')}`, 2);
      else await serve({ afterRestore: args.length > 0 });
      break;
    case 'push': {
      const interrupted = new AbortController();
      process.once('SIGINT', () => interrupted.abort());
      process.exitCode = await push(args, process.env, process, interrupted.signal);
      break;
    }
    case 'doctor':
      process.exitCode = await doctor(args, process.env, process);
      break;
    case 'feeds':
      process.exitCode = await feeds(args, process.env, process);
      break;
    case 'forget':
      process.exitCode = await forget(args, process.env, process);
      break;
    default:
      fail(`there is no command ${command}.\nSee bank-feed-proxy --help.`, 2);
  }
};

if (isHelp(command) || (command === 'serve' && isHelp(args[0]))) console.log(serveUsage);
else if (command === '--version') console.log(version());
else
  try {
    await run();
  } catch (error) {
    if (error instanceof EnvironmentError || error instanceof ProxyOptionsError)
      fail(`${error.message}\nSee bank-feed-proxy --help.`, 2);
    else fail(error instanceof Error ? error.message : String(error), 1);
  }
