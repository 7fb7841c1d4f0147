/** The customer disconnected the accounting software, or one account of it. */
export class BankFeedDisconnectedEvent extends Event {
  readonly connectionId: string;
  /** Present where one account was disconnected and the connection stays. */
  readonly accountId: string | undefined;

  constructor(connectionId: string, accountId?: string) {
    super('bank-feed-disconnected', { bubbles: true, composed: true });
    this.connectionId = connectionId;
    this.accountId = accountId;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-disconnected': BankFeedDisconnectedEvent;
  }
}
