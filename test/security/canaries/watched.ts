/** A proxy whose secrets are known to a recorder, and all of whose answers, log lines and errors it looks at. */
import type { createBankFeedProxy } from '../../../src/proxy/create-proxy.ts';
import type { BankFeedProxy, ProxyOptions } from '../../../src/proxy/index.ts';
import { silentLog, type Log } from '../../../src/proxy/log.ts';
import { IncomingMessage } from 'node:http';
import type { Recorder } from './recorder.ts';

type Create = typeof createBankFeedProxy;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const learnOptions = (recorder: Recorder, { apiKey, serverSecret, webhookSecrets, token, database }: ProxyOptions) => {
  const { secrets } = recorder;
  secrets.learn('secret', 'API key', apiKey);
  secrets.learn('secret', 'authorization at Codat', Buffer.from(apiKey).toString('base64'));
  recorder.learnServerSecret(serverSecret);
  for (const secret of webhookSecrets ?? []) {
    secrets.learn('secret', 'webhook secret', secret);
    secrets.learn('secret', 'webhook secret', secret.replace(/^whsec_/, ''));
  }
  for (const key of token?.keys ?? []) if ('secret' in key) secrets.learn('secret', 'token secret', key.secret);
  if (database === undefined || !URL.canParse(database.url)) return;
  secrets.learn('secret', 'database URL', database.url);
  secrets.learn('secret', 'password of the database', new URL(database.url).password);
};

const learnAccounts = (recorder: Recorder, accounts: unknown): void => {
  if (!Array.isArray(accounts)) return;
  for (const account of accounts.filter(isObject)) {
    const { id, accountNumber, sortCode } = account;
    const plain = typeof sortCode === 'string' ? sortCode.replaceAll('-', '') : undefined;
    recorder.learnAccount(id, [accountNumber, sortCode, plain, account['iban']]);
  }
};

const levels = ['debug', 'info', 'warn', 'error'] as const;

const watchedLog = (recorder: Recorder, log: Log): Log => {
  const level = (name: (typeof levels)[number]): [string, Log['info']] => [
    name,
    (fields, message) => {
      recorder.logLine(`log at ${name}`, JSON.stringify([fields, message]));
      log[name](fields, message);
    },
  ];
  // Also what nobody reads: it is written all the same.
  return Object.assign({}, log, Object.fromEntries(levels.map(level)), { isLevelEnabled: () => true });
};

const watchedOptions = (recorder: Recorder, options: ProxyOptions): ProxyOptions => {
  learnOptions(recorder, options);
  return {
    ...options,
    log: watchedLog(recorder, options.log ?? silentLog),
    sourceAccounts: async (company) => {
      const accounts = await options.sourceAccounts(company);
      learnAccounts(recorder, accounts);
      return accounts;
    },
  };
};

/** The same object, all of whose functions say what they reject with. */
const watchedMembers = <Members extends object>(recorder: Recorder, name: string, members: Members): Members => {
  const watched = Object.entries(members).map(([key, member]: [string, unknown]): [string, unknown] => {
    if (isObject(member)) return [key, watchedMembers(recorder, key, member)];
    if (typeof member !== 'function') return [key, member];
    const call = async (...given: readonly unknown[]): Promise<unknown> => {
      try {
        const answer: unknown = await Reflect.apply(member, members, given);
        if (key === 'mint' && isObject(answer)) recorder.secrets.learn('session', 'session token', answer['token']);
        return answer;
      } catch (error) {
        recorder.error(`${name}.${key}()`, error);
        throw error;
      }
    };
    return [key, call];
  });
  return Object.assign(members, Object.fromEntries(watched));
};

export const watchProxies =
  (recorder: Recorder) =>
  (create: Create): Create =>
  (options) => {
    let proxy: BankFeedProxy;
    try {
      // What is no options at all is the proxy's to refuse.
      const isComplete = typeof options.sourceAccounts === 'function' && typeof options.apiKey === 'string';
      proxy = create(isComplete ? watchedOptions(recorder, options) : options);
    } catch (error) {
      recorder.error('createBankFeedProxy()', error);
      throw error;
    }
    const { fetch } = proxy;
    return {
      ...watchedMembers(recorder, 'proxy', proxy),
      async fetch(request, env) {
        const { native } = env ?? {};
        if (native instanceof IncomingMessage) {
          recorder.serves(native);
          return fetch(request, env);
        }
        const response = await fetch(request, env);
        await recorder.response(request, response);
        return response;
      },
    };
  };
