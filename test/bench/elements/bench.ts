/** What the benches of elements share: the built script-tag file on a page of its own, in a real Chromium. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { chromium, type CDPSession, type Page } from 'playwright-core';
import { buildAll } from '../../../scripts/build.ts';
import { findChromium } from '../../../scripts/browsers.ts';
import { atRoot } from '../../../scripts/root.ts';
import { complaintsOf } from '../../support/complaints.ts';
import { listenOnFreePort } from '../../support/free-ports.ts';

/** One line of the answer; without a limit it is only told. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly atMost?: number;
}

/** A page with the elements and one module of `pages/`, and the wire to its developer tools. */
export interface BenchPage {
  readonly page: Page;
  readonly tools: CDPSession;
  /** Bytes of JavaScript objects that are still reachable. */
  heap(): Promise<number>;
}

export interface Bench {
  readonly rounds: number;
  /** Opens a fresh page for `run` and closes it. */
  visit<Result>(name: string, run: (page: BenchPage) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? Number.NaN;

/** Each round on a page of its own. */
export const rounds = async <Result>(open: Bench, round: (open: Bench) => Promise<Result>): Promise<Result[]> => {
  const results: Result[] = [];
  for (let index = 0; index < open.rounds; index++) results.push(await round(open));
  return results;
};

/** What the elements promise to work under, so that the bench runs under it as well. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'; trusted-types bank-feed-elements";

const pages = new URL('pages/', import.meta.url);
const viewport = { width: 1280, height: 900 };

/** `built` is a script-tag file to measure instead of one that is built now. */
export async function openBench(rounds: number, built?: string): Promise<Bench> {
  if (built === undefined) await buildAll();
  const script = await readFile(built ?? atRoot('dist/script/bank-feed-elements.js'));
  const server = createServer((request, response) => {
    void answer(request.url ?? '/').then(([type, body]) => {
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': type, 'content-security-policy': policy });
      response.end(body);
    });
  });
  const answer = async (path: string): Promise<[string, string | Buffer | undefined]> => {
    if (path === '/bank-feed-elements.js') return ['text/javascript', script];
    const [, name, kind] = /^\/([a-z-]+)\.(ts|html)$/.exec(path) ?? [];
    if (kind === 'html') return ['text/html; charset=utf-8', frame(name ?? '')];
    const source = name && (await readFile(new URL(`${name}.ts`, pages), 'utf8').catch(() => undefined));
    return ['text/javascript', source ? stripTypeScriptTypes(source) : undefined];
  };
  const origin = `http://127.0.0.1:${await listenOnFreePort(server)}`;
  const { executablePath, args } = await findChromium();
  const browser = await chromium.launch({ executablePath, args: [...args] });

  return {
    rounds,
    async visit(name, run) {
      const page = await browser.newPage({ locale: 'en-GB', viewport });
      const complaints = complaintsOf(page);
      try {
        await page.goto(`${origin}/${name}.html`, { waitUntil: 'load' });
        const tools = await page.context().newCDPSession(page);
        const heap = async () => {
          await tools.send('HeapProfiler.collectGarbage');
          return (await tools.send('Runtime.getHeapUsage')).usedSize;
        };
        const result = await run({ page, tools, heap });
        if (complaints.length > 0) throw new Error(`The page complained: ${complaints.join('\n')}`);
        return result;
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

const frame = (name: string): string => `<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>${name}</title>
<script type="module" src="/bank-feed-elements.js"></script>
<script type="module" src="/${name}.ts"></script>
</head><body></body></html>`;

/** Prints each figure beside its limit; false where one is missed. */
export function report(figures: readonly Figure[]): boolean {
  const width = Math.max(...figures.map(({ what }) => what.length));
  for (const { what, value, unit, atMost } of figures) {
    const limit = atMost === undefined ? '' : `  at most ${atMost} ${unit}  ${value <= atMost ? 'met' : 'MISSED'}`;
    console.log(`${what.padEnd(width)}  ${value.toFixed(unit === 'times' ? 2 : 1).padStart(8)} ${unit}${limit}`);
  }
  return figures.every(({ value, atMost }) => atMost === undefined || value <= atMost);
}
