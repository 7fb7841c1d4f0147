/** A call that is wrong as a whole, or asks for what is not possible; faults of single lines are answered in a result. */
export class OutboxError extends Error {
  override readonly name = 'OutboxError';
  readonly code:
    | 'invalid_address'
    | 'invalid_transactions'
    | 'invalid_time_zone'
    | 'invalid_cursor'
    | 'invalid_reason'
    | 'invalid_ids'
    /** There is no such feed. */
    | 'unknown_feed'
    /** Nothing is held; it may have gone on by itself. */
    | 'not_held'
    /** Not for this kind of hold; the message says what to do instead. */
    | 'not_allowed'
    /** Possible, once the caller says that the lines were not written. */
    | 'confirmation_required';
  readonly field: string;

  constructor(code: OutboxError['code'], field: string, message: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

const longestId = 200;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controls = /[\u0000-\u001f\u007f]/;

/**
 * Why an account id cannot be used, as the end of a sentence; undefined where it can. It becomes a segment of
 * Codat's path, where some names mean something else: `DELETE …/credentials` revokes everything.
 */
export const accountIdFault = (accountId: string): string | undefined => {
  if (accountId === '') return 'is empty: give the id of a source account';
  if (accountId.length > longestId) return `is longer than ${longestId} characters`;
  if (['.', '..', 'batch', 'credentials'].includes(accountId.toLowerCase()))
    return 'is a word with a meaning in the paths of Codat: choose another id';
  return controls.test(accountId) || !accountId.isWellFormed() ? 'has control or broken characters' : undefined;
};

export const checkAccountId = (accountId: string): void => {
  const fault = accountIdFault(accountId);
  if (fault !== undefined) throw new OutboxError('invalid_address', 'accountId', `accountId ${fault}.`);
};
