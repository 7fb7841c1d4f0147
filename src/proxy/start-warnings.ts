import type { Log } from './log.ts';
import type { ProxyOptions } from './options.ts';

const isPlain = (url: string): boolean => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
};

/** What a proxy may be started with, and hardly anybody means. */
export const warnAtStart = (
  { codatUrl, database, dataDir, publicUrl, token }: ProxyOptions,
  log: Pick<Log, 'warn'>,
): void => {
  if (database === undefined && dataDir === undefined)
    log.warn(
      { option: 'dataDir' },
      'accepted lines are kept in memory and end with this process: give dataDir, a folder that stays, or database',
    );
  const plain = (option: string, url: string, what: string): void => {
    if (isPlain(url))
      log.warn(
        { option, at: new URL(url).origin },
        `${option} is plain http: ${what} can be read on the way; use https`,
      );
  };
  plain('publicUrl', publicUrl, 'sessions and account data');
  if (codatUrl !== undefined) plain('codatUrl', codatUrl, 'the API key and account data');
  for (const [at, origin] of (token?.origins ?? []).entries())
    plain(`token.origins.${at}`, origin, 'the page and its sessions');
};
