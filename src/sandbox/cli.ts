#!/usr/bin/env node
/** `npm run sandbox -- [--port N] [--host H] [--key K] [--seed S] [--data FILE] [--redirect URL] [--bank NAME] [--sage-login URL] [--webhook URL] [--limits off]` */
import { parseArgs } from 'node:util';
import { createSandbox } from './sandbox.ts';

const usage = `Options
  --port N       the port to serve on; a free one, unless given
  --host H       the address to serve on; 127.0.0.1, unless given
  --key K        the API key clients send; a new one is printed, unless given
  --seed S       draws every id from S, for a sandbox that is the same each time
  --data FILE    keeps the state in FILE
  --redirect URL where users go after consent; {statusCode} and Codat's other placeholders are replaced
  --bank NAME    what users search for inside QuickBooks and Sage
  --sage-login URL
                 your own sign-in page for Sage, instead of the one-time password
  --webhook URL  sends events there; the secret is printed
  --limits off   counts requests without refusing any`;

function fail(message: string): never {
  process.stderr.write(`${message}\n\n${usage}\n`);
  process.exit(2);
}

function read() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      options: {
        port: text,
        host: text,
        key: text,
        seed: text,
        data: text,
        redirect: text,
        bank: text,
        'sage-login': text,
        webhook: text,
        limits: text,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const given = read();
if (given.help) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
const port = Number(given.port ?? '0');
if (!Number.isInteger(port) || port < 0 || port > 65_535) fail('--port: give a whole number from 0 to 65535.');
if (given.key === '') fail('--key: give a key that is not empty.');
const { limits = 'on' } = given;
if (limits !== 'on' && limits !== 'off') fail('--limits: give "on" or "off".');

try {
  const sandbox = createSandbox({
    apiKey: given.key,
    seed: given.seed,
    dataFile: given.data,
    redirectUrl: given.redirect,
    bankName: given.bank,
    sageLoginUrl: given['sage-login'],
    limits,
    log: (message) => process.stderr.write(`${message}\n`),
  });
  const { url } = await sandbox.start({ port, host: given.host });
  process.stdout.write(`Simulated Codat: ${url}\nAPI key: ${sandbox.apiKey}\nAccounting software: ${url}/software\n`);
  if (given.webhook !== undefined) {
    const { secret } = sandbox.control.addWebhook({ url: given.webhook });
    process.stdout.write(`Webhook secret: ${secret}\n`);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void sandbox.stop().then(() => process.exit(0)));
  }
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
