export type StoreErrorCode =
  | 'store_driver_missing'
  | 'store_runtime_too_old'
  | 'store_locked'
  | 'store_unwritable'
  | 'store_disk_full'
  | 'store_unsafe'
  | 'store_closed';

/** The store cannot be used; the message says why and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** True where a statement failed because it would have broken a unique index. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23505';
