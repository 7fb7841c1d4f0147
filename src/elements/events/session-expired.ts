/** The session is over and could not be renewed; the customer sees a way to continue. */
export class BankFeedSessionExpiredEvent extends Event {
  constructor() {
    super('bank-feed-session-expired', { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-session-expired': BankFeedSessionExpiredEvent;
  }
}
