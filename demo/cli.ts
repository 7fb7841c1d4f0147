/** The command behind `npm start`. */
import { parseArgs } from 'node:util';
import { openPage } from './open-page.ts';
import { startDemo, type DemoOptions } from './start.ts';

const usage = `npm start [-- options]
  --port N         the page's port (default: 4400, or a free one when that is taken)
  --no-open        do not open the page in a browser
  --data DIR       keep sandbox, store and bank in DIR (default: a temporary folder)
  --live --company ID
                   the real Codat, with CODAT_API_KEY from the environment
  --allow-push     with --live: let the demo bank send its invented transactions`;

const fail = (message: string): never => {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
};

const readArguments = () => {
  try {
    return parseArgs({
      options: {
        port: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        data: { type: 'string' },
        live: { type: 'boolean', default: false },
        company: { type: 'string' },
        'allow-push': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
};

const readOptions = (values: ReturnType<typeof readArguments>['values']): DemoOptions => {
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536))
    fail(`--port must be a port number, not ${values.port}.`);
  if (!values.live) {
    if (values.company !== undefined) fail('--company goes with --live: the sandbox makes a company of its own.');
    if (values['allow-push']) fail('--allow-push goes with --live: with the sandbox, pushing is always on.');
    return { dataDir: values.data, port };
  }
  const apiKey = process.env['CODAT_API_KEY'] ?? '';
  if (apiKey === '') return fail('--live needs the key of Codat in the environment variable CODAT_API_KEY.');
  if (values.company === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(values.company))
    return fail('--live needs --company with the id of a company at Codat, a UUID.');
  return { dataDir: values.data, port, live: { apiKey, companyId: values.company }, allowPush: values['allow-push'] };
};

const preferredPort = 4400;

const start = async (): Promise<void> => {
  const { values } = readArguments();
  const options = readOptions(values);
  const demo = await startDemo({ ...options, port: options.port ?? preferredPort }).catch((error: unknown) => {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!taken) throw error;
    if (options.port !== undefined) return fail(`Port ${options.port} is taken; choose another one with --port.`);
    return startDemo({ ...options, port: 0 });
  });
  console.log(
    `\n  Open ${demo.url}\n\n  Proxy ${demo.proxyUrl}, Codat ${options.live ? 'itself' : 'simulated'}. Stop with Ctrl+C.\n`,
  );
  if (!values['no-open']) openPage(demo.url);
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      void demo.stop().then(() => process.exit(0));
    });
};

try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
