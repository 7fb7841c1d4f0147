import * as z from 'zod';
import type { Clock } from '../outbox/model.ts';
import type { Database } from '../store/database.ts';
import { errorFields, type Log } from './log.ts';

/** What is over before its time: every token a company has, those of one session, or one token. */
export type Revocation = { readonly companyId: string } | { readonly sessionId: string } | { readonly tokenId: string };

/** What a token says of itself. */
export interface TokenMarks {
  readonly companyId: string;
  readonly sessionId: string;
  readonly tokenId: string;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
}

/**
 * Tokens that are refused though they have not expired. In the store, so that every instance refuses them: this one at
 * once, the others within `durations.changes`.
 */
export interface Revocations {
  has(marks: TokenMarks): boolean;
  add(revocation: Revocation): Promise<void>;
  /** Hears that something was revoked, here or on another instance. */
  subscribe(listener: () => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** `now`: the store's own time, in seconds. Without a kind where nothing was revoked. */
const rowSchema = z.object({
  now: z.string(),
  kind: z.nullable(z.enum(['company', 'session', 'token'])),
  id: z.nullable(z.string()),
  at: z.nullable(z.string()),
});

const markOf = (revocation: Revocation): readonly [kind: string, id: string] => {
  if ('companyId' in revocation) return ['company', revocation.companyId];
  return 'sessionId' in revocation ? ['session', revocation.sessionId] : ['token', revocation.tokenId];
};

export const createRevocations = (parts: {
  readonly database: Database;
  readonly clock: Clock;
  /** How often other instances are looked after, in milliseconds. */
  readonly interval: number;
  /** No token and no session lasts longer, in milliseconds: then what was revoked is forgotten. */
  readonly longest: number;
  readonly log: Log;
  /** What was added so long ago has been committed since, in milliseconds: no statement takes longer. */
  readonly settledAfter?: number | undefined;
}): Revocations => {
  const { database, clock, interval, longest, log, settledAfter = 60_000 } = parts;
  /** By kind and id: since when. */
  const known = new Map<string, number>();
  const listeners = new Set<() => void>();
  const stopping = new AbortController();
  let since = Number.NEGATIVE_INFINITY;
  let looping: Promise<void> | undefined;

  const forget = (): void => {
    const outlived = clock.now() - longest;
    for (const [mark, at] of known) if (at < outlived) known.delete(mark);
  };
  const take = (kind: string, id: string, at: number): boolean => {
    const mark = `${kind} ${id}`;
    // A read that was under way, or an instance whose clock is behind, takes nothing back.
    if (at <= (known.get(mark) ?? Number.NEGATIVE_INFINITY)) return false;
    known.set(mark, at);
    return true;
  };
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  /** What was added since the last read that came back, however long ago that was; by the store's own clock. */
  const read = async (): Promise<void> => {
    const { rows } = await database.query(
      `select extract(epoch from clock.now)::text as now, kind, id, at::text as at
       from (select clock_timestamp() as now) clock left join revocation
         on added_at > to_timestamp($1::float8) - $2::float8 * interval '1 millisecond'`,
      [since, settledAfter],
    );
    let hasNews = false;
    let now = since;
    for (const row of rows) {
      const read = rowSchema.parse(row);
      now = Number(read.now);
      if (read.kind !== null && read.id !== null) hasNews = take(read.kind, read.id, Number(read.at)) || hasNews;
    }
    // Back in time, as where another server took over: what was added there may seem older than it is.
    since = now < since ? Number.NEGATIVE_INFINITY : now;
    forget();
    if (hasNews) tell();
  };
  const loop = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(interval, stopping.signal);
      if (stopping.signal.aborted) return;
      await read().catch((error: unknown) => log.warn(errorFields(error), 'revoked sessions could not be read'));
    }
  };

  return {
    has({ companyId, sessionId, tokenId, issuedAt }) {
      return (
        known.has(`session ${sessionId}`) ||
        known.has(`token ${tokenId}`) ||
        issuedAt <= (known.get(`company ${companyId}`) ?? Number.NEGATIVE_INFINITY)
      );
    },
    async add(revocation) {
      const [kind, id] = markOf(revocation);
      const now = clock.now();
      forget();
      await database.query('delete from revocation where at < $1::bigint', [now - longest]);
      await database.query(
        `insert into revocation (kind, id, at) values ($1, $2, $3::bigint)
         on conflict (kind, id) do update set at = greatest(revocation.at, excluded.at),
           added_at = clock_timestamp()`,
        [kind, id, now],
      );
      if (take(kind, id, now)) tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start() {
      await read();
      // The embedded store has this one instance, which hears of everything as it is added.
      if (database.kind === 'postgres') looping = loop();
    },
    async stop() {
      stopping.abort();
      await looping;
    },
  };
};
