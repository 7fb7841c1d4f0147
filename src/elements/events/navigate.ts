export type NavigateReason = 'authorize' | 'reconnect';

/** The customer has to leave for another page. By default the same tab goes there; cancel to open it yourself. */
export class BankFeedNavigateEvent extends Event {
  /** Holds a one-time password: never log it, never keep it. */
  readonly url: string;
  readonly reason: NavigateReason;

  constructor(url: string, reason: NavigateReason) {
    super('bank-feed-navigate', { bubbles: true, composed: true, cancelable: true });
    this.url = url;
    this.reason = reason;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-navigate': BankFeedNavigateEvent;
  }
}
