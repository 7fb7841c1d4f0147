/** The session is over and could not be renewed; the customer sees a way to continue. */
export class BankFeedSessionExpiredEvent extends Event {
  /** Why, for developers and logs: what `getToken` rejected with, or that the proxy refused what it gave. */
  readonly message: string;

  constructor(message: string) {
    super('bank-feed-session-expired', { bubbles: true, composed: true });
    this.message = message;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-session-expired': BankFeedSessionExpiredEvent;
  }
}
