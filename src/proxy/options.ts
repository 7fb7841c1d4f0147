import * as z from 'zod';
import { platformKeys, type PlatformKey } from '../contract/platforms.ts';
import type { Scope } from '../contract/schemas.ts';
import type { Governor, Transport } from '../codat/index.ts';
import { adjustableRules, type Clock, type Durations, type FeedEvent, type IssueRules } from '../outbox/model.ts';
import type { Probe } from '../outbox/probe.ts';
import type { Log } from './log.ts';
import type { StreamLimits } from './stream-limits.ts';
import { isEd25519, type TokenKey } from './token-keys.ts';

/** A company as hooks hear of it: `id` is Codat's, `reference` the host's own where it gave one. */
export interface CompanyRef {
  readonly id: string;
  readonly reference?: string | undefined;
}

/** What a mounted proxy's `authorize` answers: who this is, and what they may do. */
export interface Authorization {
  readonly companyId: string;
  /** The host's id of the user; hashed before it is used. */
  readonly subject: string;
  readonly scopes: readonly Scope[];
  /** Codat's ids of the only connections they may see; they may then make no new one. All where not given. */
  readonly connections?: readonly string[] | undefined;
}

export interface TokenOptions {
  /**
   * Secrets of at least 32 bytes (HS256): the first signs, all verify. Or the public halves of your own Ed25519 keys:
   * then your backend signs, and the proxy can only verify.
   */
  readonly keys: readonly TokenKey[];
  /** Page origins that may embed the widget, exactly as the browser sends them. */
  readonly origins: readonly string[];
  /** 60 to 3600; 600 where not given. */
  readonly lifetimeSeconds?: number | undefined;
}

export const roles = ['all', 'web', 'worker'] as const;
export type Role = (typeof roles)[number];

export interface DatabaseOptions {
  /** `postgres://user:password@host:5432/database`, PostgreSQL 14 or newer; TLS by `?sslmode=verify-full`. */
  readonly url: string;
  /** The most connections of this instance; 10 where not given. */
  readonly connections?: number | undefined;
  /** The provider's storage keeps commits though fsync or full_page_writes is off there. Never for a server of your own. */
  readonly durableStorage?: boolean | undefined;
  /**
   * A name for the IP address from which this instance reaches Codat, where instances have several: Codat allows each
   * address 1,000 requests a minute. Instances of the same name, or of none, share one.
   */
  readonly egress?: string | undefined;
}

