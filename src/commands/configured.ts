/** What the environment says, as options of the proxy. */
import { createHash } from 'node:crypto';
import type { Environment } from './environment.ts';
import type { CompanyRef, ProxyOptions } from '../proxy/options.ts';
import type { TokenKey } from '../proxy/token-keys.ts';

/** Rejects where nothing answers. `secret` is sent as a Bearer token; undefined: none is. */
export const askSourceAccounts = (
  environment: Environment,
  company: CompanyRef,
  secret: string | undefined,
): Promise<Response> => {
  const url = new URL(environment.BANK_FEED_SOURCE_ACCOUNTS_URL);
  url.searchParams.set('companyId', company.id);
  if (company.reference !== undefined) url.searchParams.set('reference', company.reference);
  return fetch(url, {
    // Never the server secret: whoever answers there could push and forget with it.
    headers: { accept: 'application/json', ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }) },
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  });
};

const sourceAccountsOf = (environment: Environment) => async (company: CompanyRef) => {
  const response = await askSourceAccounts(environment, company, environment.BANK_FEED_SOURCE_ACCOUNTS_SECRET);
  if (!response.ok) throw new Error(`BANK_FEED_SOURCE_ACCOUNTS_URL answered ${response.status}`);
  return response.json();
};

/** A secret is named by its digest, so that one that is rotated keeps its name. */
const tokenKeys = (environment: Environment): readonly TokenKey[] => [
  ...(environment.BANK_FEED_TOKEN_SECRET ?? []).map((secret) => ({
    kid: createHash('sha256').update(`kid ${secret}`).digest('base64url').slice(0, 12),
    secret,
  })),
  ...(environment.BANK_FEED_TOKEN_PUBLIC_KEYS ?? []),
];

export const storeOf = ({
  DATABASE_URL: url,
  ...environment
}: Environment): Pick<ProxyOptions, 'database' | 'dataDir'> =>
  url === undefined
    ? { dataDir: environment.BANK_FEED_DATA_DIR ?? 'bank-feed-data' }
    : {
        dataDir: environment.BANK_FEED_DATA_DIR,
        database: {
          url,
          connections: environment.BANK_FEED_DATABASE_CONNECTIONS,
          durableStorage: environment.BANK_FEED_DURABLE_STORAGE === 'yes',
          egress: environment.BANK_FEED_EGRESS,
        },
      };

export const optionsOf = (environment: Environment): ProxyOptions => ({
  apiKey: environment.CODAT_API_KEY,
  publicUrl: environment.BANK_FEED_PUBLIC_URL,
  token: {
    keys: tokenKeys(environment),
    origins: environment.BANK_FEED_PAGE_ORIGINS,
  },
  serverSecret: environment.BANK_FEED_SERVER_SECRET,
  webhookSecrets: environment.BANK_FEED_WEBHOOK_SECRETS,
  platforms: environment.BANK_FEED_PLATFORMS,
  timeZone: () => environment.BANK_FEED_TIME_ZONE,
  ...storeOf(environment),
  role: environment.BANK_FEED_ROLE,
  keepDays: environment.BANK_FEED_KEEP_DAYS,
  codatUrl: environment.CODAT_URL,
  sourceAccounts: sourceAccountsOf(environment),
});
