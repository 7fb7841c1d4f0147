import * as z from 'zod';
import { platformKeys } from '../contract/platforms.ts';
import { isTimeZone } from '../outbox/outbox.ts';
import { roles } from './options.ts';

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
const url = z.url({ protocol: /^https?$/, error: 'must be an absolute http(s) URL' });
const missing = (what: string) => `is missing: ${what}`;

/** The settings of the `bank-feed-proxy` command. Secrets come from here only, never from arguments. */
const environment = z.object({
  CODAT_API_KEY: z.string(missing('the API key of Codat')).min(1, 'is empty'),
  BANK_FEED_PUBLIC_URL: url,
  BANK_FEED_TOKEN_SECRET: z
    .string(missing('at least 32 random bytes, such as from `openssl rand -base64 32`'))
    .min(32, 'must have at least 32 characters'),
  BANK_FEED_PAGE_ORIGINS: z
    .string(missing('the origins of the pages that embed the widget, separated by commas'))
    .pipe(list)
    .refine((origins) => origins.length > 0, 'is empty'),
  BANK_FEED_SERVER_SECRET: z
    .string(missing('at least 32 characters, known to your own servers only'))
    .regex(/^[\x21-\x7e]{32,}$/, 'must have at least 32 characters, without spaces'),
  /** Answers `GET ?companyId=&reference=` with the array of source accounts, for the server secret. */
  BANK_FEED_SOURCE_ACCOUNTS_URL: url,
  BANK_FEED_WEBHOOK_SECRETS: z.optional(z.string().pipe(list)),
  BANK_FEED_PLATFORMS: z.optional(
    z
      .string()
      .pipe(list)
      .pipe(z.array(z.enum(platformKeys, `must be among ${platformKeys.join(', ')}`))),
  ),
  BANK_FEED_TIME_ZONE: z.optional(z.string().refine(isTimeZone, 'is no IANA time zone')),
  BANK_FEED_DATA_DIR: z.optional(z.string().min(1)),
  DATABASE_URL: z.optional(
    z.string().regex(/^postgres(ql)?:\/\//, 'must be postgres://user:password@host:5432/database'),
  ),
  BANK_FEED_DATABASE_CONNECTIONS: z.optional(z.coerce.number('must be a number').int().min(2).max(1000)),
  BANK_FEED_DURABLE_STORAGE: z.optional(z.enum(['yes', 'no'], 'must be yes or no')),
  BANK_FEED_EGRESS: z.optional(z.string().min(1).max(200)),
  BANK_FEED_ROLE: z.enum(roles, `must be one of ${roles.join(', ')}`).default('all'),
  BANK_FEED_KEEP_DAYS: z.optional(z.coerce.number('must be a number of days').int().min(31).max(3650)),
  CODAT_URL: z.optional(url),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number('must be a port number').int().min(0).max(65_535).default(8787),
});
export type Environment = z.infer<typeof environment>;

/** Every mistake at once, each with its variable. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

export const readEnvironment = (variables: Readonly<Record<string, string | undefined>>): Environment => {
  const checked = environment.safeParse(variables);
  if (checked.success) return checked.data;
  throw new EnvironmentError(
    checked.error.issues.map((issue) => `${issue.path.map(String).join('.')} ${issue.message}`).join('\n'),
  );
};