export interface ProxyOptions {
  /** Codat's API key. Stays on the server. */
  readonly apiKey: string;
  /** Where browsers and Codat reach this proxy, base path included. Forwarded headers are never read. */
  readonly publicUrl: string;
  /** Token mode: the host mints short tokens and the page hands them over. One of `token` and `authorize`. */
  readonly token?: TokenOptions | undefined;
  /** Mounted mode: the host's own session decides; undefined or null refuses. */
  readonly authorize?:
    | ((
        request: Request,
        native: unknown,
      ) => Promise<Authorization | null | undefined> | Authorization | null | undefined)
    | undefined;
  /** The accounts the host offers for a company: the trusted list, checked by `source-accounts.ts`. */
  readonly sourceAccounts: (company: CompanyRef) => unknown;
  /** Enables the server-only routes; at least 32 characters. */
  readonly serverSecret?: string | undefined;
  /** Codat's signing secret(s), `whsec_…`; enables the webhook receiver. Two while rotating. */
  readonly webhookSecrets?: readonly string[] | undefined;
  /** The accounting software offered, in this order; all where not given. */
  readonly platforms?: readonly PlatformKey[] | undefined;
  /** IANA time zone of a company: "today" and the per-day counts. Unknown: the latest date on earth, and UTC. */
  readonly timeZone?: ((company: CompanyRef) => Promise<string | undefined> | string | undefined) | undefined;
  /** Severities of single rules for transactions; docs/push.md lists them. */
  readonly rules?: IssueRules | undefined;
  /** Hears, after commit, that an account connected, lines were delivered, a feed is held or recovered. */
  readonly onEvent?: ((event: FeedEvent, company: CompanyRef) => Promise<void> | void) | undefined;
  /** Folder of the embedded store; in memory where not given, and then nothing survives a restart. */
  readonly dataDir?: string | undefined;
  /** A PostgreSQL server instead, which any number of instances share. */
  readonly database?: DatabaseOptions | undefined;
  /**
   * What this instance does: `web` serves, `worker` delivers and serves nothing but its health, `all` (the default)
   * does both. `web` and `worker` apart need `database`, and at least one of each.
   */
  readonly role?: Role | undefined;
  /** A folder for an empty, prepared store: the first opening fills it, later new stores open faster. */
  readonly cacheDir?: string | undefined;
  readonly codatUrl?: string | undefined;
  readonly transport?: Transport | undefined;
  /**
   * Keeps within Codat's limits; where not given, one that all instances of a PostgreSQL store divide among them. Share
   * it with other clients of the same key.
   */
  readonly governor?: Governor | undefined;
  /**
   * The store was restored from a backup: nothing is sent before Codat was asked what was sent since. Where that is
   * not known here, feeds are held until a person says go. For the first start after the restore only.
   */
  readonly afterRestore?: boolean | undefined;
  /**
   * How many days the content of delivered transactions, the history of pushes and acknowledged events are kept, 31
   * to 3,650; 90 where not given. Of older transactions the ids and fingerprints stay, against duplicates.
   */
  readonly keepDays?: number | undefined;
  /**
   * After how many hours a batch that Codat took and has not finished is an alarm, by software; 48 for QuickBooks Online
   * and Sage, which fetch when they like, 4 for the others where not given.
   */
  readonly pendingHours?: Readonly<Partial<Record<PlatformKey, number>>> | undefined;
  /** How many live streams this instance holds open: 100 for a company, 10,000 in all where not given. */
  readonly streamLimits?: Partial<StreamLimits> | undefined;
  readonly durations?: Partial<Durations & ProxyDurations> | undefined;
  readonly clock?: Clock | undefined;
  readonly log?: Log | undefined;
  /** For tests alone. */
  readonly probe?: Probe | undefined;
}

/** In milliseconds. */
export interface ProxyDurations {
  /** How often accounts that something waits for are listed, behind the webhooks. */
  readonly watch: number;
  /** How long a listing of connections or accounts may answer reads. */
  readonly listing: number;
  /** How often an instance looks for changes made by another one. */
  readonly changes: number;
  /** Between two signs of life on an idle stream. */
  readonly beat: number;
  /** How long a hook of the host, or Codat while lines are taken in, is waited for. */
  readonly hooks: number;
  /** How often a mounted proxy asks `authorize` again on an open stream. */
  readonly authorizeAgain: number;
  /** How long requests under way are waited for at the end. */
  readonly stop: number;
}

export const proxyDurations: ProxyDurations = {
  watch: 60_000,
  listing: 2_000,
  changes: 1_000,
  beat: 15_000,
  hooks: 10_000,
  authorizeAgain: 60_000,
  stop: 7_000,
};

/** The options are wrong; `message` lists every mistake with its field. */
export class ProxyOptionsError extends Error {
  override readonly name = 'ProxyOptionsError';
}

export const isOrigin = (value: string): boolean => URL.canParse(value) && new URL(value).origin === value;
export const isSigningSecret = (value: string): boolean => /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(value);
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an absolute http(s) URL' });
const callback = z.custom<unknown>((value) => typeof value === 'function', 'must be a function');
const kid = z.string().min(1).max(64);
const secretBytes = (value: string): boolean => new TextEncoder().encode(value).length >= 32;

