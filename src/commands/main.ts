#!/usr/bin/env node
import { doctor } from './doctor.ts';
import { feeds } from './feeds.ts';
import { forget } from './forget.ts';
import { push } from './push.ts';
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

switch (command) {
  case 'serve':
    try {
      if (isHelp(args[0])) console.log(serveUsage);
      else if (args.some((given) => given !== '--after-restore'))
        fail(`serve takes --after-restore alone; settings come from the environment.\n\n${serveUsage}`, 2);
      else await serve({ afterRestore: args.length > 0 });
    } catch (error) {
      if (error instanceof EnvironmentError || error instanceof ProxyOptionsError) fail(error.message, 2);
      else fail(error instanceof Error ? error.message : String(error), 1);
    }
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
  case '--help':
  case '-h':
    console.log(serveUsage);
    break;
  default:
    fail(`there is no command ${command}.\n\n${serveUsage}`, 2);
}
