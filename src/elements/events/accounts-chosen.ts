/** The customer chose accounts of the host's list. */
export class BankFeedAccountsChosenEvent extends Event {
  readonly connectionId: string;
  /** Those that were accepted. */
  readonly accountIds: readonly string[];

  constructor(connectionId: string, accountIds: readonly string[]) {
    super('bank-feed-accounts-chosen', { bubbles: true, composed: true });
    this.connectionId = connectionId;
    this.accountIds = accountIds;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-accounts-chosen': BankFeedAccountsChosenEvent;
  }
}
