export type StoreErrorCode =
  | 'store_driver_missing'
  | 'store_runtime_too_old'
  | 'store_locked'
  | 'store_unwritable'
  | 'store_folder_foreign'
  | 'store_disk_full'
  | 'store_disk_failed'
  | 'store_unsafe'
  | 'store_closed'
  | 'store_url_invalid'
  | 'store_unreachable'
  | 'store_server_too_old'
  | 'store_read_only';

/** The store cannot be used; the message says why and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** PostgreSQL's five characters for what went wrong in a statement; undefined for any other error. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)
    ? error.code
    : undefined;

/** True where a statement failed because it would have broken a unique index. */
export const isUniqueViolation = (error: unknown): boolean => sqlState(error) === '23505';

const away = new WeakSet<object>();

/** Notes of an error, whatever class a driver gave it, that the store could not be reached or used. */
export const noteAway = (error: unknown): void => {
  if (typeof error === 'object' && error !== null) away.add(error);
};

/** True where not the work was at fault but its store: it may be repeated once the store is back. */
export const isStoreAway = (error: unknown): boolean =>
  error instanceof StoreError || (typeof error === 'object' && error !== null && away.has(error));
