/** The database as the other rooms see it: plain SQL, valid on PostgreSQL and on the embedded PGlite. */

/** Rows come back as the driver gives them: cast int8, dates and timestamps to text where it matters. */
export interface Queryable {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows the columns of its own SQL
  query<Row = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<{ readonly rows: Row[] }>;
}

export interface TxOptions {
  /**
   * Statements may touch all lines of a feed: where a server could not end them in seconds, they are done again with
   * ten minutes for each.
   */
  readonly slow?: boolean | undefined;
}

export interface Database extends Queryable {
  readonly kind: 'pglite' | 'postgres';
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. Inside, use the
   * given `tx` only; the database itself would wait for this transaction to end. On a server `work` runs again,
   * from its start, where the server undid it because of other transactions: keep its effects inside.
   */
  tx<Result>(work: (tx: Queryable) => Promise<Result>, options?: TxOptions): Promise<Result>;
  /** Waits for what runs, then releases files, locks and connections. Calling it again does nothing. */
  close(): Promise<void>;
}

export type StoreLog = (level: 'info' | 'warn' | 'error', message: string) => void;

/** The embedded store: one process at a time. */
export interface EmbeddedOptions {
  readonly url?: undefined;
  /** The store's folder; made if missing. Without it everything lives in memory and ends with the process. */
  readonly dataDir?: string | undefined;
  /** A folder for an empty, prepared database: the first opening fills it, the next ones start faster. */
  readonly cacheDir?: string | undefined;
  /** Milliseconds between checkpoints of the embedded store. Default 60,000. */
  readonly checkpointEvery?: number | undefined;
  readonly log?: StoreLog | undefined;
}

/** A PostgreSQL server, 14 or newer, shared by any number of instances. */
export interface ServerOptions {
  /** `postgres://user:password@host:5432/database`; TLS by `?sslmode=verify-full`. */
  readonly url: string;
  /** The most connections of this process. Default 10. */
  readonly connections?: number | undefined;
  /**
   * The server says that fsync or full_page_writes is off, and the storage beneath keeps every commit by other
   * means, as that of some cloud providers does. Never for a server of your own.
   */
  readonly durableStorage?: boolean | undefined;
  /** Milliseconds after which an unanswered statement, and the connection with it, is given up. Default 30,000. */
  readonly answerWithin?: number | undefined;
  readonly log?: StoreLog | undefined;
}

export type OpenOptions = EmbeddedOptions | ServerOptions;
