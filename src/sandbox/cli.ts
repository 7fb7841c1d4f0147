#!/usr/bin/env node
/** `npm run sandbox -- --help`: the sandbox as a server of its own. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createSandbox } from './sandbox.ts';

const usage = `Options
  --port N        the port to serve on; a free one, unless given
  --host H        the address to serve on; 127.0.0.1, unless given
  --key K         the API key clients send; a new one is printed, unless given
  --seed S        draws every id from S, for a sandbox that is the same each time
  --data FILE     keeps the state in FILE
  --size SIZE     begins with a company: "small", or "large" for 1,000 accounts by 500; prints its ids
  --platform KEY  the software of that company; gbol (Xero), unless given
  --redirect URL  where users go after consent; {statusCode} and Codat's other placeholders are replaced
  --bank NAME     what users search for inside QuickBooks and Sage
  --sage-login URL
                  your own sign-in page for Sage, instead of the one-time password
  --webhook URL   sends events there; the secret is printed
  --limits off    counts requests without refusing any
  --help          this list`;

function fail(message: string, code = 2): never {
  process.stderr.write(code === 2 ? `${message}\n\n${usage}\n` : `${message}\n`);
  process.exit(code);
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

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
        size: text,
        platform: text,
        redirect: text,
        bank: text,
        'sage-login': text,
        webhook: text,
        limits: text,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    return fail(said(error));
  }
}

const given = read();
if (given.help) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
const { host = '127.0.0.1', limits = 'on', platform, port = '0', size } = given;
if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) fail('--port: give a whole number from 0 to 65535.');
for (const name of ['host', 'key', 'seed', 'data', 'bank'] as const) {
  if (given[name] === '') fail(`--${name}: give something that is not empty.`);
}
if (limits !== 'on' && limits !== 'off') fail('--limits: give "on" or "off".');
if (size !== undefined && size !== 'small' && size !== 'large') fail('--size: give "small" or "large".');
if (platform !== undefined && size === undefined) fail('--platform: goes with --size.');

/** What is wrong with what was given is said with the options; what the machine refuses, by itself. */
function create(limits: 'on' | 'off', size: 'small' | 'large' | undefined) {
  try {
    const isNew = given.data === undefined || !existsSync(given.data);
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
    const consumer = given.webhook === undefined ? undefined : sandbox.control.addWebhook({ url: given.webhook });
    // A state that is kept has its company from the first time.
    const company = size !== undefined && isNew ? sandbox.control.seed({ size, platformKey: platform }) : undefined;
    return { sandbox, consumer, company };
  } catch (error) {
    return fail(said(error));
  }
}

function refusalOf(error: unknown): string {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use already. Choose another with --port, or leave it out for a free one.`;
    case 'EACCES':
      return `Port ${port} of ${host} may not be served on by this user. Choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine. Choose another with --host.`;
    default:
      return `The sandbox could not start: ${said(error)}`;
  }
}

const { sandbox, consumer, company } = create(limits, size);
const started = await sandbox.start({ port: Number(port), host }).catch((error: unknown) => fail(refusalOf(error), 1));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    sandbox.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(`The state could not be kept: ${said(error)}`, 1),
    );
  });
}

const lines = [
  `Simulated Codat: ${started.url}`,
  `API key: ${sandbox.apiKey}`,
  `Accounting software: ${started.url}/software`,
  `Controls: ${started.url}/sandbox`,
  ...(company === undefined ? [] : [`Company: ${company.companyId}`, `Connection: ${company.connectionId}`]),
  ...(consumer === undefined ? [] : [`Webhook secret: ${consumer.secret}`]),
];
process.stdout.write(`${lines.join('\n')}\n`);
