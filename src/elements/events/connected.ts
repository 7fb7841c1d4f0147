/** The accounting software was seen to be connected while the element was on the page. */
export class BankFeedConnectedEvent extends Event {
  readonly connectionId: string;

  constructor(connectionId: string) {
    super('bank-feed-connected', { bubbles: true, composed: true });
    this.connectionId = connectionId;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-connected': BankFeedConnectedEvent;
  }
}
