/** The host behind the examples of docs/mounting.md: who is signed in, and what the framework handed over. */
import type { ProxyOptions } from '../../../src/proxy/index.ts';
import { hostAccounts } from '../proxy/support.ts';
import { cacheDir, freshUrl } from '../support/stores.ts';

interface User {
  readonly id: string;
  readonly codatCompanyId: string;
}

/** By the value of the cookie. */
export const users = new Map<string, User>();
/** What was last asked about. */
export const asked: { native: unknown } = { native: undefined };

type Header = (name: string) => unknown;

/** Each framework has its own way to a header. */
const headerOf = (native: unknown): Header => {
  if (typeof native !== 'object' || native === null) throw new TypeError('No request came along.');
  if ('req' in native) return headerOf(native.req);
  if ('header' in native && typeof native.header === 'function') return native.header.bind(native) as Header;
  if ('headers' in native) return (name) => (native.headers as Record<string, string>)[name];
  throw new TypeError('What came along has no headers.');
};

export const whoIsSignedIn = (native: unknown): Promise<User | undefined> => {
  asked.native = native;
  return Promise.resolve(users.get(String(headerOf(native)('cookie'))));
};

export const accountsOf = (_companyId: string) => hostAccounts;

export const logged: { readonly level: string; readonly text: string }[] = [];
const note =
  (level: string) =>
  (fields: object, message: string): void =>
    void logged.push({ level, text: `${message} ${JSON.stringify(fields)}` });

/** What the tests give the proxy beside its own options. */
export const more: Partial<ProxyOptions> = {
  // In memory: the example's own is a folder.
  dataDir: undefined,
  ...(process.env['TEST_DATABASE_URL'] ? { database: { url: await freshUrl() } } : { cacheDir }),
  streamLimits: { company: 1 },
  durations: { changes: 50, linger: 1 },
  log: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
};
