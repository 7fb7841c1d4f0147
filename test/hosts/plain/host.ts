/**
 * A bank that embeds the widget without a bundler: a page of `demo/hosts/` as it stands, the files of the script tag
 * beside it, and on other origins the real proxy in token mode, with the sandbox behind it.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { contentType } from '../../../scripts/content-types.ts';
import { atRoot } from '../../../scripts/root.ts';
import { listenOnFreePort } from '../../support/free-ports.ts';
import { close, proxyInPages, startBank, type Bank } from '../bank.ts';

export { bankAccount, firstLoad } from '../bank.ts';

export interface PlainHost extends Bank {
  /** Of the page, with a slash at its end. */
  readonly url: string;
  /** What browsers reported to `/reports`. */
  readonly reports: readonly string[];
}

export interface PlainHostOptions {
  /** A folder of `demo/hosts/`. */
  readonly page: string;
  /** The header `content-security-policy`, in which the proxy is called as in the pages. */
  readonly policy?: string | undefined;
  /** Further files by their path, in which the proxy and hashes stand as in the pages; undefined is not there. */
  readonly extra?: (path: string) => string | undefined;
}

/** What the pages call another origin with their files, and the place of a hash in their script tags. */
const elsewhereInPages = 'https://files.bank.example';
const hashPlace = /(src="[^"]*\/bank-feed\/([^"?]+)[^"]*"\s+integrity=")sha384-…"/g;

/** The files of the script tag as they are published; written by `npm run pack`. */
export const published = (file: string): string => atRoot(`build/package/dist/script/${file}`);

export const startPlainHost = async (options: PlainHostOptions): Promise<PlainHost> => {
  const integrity = new Map(Object.entries<string>(JSON.parse(await readFile(published('integrity.json'), 'utf8'))));
  const reports: string[] = [];
  const asServed = (text: string): string =>
    text
      .replaceAll(proxyInPages, bank.proxyUrl)
      .replaceAll(elsewhereInPages, origin.replace('localhost', '127.0.0.1'))
      .replace(hashPlace, (_, before: string, file: string) => `${before}${integrity.get(file) ?? 'unknown'}"`);

  const read = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);
  const fileAt = async (path: string): Promise<string | undefined> => {
    const extra = options.extra?.(path);
    if (extra !== undefined) return asServed(extra);
    const built = /^\/bank-feed\/((?:locales\/)?[\w.-]+\.js)$/.exec(path)?.[1];
    if (built !== undefined) return read(published(built));
    const name = /^\/([\w-]+\.(?:html|js|css))$/.exec(path)?.[1];
    const text = name && (await read(atRoot(`demo/hosts/${options.page}/${name}`)));
    return text && asServed(text);
  };
  const pageServer = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    if (pathname === '/reports') {
      request.setEncoding('utf8').on('data', (chunk: string) => reports.push(chunk));
      request.on('end', () => response.writeHead(204).end());
      return;
    }
    // Chromium asks for it by itself.
    if (pathname === '/favicon.ico') return void response.writeHead(204).end();
    const path = pathname === '/' ? '/index.html' : pathname;
    void fileAt(path).then((text) => {
      const policy = options.policy && { 'content-security-policy': asServed(options.policy).replaceAll('\n', ' ') };
      const headers = { 'content-type': contentType(path) ?? 'application/octet-stream', ...policy };
      // Only the files of the script tag may be had from pages of other origins.
      const shared = path.startsWith('/bank-feed/') && { 'access-control-allow-origin': '*' };
      response.writeHead(text === undefined ? 404 : 200, { ...headers, ...shared }).end(text);
    });
  });
  const origin = `http://localhost:${await listenOnFreePort(pageServer)}`;
  const bank = await startBank(origin);
  return {
    ...bank,
    get signedIn() {
      return bank.signedIn;
    },
    set signedIn(is: boolean) {
      bank.signedIn = is;
    },
    url: `${origin}/`,
    reports,
    async stop() {
      await close(pageServer);
      await bank.stop();
    },
  };
};
