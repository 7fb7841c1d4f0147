/**
 * `npm run bench:load -- [--rounds N]`: from an empty tab to an element that can be used, on a slow line and a slow
 * processor, for the script-tag file beside Lit alone and two peers. Data come from the page itself at once. Prints
 * medians; ends with 1 where a figure is missed.
 */
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { findChromium } from '../../scripts/browsers.ts';
import { buildAll } from '../../scripts/build.ts';
import { listenOnFreePort } from '../support/free-ports.ts';
import { median, report } from './elements/bench.ts';
import { compressed, contenders, type Contender } from './load/contenders.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError('--rounds: give a whole number, at least 1.');

/** 4 times slower than this machine; 1.6 Mbit/s down and half of it up, 150 ms to an answer. */
const processor = 4;
const line = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 800_000 / 8 };

/** `ready` takes what a person would use first, and notes when a frame has shown it. */
const frame = (body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Load</title><link rel="icon" href="data:,">
<script>
  globalThis.ready = (control) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      if (!(control?.getBoundingClientRect().height > 0)) throw new Error('There is nothing to use.');
      globalThis.readyAt ??= performance.now();
    };
    port2.postMessage('');
  });
</script></head><body>${body}</body></html>`;

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html' };

const serve = async (contender: Contender): Promise<{ url: string; close(): void }> => {
  const files = new Map(contender.files).set('/index.html', compressed(frame(contender.html)));
  const server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '');
    const body = files.get(path);
    const type = `${types[extname(path)] ?? 'application/octet-stream'}; charset=utf-8`;
    const headers = { 'content-type': type, 'content-encoding': 'br', 'content-length': body?.length ?? 0 };
    response.writeHead(body ? 200 : 404, body && headers).end(body);
  });
  return { url: `http://127.0.0.1:${await listenOnFreePort(server)}/`, close: () => server.close() };
};

/** Milliseconds from the navigation to the frame, in a browser context that has nothing yet. */
const load = async (browser: Browser, url: string): Promise<number> => {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    const tools = await context.newCDPSession(page);
    await tools.send('Network.enable');
    await tools.send('Network.emulateNetworkConditions', line);
    await tools.send('Emulation.setCPUThrottlingRate', { rate: processor });
    await page.goto(url, { waitUntil: 'commit' });
    const found = await page.waitForFunction('globalThis.readyAt', undefined, { timeout: 60_000 });
    if (faults.length > 0) throw new Error(`The page complained: ${faults.join('\n')}`);
    return Number(await found.jsonValue());
  } finally {
    await context.close();
  }
};

await buildAll();
const all = await contenders();
const names = ['ours', 'lit', 'shoelace', 'widget'] as const;
const { executablePath, args } = await findChromium();
const browser = await chromium.launch({ executablePath, args: [...args] });
const times = { ours: [] as number[], lit: [] as number[], shoelace: [] as number[], widget: [] as number[] };
try {
  // Turn and turn about, so that what else the machine does meets all of them.
  for (let round = 0; round <= rounds; round++)
    for (const name of names) {
      const { url, close } = await serve(all[name]);
      const milliseconds = await load(browser, url);
      close();
      // The first one of each warms up the browser.
      if (round > 0) times[name].push(milliseconds);
    }
} finally {
  await browser.close();
}

const bytes = ({ files }: Contender): number => [...files.values()].reduce((sum, { length }) => sum + length, 0) / 1000;
const [ours, lit, shoelace, widget] = names.map((name) => median(times[name]));
console.log(`Ready in Chromium, processor ${processor} times slower, 1.6 Mbit/s, 150 ms; medians of ${rounds}`);
const met = report([
  ...names.map((name) => ({ what: `${all[name].name}, loaded`, value: bytes(all[name]), unit: 'KB brotli' })),
  ...names.map((name) => ({ what: `${all[name].name}, ready after`, value: median(times[name]), unit: 'ms' })),
  { what: 'ours beside Lit alone', value: (ours ?? NaN) / (lit ?? NaN), unit: 'times', atMost: 1.6 },
  { what: 'ours beside Shoelace, six primitives', value: (ours ?? NaN) / (shoelace ?? NaN), unit: 'times', atMost: 1 },
  { what: 'ours beside the MX connect widget', value: (ours ?? NaN) / (widget ?? NaN), unit: 'times', atMost: 0.33 },
]);
if (!met) process.exitCode = 1;
