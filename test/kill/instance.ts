/**
 * One process that delivers: the real proxy on a real store, with short durations. Told by its parent, it ends or
 * freezes itself at a named point, without a word, as a power cut or a frozen host would.
 */
import { createServer } from 'node:http';
import { createBankFeedProxy, toNode } from '../../src/proxy/index.ts';
import { migrate } from '../../src/store/migrations.ts';
import { openPglite } from '../../src/store/pglite.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { listenOnFreePort } from '../support/free-ports.ts';
import { injectDisk } from './disk.ts';
import {
  bankAccounts,
  cacheDir,
  serverSecret,
  tokenSecret,
  webhookSecret,
  type Order,
  type Report,
  type Setup,
} from './messages.ts';

const setup = JSON.parse(process.argv[2] ?? '') as Setup;
const tell = (report: Report): void => void process.send?.(report);

let armed: Extract<Order, { kind: 'signal' }> | undefined;
let met = 0;
const disk = injectDisk('dataDir' in setup.place ? setup.place.dataDir : undefined);

process.on('message', (order: Order) => {
  if (order.kind === 'disk') disk.full(order.full);
  else if (order.kind === 'tear') disk.tear(order.nth, order.seed);
  else {
    armed = order.kind === 'signal' ? order : undefined;
    met = 0;
  }
});
process.on('disconnect', () => process.exit(0));

const endInMigration = async (): Promise<void> => {
  const { place } = setup;
  const database = 'url' in place ? await openPostgres(place) : await openPglite({ ...place, cacheDir });
  let statements = 0;
  await migrate({
    ...database,
    tx: (work) =>
      database.tx((tx) =>
        work({
          query(sql, params) {
            statements += 1;
            if (statements === 20) process.kill(process.pid, 'SIGKILL');
            return tx.query(sql, params);
          },
        }),
      ),
  });
  throw new Error('The migrations ended, and this process did not.');
};
if (setup.dieInMigration) await endInMigration();

const write =
  (level: string) =>
  (fields: Readonly<Record<string, unknown>>, message: string): void =>
    tell({ kind: 'log', level, message: `${message} ${JSON.stringify(fields)}` });

const proxy = createBankFeedProxy({
  apiKey: setup.apiKey,
  codatUrl: setup.codatUrl,
  publicUrl: setup.publicUrl,
  token: { keys: [{ kid: 'one', secret: tokenSecret }], origins: ['https://bank.example'] },
  serverSecret,
  webhookSecrets: [webhookSecret],
  sourceAccounts: () => bankAccounts,
  timeZone: () => 'UTC',
  ...('url' in setup.place ? { database: setup.place } : { ...setup.place, cacheDir }),
  durations: { watch: 500, changes: 500, listing: 200, ...setup.durations },
  log: { debug: () => undefined, info: write('info'), warn: write('warn'), error: write('error') },
  probe(point) {
    if (armed?.point !== point) return;
    met += 1;
    if (met !== armed.nth) return;
    const { signal } = armed;
    armed = undefined;
    process.kill(process.pid, signal);
  },
});
const handle = toNode(proxy);
const server = createServer((request, response) => void handle(request, response));
const port = await listenOnFreePort(server);
await proxy.start();
const { user, system } = process.cpuUsage();
tell({ kind: 'ready', cpu: (user + system) / 1_000, port });
