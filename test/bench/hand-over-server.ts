/** The proxy of the bench, in a process of its own so that its memory can be read. Says its URL, then its memory. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createBankFeedProxy, toNode } from '../../src/proxy/index.ts';

const [dataDir = '', codatUrl = '', apiKey = '', serverSecret = '', account = ''] = process.argv.slice(2);
const server = createServer((request, response) => void handle(request, response));
await new Promise<void>((resolve) => {
  server.listen(0, '127.0.0.1', resolve);
});
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const accounts: unknown = JSON.parse(account);
const proxy = createBankFeedProxy({
  apiKey,
  codatUrl,
  publicUrl: url,
  token: { keys: [{ kid: 'bench', secret: serverSecret }], origins: ['https://bank.example'] },
  serverSecret,
  sourceAccounts: () => accounts,
  timeZone: () => 'UTC',
  dataDir,
  cacheDir: join(import.meta.dirname, '../../node_modules/.cache/bank-feed-elements'),
});
const handle = toNode(proxy);
await proxy.start();
const { id } = await proxy.companies.ensure({ reference: 'bench', name: 'Bench' });
process.send?.({ url, companyId: id });

let peak = 0;
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 50).unref();
process.on('message', () => {
  process.send?.({ peak, rss: process.memoryUsage.rss() });
  peak = 0;
});
process.on('disconnect', () => process.exit(0));
