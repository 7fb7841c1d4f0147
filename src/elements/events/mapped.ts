/** The software took the mapping of an account; it becomes connected a little later. */
export class BankFeedMappedEvent extends Event {
  readonly connectionId: string;
  readonly accountId: string;

  constructor(connectionId: string, accountId: string) {
    super('bank-feed-mapped', { bubbles: true, composed: true });
    this.connectionId = connectionId;
    this.accountId = accountId;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-mapped': BankFeedMappedEvent;
  }
}
