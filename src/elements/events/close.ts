/** The customer wants to leave the set-up; the host closes what it stands in. */
export class BankFeedCloseEvent extends Event {
  /** Whether all of it was done. What was done so far is kept in any case. */
  readonly finished: boolean;

  constructor(finished: boolean) {
    super('bank-feed-close', { bubbles: true, composed: true });
    this.finished = finished;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-close': BankFeedCloseEvent;
  }
}
