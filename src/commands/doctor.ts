/** `bank-feed-proxy doctor`: looks at everything the proxy needs, and says what to do. */
import { parseArgs } from 'node:util';
import { EnvironmentError, readEnvironment, unknownSettings, type Environment } from './environment.ts';
import { checkOptions, ProxyOptionsError } from '../proxy/options.ts';
import { optionsOf } from './configured.ts';
import { failed, ok, warning, type Check } from './doctor/check.ts';
import { checkCodat, checkSigningSecrets } from './doctor/codat-checks.ts';
import { checkPublicUrl, checkSourceAccounts } from './doctor/host-checks.ts';
import { inThePortal } from './doctor/portal.ts';
import { checkStore } from './doctor/store-checks.ts';
import { seeHelp, wrongCall, type Output, type Variables } from './remote.ts';
import { plain } from './text.ts';

export const doctorUsage = `bank-feed-proxy doctor [--create-webhook] [--json]

Reads the settings that serve takes, and tries them one by one: Codat and its key, this machine's clock, the webhook
consumer, the public address, the store, your list of accounts. Run it where the proxy runs, as its user, beside it
or before its first start: it changes nothing, and leaves a store alone that is in use. No secret is ever shown.

  --create-webhook   makes the consumer at Codat where there is none yet for BANK_FEED_PUBLIC_URL
  --json             one JSON object: {"ok", "checks": [{"name", "result", "found", "todo"}], "portal"}

Ends with 0 where nothing failed, 1 where something did, 2 where the settings are wrong.`;

/** Whatever an answer or an error quotes: what is secret among the settings is taken out of every word. */
const concealed = (variables: Variables): ((text: string) => string) => {
  const listed = ['TOKEN_SECRET', 'SERVER_SECRET', 'SOURCE_ACCOUNTS_SECRET', 'WEBHOOK_SECRETS']
    .map((name) => variables[`BANK_FEED_${name}`] ?? '')
    .flatMap((value) => [value, ...value.split(',')]);
  const key = variables['CODAT_API_KEY'] ?? '';
  const inUrls = [variables['DATABASE_URL'], variables['BANK_FEED_SOURCE_ACCOUNTS_URL']].flatMap((url = '') => {
    if (!URL.canParse(url)) return [];
    const { password, searchParams } = new URL(url);
    // As a query it is decoded, whatever percent signs it has.
    return [password, new URLSearchParams(`p=${password}`).get('p') ?? '', ...searchParams.values()];
  });
  const secrets = [key, Buffer.from(key).toString('base64'), key.replace(/^Basic /i, ''), ...listed, ...inUrls]
    .map((secret) => secret.trim())
    // Shorter ones are no secrets, and would take words apart.
    .filter((secret) => secret.length >= 6)
    .toSorted((one, other) => other.length - one.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '(secret)'), text);
};

async function* examine(
  environment: Environment,
  variables: Variables,
  options: { readonly now: () => number; readonly createWebhook: boolean },
): AsyncGenerator<Check, void, undefined> {
  const unknown = unknownSettings(variables);
  yield unknown.length === 0
    ? ok('settings', 'complete')
    : warning(
        'settings',
        `${unknown.join(', ')}: no such setting`,
        'See bank-feed-proxy serve --help for their names.',
      );
  const atCodat = yield* checkCodat(environment, options);
  yield checkSigningSecrets(environment);
  yield await checkPublicUrl(environment);
  const inStore = yield* checkStore(environment);
  yield await checkSourceAccounts(environment, inStore ?? (atCodat === undefined ? undefined : { id: atCodat }));
}

/** Words on lines of this width, each after the indent. */
const wrapped = (text: string, width: number, indent: string): string => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width - indent.length) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join(`\n${indent}`);
};

const nameWidth = 18;
const resultWidth = 9;
const indent = ' '.repeat(resultWidth + nameWidth);

const shown = ({ name, result, found, todo }: Check, width: number): string => {
  const head = result.padEnd(resultWidth) + name.padEnd(nameWidth);
  const then = todo === undefined ? '' : `\n${indent}-> ${wrapped(todo, width, `${indent}   `)}`;
  return `${head}${wrapped(found, width, indent)}${then}\n`;
};

const wrongSettings = (error: unknown): readonly Check[] | undefined =>
  error instanceof EnvironmentError || error instanceof ProxyOptionsError
    ? error.message.split('\n').map((line) => failed('settings', line.trim(), 'See bank-feed-proxy serve --help.'))
    : undefined;

interface Terminal extends Output {
  readonly stdout: Output['stdout'] & { readonly columns?: number };
}

/** Resolves to the exit code. `now` is this machine's clock. */
export const doctor = async (
  args: readonly string[],
  variables: Variables,
  { stdout, stderr }: Terminal,
  now: () => number = Date.now,
): Promise<number> => {
  let json: boolean;
  let createWebhook: boolean;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        'create-webhook': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      stdout.write(`${doctorUsage}\n`);
      return 0;
    }
    ({ json, 'create-webhook': createWebhook } = values);
  } catch (error) {
    stderr.write(`bank-feed-proxy doctor: ${wrongCall(error)}\n${seeHelp('doctor')}\n`);
    return 2;
  }
  const conceal = concealed(variables);
  const width = Math.max(60, Math.min(stdout.columns ?? 100, 120));
  const checks: Check[] = [];
  const tell = (given: Check): void => {
    const { todo, ...rest } = given;
    const check: Check = {
      ...rest,
      found: conceal(plain(given.found)),
      ...(todo === undefined ? {} : { todo: conceal(todo) }),
    };
    checks.push(check);
    // As it is found: some of it takes seconds.
    if (!json) stdout.write(shown(check, width));
  };
  const isFailed = (): boolean => checks.some(({ result }) => result === 'failed');
  const end = (code: number): number => {
    if (json) stdout.write(`${JSON.stringify({ ok: !isFailed(), checks, portal: inThePortal })}\n`);
    return code;
  };

  let environment: Environment;
  try {
    environment = readEnvironment(variables);
    checkOptions(optionsOf(environment));
  } catch (error) {
    const faults = wrongSettings(error);
    if (faults === undefined) throw error;
    for (const fault of faults) tell(fault);
    return end(2);
  }
  for await (const check of examine(environment, variables, { now, createWebhook })) tell(check);
  if (!json) {
    stdout.write('\nOnly in the Codat Portal (https://app.codat.io), or by Codat itself:\n');
    for (const step of inThePortal) stdout.write(`- ${wrapped(step, width, '  ')}\n`);
    const count = (result: Check['result']): number => checks.filter((check) => check.result === result).length;
    stdout.write(`\n${count('ok')} ok, ${count('warning')} to look at, ${count('failed')} failed\n`);
  }
  return end(isFailed() ? 1 : 0);
};
