import * as z from 'zod';
import { authorizationOf } from '../codat/api-key.ts';
import { checkBaseUrl } from '../codat/paths.ts';
import { platformKeys } from '../contract/platforms.ts';
import { isTimeZone } from '../outbox/outbox.ts';
import { isOrigin, isSigningSecret, roles } from '../proxy/options.ts';
import { isEd25519 } from '../proxy/token-keys.ts';
import { logLevels } from './json-log.ts';

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
const missing = (what: string) => `is missing: ${what}`;
const url = (what: string) =>
  z.url({
    protocol: /^https?$/,
    error: ({ input }) => (input === undefined || input === '' ? missing(what) : 'must be an absolute http(s) URL'),
  });
const publicKeyFault =
  'must be kid=key, the key Ed25519 and as in PEM without its first and last line; comma-separated';
const publicKey = (text: string): { readonly kid: string; readonly publicKey: string } => {
  const at = text.indexOf('=');
  const [kid, key] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  return { kid, publicKey: `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----\n` };
};
const whole = (what: string, least: number, most: number) => {
  const message = `must be ${what}, ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message);
};

const passes =
  (check: (value: string) => unknown) =>
  (value: string): boolean => {
    try {
      check(value);
      return true;
    } catch {
      return false;
    }
  };
const isApiKey = passes(authorizationOf);
const isBaseUrl = passes(checkBaseUrl);

/** Plain http is read by whoever is on the way: only to this machine, or where it was said. */
const isOpen = (address: string | undefined): boolean => {
  if (address === undefined || !URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !/^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
};

/** The settings of the `bank-feed-proxy` command. Secrets come from here only, never from arguments. */
const environment = z.object({
  CODAT_API_KEY: z
    .string(missing('the API key of Codat'))
    .refine(isApiKey, "must be Codat's API key: the key itself, its base64, or a whole Basic header"),
  BANK_FEED_PUBLIC_URL: url('where browsers and Codat reach this proxy, such as https://feeds.example.com').refine(
    (value) => !/[?#]/.test(value),
    'must not carry a query or a fragment',
  ),
  BANK_FEED_TOKEN_SECRET: z.optional(
    z
      .string()
      .pipe(list)
      .refine((secrets) => secrets.length > 0, 'is empty')
      .refine((secrets) => secrets.every((secret) => secret.length >= 32), 'must have at least 32 characters')
      .refine((secrets) => new Set(secrets).size === secrets.length, 'has one secret twice'),
  ),
  BANK_FEED_TOKEN_PUBLIC_KEYS: z.optional(
    z
      .string()
      .pipe(list)
      .refine((keys) => keys.length > 0, 'is empty')
      .transform((keys) => keys.map(publicKey))
      .refine((keys) => keys.every(({ kid, publicKey: pem }) => kid !== '' && isEd25519(pem)), publicKeyFault)
      .refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'has two keys of one kid'),
  ),
  BANK_FEED_PAGE_ORIGINS: z
    .string(missing('the origins of the pages that embed the widget, separated by commas'))
    .pipe(list)
    .refine((origins) => origins.length > 0, 'is empty')
    .refine((origins) => origins.every(isOrigin), 'must be origins such as https://app.example.com, without a path'),
  BANK_FEED_SERVER_SECRET: z
    .string(missing('at least 32 characters, known to your own servers only'))
    .regex(/^[\x21-\x7e]{32,}$/, 'must have at least 32 characters, without spaces'),
  /** Answers `GET ?companyId=&reference=` with the array of source accounts. */
  BANK_FEED_SOURCE_ACCOUNTS_URL: url('where your list of accounts answers, such as https://bank.example/accounts'),
  /** Sent there as a Bearer token, and good for nothing else. */
  BANK_FEED_SOURCE_ACCOUNTS_SECRET: z.optional(z.string().regex(/^[\x21-\x7e]+$/, 'must be text without spaces')),
  BANK_FEED_PLAIN_HTTP: z.optional(z.enum(['yes', 'no'], 'must be yes or no')),
  BANK_FEED_WEBHOOK_SECRETS: z.optional(
    z
      .string()
      .pipe(list)
      .refine((secrets) => secrets.length > 0, 'is empty')
      .refine((secrets) => secrets.every(isSigningSecret), 'must be signing secrets that start with whsec_'),
  ),
  BANK_FEED_PLATFORMS: z.optional(
    z
      .string()
      .pipe(list)
      .refine((platforms) => platforms.length > 0, 'is empty')
      .pipe(z.array(z.enum(platformKeys, `must be among ${platformKeys.join(', ')}`))),
  ),
  BANK_FEED_TIME_ZONE: z.optional(z.string().refine(isTimeZone, 'is no IANA time zone')),
  BANK_FEED_DATA_DIR: z.optional(z.string().min(1, 'is empty')),
  DATABASE_URL: z.optional(
    z.string().regex(/^postgres(ql)?:\/\//, 'must be postgres://user:password@host:5432/database'),
  ),
  BANK_FEED_DATABASE_CONNECTIONS: z.optional(whole('a number of connections', 2, 1000)),
  BANK_FEED_DURABLE_STORAGE: z.optional(z.enum(['yes', 'no'], 'must be yes or no')),
  BANK_FEED_EGRESS: z.optional(z.string().min(1, 'is empty').max(200, 'is longer than 200')),
  BANK_FEED_ROLE: z.enum(roles, `must be one of ${roles.join(', ')}`).default('all'),
  BANK_FEED_KEEP_DAYS: z.optional(whole('a number of days', 31, 3650)),
  BANK_FEED_LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
  CODAT_URL: z.optional(
    url('the address of Codat, or leave it out').refine(isBaseUrl, 'must not carry a user, a query or a fragment'),
  ),
  HOST: z.string().default('127.0.0.1'),
  PORT: whole('a port number', 0, 65_535).default(8787),
});
export type Environment = z.infer<typeof environment>;

/** Every mistake at once, each with its variable. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

type Variables = Readonly<Record<string, string | undefined>>;

/** What single settings cannot say of themselves. */
const contradictions = (given: Variables): readonly string[] => {
  const {
    DATABASE_URL: database,
    BANK_FEED_DATA_DIR: folder,
    BANK_FEED_ROLE: role = 'all',
    BANK_FEED_SERVER_SECRET: secret,
    BANK_FEED_TOKEN_SECRET: tokens,
    BANK_FEED_SOURCE_ACCOUNTS_SECRET: narrow,
  } = given;
  const plain = given['BANK_FEED_PLAIN_HTTP'] === 'yes';
  return [
    ...(tokens === undefined && given['BANK_FEED_TOKEN_PUBLIC_KEYS'] === undefined
      ? [`BANK_FEED_TOKEN_SECRET ${missing('at least 32 random bytes, such as from `openssl rand -base64 32`')}`]
      : []),
    ...(database !== undefined && folder !== undefined
      ? ['DATABASE_URL and BANK_FEED_DATA_DIR are both set: give one of them']
      : []),
    ...(database === undefined && (role === 'web' || role === 'worker')
      ? [`BANK_FEED_ROLE ${role} needs DATABASE_URL: instances that serve and instances that deliver share a server`]
      : []),
    ...(secret !== undefined && (tokens ?? '').split(',').some((token) => token.trim() === secret)
      ? [
          'BANK_FEED_TOKEN_SECRET must be another one than BANK_FEED_SERVER_SECRET: one of them may leak without the other',
        ]
      : []),
    ...(narrow !== undefined && narrow === secret
      ? ['BANK_FEED_SOURCE_ACCOUNTS_SECRET must be another one than BANK_FEED_SERVER_SECRET, which may push and forget']
      : []),
    ...['BANK_FEED_SOURCE_ACCOUNTS_URL', 'CODAT_URL']
      .filter((name) => !plain && isOpen(given[name]))
      .map(
        (name) => `${name} must be https: others may read plain http. BANK_FEED_PLAIN_HTTP=yes allows it all the same`,
      ),
  ];
};

/** Settings of the commands beside the server. */
const others: ReadonlySet<string> = new Set(['BANK_FEED_URL', 'BANK_FEED_SERVER_SECRET_FILE']);

/** Names that look like settings and are none: a slip of the pen would be passed over in silence. */
export const unknownSettings = (variables: Variables): readonly string[] =>
  Object.keys(variables).filter(
    (name) => name.startsWith('BANK_FEED_') && !Object.hasOwn(environment.shape, name) && !others.has(name),
  );

export const readEnvironment = (variables: Variables): Environment => {
  const checked = environment.safeParse(variables);
  const faults = [
    ...(checked.error?.issues ?? []).map((issue) => `${issue.path.map(String).join('.')} ${issue.message}`),
    ...contradictions(variables),
  ];
  if (checked.success && faults.length === 0) return checked.data;
  // What is missing may be there under a name that is not right.
  const unknown = unknownSettings(variables).map((name) => `${name} is no setting`);
  throw new EnvironmentError([...faults, ...unknown].join('\n'));
};
