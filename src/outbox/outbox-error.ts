/** A hand-over that is wrong as a whole; faults of single lines are answered in the result. */
export class OutboxError extends Error {
  override readonly name = 'OutboxError';
  readonly code: 'invalid_address' | 'invalid_transactions' | 'invalid_time_zone' | 'invalid_cursor';
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

/** An account id becomes a segment of Codat's path: names that mean something else there are refused. */
export const checkAccountId = (accountId: string): void => {
  const refuse = (message: string): never => {
    throw new OutboxError('invalid_address', 'accountId', message);
  };
  if (accountId === '') refuse('accountId is empty; give the id of a source account.');
  if (accountId.length > longestId) refuse(`accountId is longer than ${longestId} characters.`);
  if (['.', '..', 'batch', 'credentials'].includes(accountId)) refuse('accountId is a name that Codat uses itself.');
  if (controls.test(accountId) || !accountId.isWellFormed()) refuse('accountId has control or broken characters.');
};
