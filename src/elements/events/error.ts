import type { FeedApiError, FeedErrorCode } from '../../client/errors.ts';

/** Something failed; the element shows it as well. */
export class BankFeedErrorEvent extends Event {
  readonly code: FeedErrorCode;
  /** For developers and logs; the customer reads the element's own words. */
  readonly message: string;
  /** The property, attribute or field at fault, such as `getToken`. */
  readonly field: string | undefined;
  /** What support needs to find the failure. */
  readonly correlationId: string | undefined;
  /** True where trying again may help. */
  readonly recoverable: boolean;

  constructor(error: FeedApiError) {
    super('bank-feed-error', { bubbles: true, composed: true });
    this.code = error.code;
    this.message = error.message;
    this.field = error.field;
    this.correlationId = error.correlationId ?? error.requestId;
    this.recoverable = error.retry;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-error': BankFeedErrorEvent;
  }
}
