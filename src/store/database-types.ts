/** The database as the other rooms see it: plain SQL, valid on PostgreSQL and on the embedded PGlite. */

/** Rows come back as the driver gives them: cast int8, dates and timestamps to text where it matters. */
export interface Queryable {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows the columns of its own SQL
  query<Row = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<{ readonly rows: Row[] }>;
}

export interface Database extends Queryable {
  readonly kind: 'pglite' | 'postgres';
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. Inside, use the
   * given `tx` only; the database itself would wait for this transaction to end.
   */
  tx<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result>;
  /** Waits for what runs, then releases files and locks. Calling it again does nothing. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** The store's folder; made if missing. Without it everything lives in memory and ends with the process. */
  readonly dataDir?: string | undefined;
  /** A folder for an empty, prepared database: the first opening fills it, the next ones start faster. */
  readonly cacheDir?: string | undefined;
  /** Milliseconds between checkpoints of the embedded store. Default 60,000. */
  readonly checkpointEvery?: number | undefined;
  readonly log?: ((level: 'info' | 'warn' | 'error', message: string) => void) | undefined;
}
