/** Lets secrets out on purpose, each in another way, and prints how often the recorder said so. Run with it preloaded. */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { atRoot } from '../../../scripts/root.ts';
import { createBankFeedProxy } from '../../../src/proxy/index.ts';
import { asPage, asServer, makeCompany } from '../companies.ts';
import { hostAccountsOf, openWorld, serverSecret, tokenSecrets, webhookSecret } from '../world.ts';

const folder = process.env['BANK_FEED_CANARIES'] ?? '';
const faults = (): number =>
  globSync('*.ndjson', { cwd: folder })
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    .filter((line) => line.startsWith('{"fault"')).length;

const databaseUrl = 'postgres://bank:canary-of-the-database@127.0.0.1:1/feeds';
let thrown: string | undefined;
let said = '';
const world = await openWorld({
  log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  sourceAccounts: ({ id }) => {
    if (said !== '') throw new Error(said);
    return hostAccountsOf(id);
  },
  onEvent: undefined,
  transport: (request) =>
    thrown === undefined ? world.recorder.transport(request) : Promise.reject(new Error(`No way to ${thrown}`)),
});
const { id, token, linked } = await makeCompany(world, 'planted', ['xero']);
// Where nothing is linked: inside QuickBooks and Sage a second connection is not begun.
const typing = await makeCompany(world, 'typing', ['quickbooks', 'sage']);
const [quickbooks, sage] = typing.connections;
const { apiKey } = world.sandbox;
const page = (method: string, path: string, by = token) => asPage(world, by, { method, path });

/** In place of the proxy's own answer; it was asked as well, so that its server is known. */
const answers =
  (
    body: string | ReadableStream<Uint8Array>,
    headers: Readonly<Record<string, string>> = {},
    on = { method: 'GET', path: '/v1/state' },
  ) =>
  async (): Promise<unknown> => {
    world.serve(async (request, env) => {
      await world.proxy.fetch(request, env);
      return new Response(body, { headers });
    });
    return page(on.method, on.path);
  };
const hex = (text: string): string => Buffer.from(text).toString('hex');
const escapes = (text: string): string =>
  text.replaceAll(/./g, (sign) => String.raw`\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
const percents = (text: string): string => hex(text).replaceAll(/../g, '%$&');
const inPieces = (...pieces: readonly string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const [piece, ...rest] = pieces;
      pieces = rest;
      if (piece === undefined) controller.close();
      else controller.enqueue(Buffer.from(piece));
    },
  });

/** What each screen shows: as it should be, and no leak. */
const screen = async (method: string, of: string | undefined, what: string, by = token) => {
  const path = `/v1/connections/${of}/${what}`;
  const answer = await page(method, path, by);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return { path, method, text: answer.text };
};
world.serve(world.proxy.fetch);
const link = await screen('GET', linked.wire, 'link');
const credentials = await screen('POST', quickbooks?.wire, 'credentials', typing.token);
const otp = await screen('POST', sage?.wire, 'otp', typing.token);
// The host's server is told its own ids.
await asServer(world, { method: 'GET', path: `/v1/companies/${id}/feeds` });
const before = faults();

const leaks: Readonly<Record<string, () => Promise<unknown>>> = {
  'a route echoes the key': answers(JSON.stringify({ title: `The key ${apiKey} was refused` })),
  'a header has what is sent to Codat': answers('', {
    'x-upstream': `Basic ${Buffer.from(apiKey).toString('base64')}`,
  }),
  'the key in Base64, in the middle of something': answers(Buffer.from(`{"key":"${apiKey}"}`).toString('base64url')),
  'a token secret, percent-encoded': answers(percents(tokenSecrets.one)),
  'the server secret, in escapes of JSON': answers(`"${escapes(serverSecret)}"`),
  'a webhook secret in hexadecimal': answers(hex(webhookSecret.slice('whsec_'.length))),
  'a token secret backwards': answers(Array.from(tokenSecrets.two).toReversed().join('')),
  'an account number': answers(JSON.stringify({ number: hostAccountsOf(id)[0]?.accountNumber })),
  'a sort code': answers('<p>20-20-15</p>'),
  'who made the company': answers('canary of who made the company'),
  'a stream, in two pieces': answers(inPieces(': open\n\n', apiKey.slice(0, 9), apiKey.slice(9))),
  'a link on another route': answers(link.text),
  'a password for QuickBooks on another route': answers(credentials.text),
  'a one-time password on another route': answers(otp.text),
  'a link that may be kept': answers(link.text, { 'cache-control': 'private, max-age=60' }, link),
  'a log line with the token': async () => {
    world.serve(world.proxy.fetch);
    said = `The session ${token} was refused`;
    await makeCompany(world, 'later', ['xero']).catch(() => undefined);
    said = '';
  },
  'an error with the URL of the database': async () => {
    // Never started: so that it is a secret of this process.
    createBankFeedProxy({
      apiKey,
      publicUrl: world.url,
      authorize: () => undefined,
      sourceAccounts: () => [],
      database: { url: databaseUrl },
    });
    thrown = databaseUrl;
    await world.proxy.companies.ensure({ reference: 'other', name: 'Other' }).catch(() => undefined);
    thrown = undefined;
  },
  'a command prints the key': async () =>
    spawnSync(process.execPath, [atRoot('src/commands/main.ts'), apiKey], {
      env: { ...process.env, CODAT_API_KEY: apiKey },
    }),
};

const caught: Record<string, number> = {};
for (const [name, leak] of Object.entries(leaks)) {
  const known = faults();
  await leak();
  caught[name] = faults() - known;
}
await world.stop();
console.log(JSON.stringify({ before, caught }));
