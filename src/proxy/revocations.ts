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

const rowSchema = z.object({ kind: z.enum(['company', 'session', 'token']), id: z.string(), at: z.string() });

/** What was added so long ago has been committed since, in milliseconds. */
const settledAfter = 60_000;

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
}): Revocations => {
  const { database, clock, interval, longest, log } = parts;
  /** By kind and id: since when. */
  const known = new Map<string, number>();
  const listeners = new Set<() => void>();
  const stopping = new AbortController();
  let looping: Promise<void> | undefined;

  const take = (rows: readonly unknown[]): void => {
    const before = known.size;
    let moved = false;
    for (const row of rows) {
      const { kind, id, at } = rowSchema.parse(row);
      const mark = `${kind} ${id}`;
      moved ||= known.has(mark) && known.get(mark) !== Number(at);
      known.set(mark, Number(at));
    }
    if (moved || known.size > before) for (const listener of listeners) listener();
  };
  const readAll = async (): Promise<void> =>
    take((await database.query('select kind, id, at::text as at from revocation')).rows);
  const readLatest = async (): Promise<void> => {
    const { rows } = await database.query(
      `select kind, id, at::text as at from revocation
       where added_at > clock_timestamp() - $1::bigint * interval '1 millisecond'`,
      [settledAfter + interval],
    );
    take(rows);
  };
  const loop = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(interval, stopping.signal);
      if (stopping.signal.aborted) return;
      await readLatest().catch((error: unknown) => log.warn(errorFields(error), 'revoked sessions could not be read'));
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
      for (const [mark, at] of known) if (at < now - longest) known.delete(mark);
      await database.query('delete from revocation where at < $1::bigint', [now - longest]);
      await database.query(
        `insert into revocation (kind, id, at) values ($1, $2, $3::bigint)
         on conflict (kind, id) do update set at = excluded.at, added_at = clock_timestamp()`,
        [kind, id, now],
      );
      take([{ kind, id, at: String(now) }]);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start() {
      await readAll();
      // The embedded store has this one instance, which hears of everything as it is added.
      if (database.kind === 'postgres') looping = loop();
    },
    async stop() {
      stopping.abort();
      await looping;
    },
  };
};
