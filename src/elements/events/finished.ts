/** The customer has come to the end of the set-up: transactions flow. */
export class BankFeedFinishedEvent extends Event {
  readonly connectionId: string;

  constructor(connectionId: string) {
    super('bank-feed-finished', { bubbles: true, composed: true });
    this.connectionId = connectionId;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-finished': BankFeedFinishedEvent;
  }
}
