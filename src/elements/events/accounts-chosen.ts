/** The customer chose accounts of the host's list. */
export class BankFeedAccountsChosenEvent extends Event {
  readonly connectionId: string;
  /** Those that were accepted. */
  readonly accountIds: readonly string[];
  /** Those that were refused; the reasons are shown with them. */
  readonly refusedIds: readonly string[];

  constructor(connectionId: string, accountIds: readonly string[], refusedIds: readonly string[] = []) {
    super('bank-feed-accounts-chosen', { bubbles: true, composed: true });
    this.connectionId = connectionId;
    this.accountIds = accountIds;
    this.refusedIds = refusedIds;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-accounts-chosen': BankFeedAccountsChosenEvent;
  }
}