const given = z.optional(z.unknown());
/** Strict at every level: a name with a slip in it would pass for an option left out. */
const schema = z
  .strictObject({
    apiKey: z
      .string('must be the API key of Codat, as text')
      .refine((value) => value.trim().length > 0, 'is empty: give the API key of Codat'),
    publicUrl: httpUrl.refine((url) => !/[?#]/.test(url), 'must not carry a query or a fragment'),
    token: z.optional(
      z.strictObject({
        keys: z
          .array(
            z.union(
              [
                z.strictObject({ kid, secret: z.string().refine(secretBytes, 'must have at least 32 bytes') }),
                z.strictObject({
                  kid,
                  publicKey: z.string().refine(isEd25519, 'must be a public Ed25519 key as PEM'),
                }),
              ],
              'must have kid and one of secret (at least 32 bytes) and publicKey (Ed25519, PEM)',
            ),
          )
          .min(1, 'needs at least one key')
          .refine((keys) => new Set(keys.map((key) => key.kid)).size === keys.length, 'has two keys of one kid'),
        origins: z
          .array(z.string().refine(isOrigin, 'must be an origin such as https://app.example.com, without a path'))
          .min(1, 'needs at least one page origin'),
        lifetimeSeconds: z.optional(
          z.int('must be a whole number of seconds').min(60, 'must be at least 60').max(3600, 'must be at most 3600'),
        ),
      }),
    ),
    authorize: z.optional(callback),
    sourceAccounts: callback,
    serverSecret: z.optional(
      z.string().regex(/^[\x21-\x7e]{32,}$/, 'must have at least 32 characters, without spaces'),
    ),
    webhookSecrets: z.optional(
      z.array(z.string().refine(isSigningSecret, 'must be a signing secret that starts with whsec_')).min(1),
    ),
    platforms: z.optional(z.array(z.enum(platformKeys, `must be one of ${platformKeys.join(', ')}`)).min(1)),
    timeZone: z.optional(callback),
    rules: z.optional(
      z.partialRecord(z.enum(adjustableRules), z.enum(['error', 'warning', 'off'], 'must be error, warning or off')),
    ),
    onEvent: z.optional(callback),
    dataDir: z.optional(z.string().min(1)),
    database: z.optional(
      z.strictObject({
        url: z.string().regex(/^postgres(ql)?:\/\//, 'must be postgres://user:password@host:5432/database'),
        connections: z.optional(
          z.int('must be a whole number').min(2, 'must be at least 2').max(1000, 'must be at most 1000'),
        ),
        durableStorage: z.optional(z.boolean()),
        egress: z.optional(z.string().min(1).max(200)),
      }),
    ),
    role: z.optional(z.enum(roles, `must be one of ${roles.join(', ')}`)),
    cacheDir: z.optional(z.string().min(1)),
    codatUrl: z.optional(httpUrl),
    afterRestore: z.optional(z.boolean()),
    keepDays: z.optional(
      z.int('must be a whole number of days').min(31, 'must be at least 31').max(3650, 'must be at most 3650'),
    ),
    streamLimits: z.optional(z.strictObject({ company: z.optional(z.int().min(1)), all: z.optional(z.int().min(1)) })),
    pendingHours: z.optional(z.partialRecord(z.enum(platformKeys), z.number().min(1).max(8760))),
    transport: given,
    governor: given,
    durations: given,
    clock: given,
    log: given,
    probe: given,
  })
  .refine((options) => (options.token === undefined) !== (options.authorize === undefined), {
    message: 'give exactly one of token and authorize',
    path: ['token'],
  })
  .refine((options) => options.database === undefined || options.dataDir === undefined, {
    message: 'give database or dataDir, not both',
    path: ['database'],
  })
  .refine(({ token, serverSecret }) => !token?.keys.some((key) => 'secret' in key && key.secret === serverSecret), {
    message: 'is a secret of token.keys as well: give two that differ',
    path: ['serverSecret'],
  })
  .refine((options) => options.database !== undefined || (options.role ?? 'all') === 'all', {
    message: 'needs database: instances that serve and instances that deliver share a PostgreSQL server',
    path: ['role'],
  });

/** The option that is meant by a name in other letters, or with more or less at its end. */
const meantBy = (name: string): string => {
  const given = name.toLowerCase();
  const meant = Object.keys(schema.shape).find((known) => {
    const other = known.toLowerCase();
    return other.startsWith(given) || given.startsWith(other);
  });
  return meant === undefined ? 'is no option' : `is no option; ${meant} is one`;
};

/** Throws ProxyOptionsError with every mistake at once. */
export const checkOptions = (options: ProxyOptions): void => {
  const checked = schema.safeParse(options);
  if (checked.success) return;
  const lines = checked.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(
          (key) => `${[...issue.path, key].join('.')}: ${issue.path.length > 0 ? 'is no option' : meantBy(key)}`,
        )
      : [`${issue.path.join('.') || 'options'}: ${issue.message}`],
  );
  throw new ProxyOptionsError(`createBankFeedProxy cannot start:\n  ${lines.join('\n  ')}`);
};
