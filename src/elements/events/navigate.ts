/** `map`: to say on Codat's page where transactions go. */
export type NavigateReason = 'authorize' | 'reconnect' | 'map';

/** The customer has to leave for another page. By default the same tab goes there; cancel to open it yourself. */
export class BankFeedNavigateEvent extends Event {
  /** Holds a one-time password: open it at once, never log it, never keep it. */
  readonly url: string;
  readonly reason: NavigateReason;
  /** After this instant (UTC) the page behind `url` refuses; absent where nobody said. */
  readonly expiresAt: string | undefined;

  constructor(url: string, reason: NavigateReason, expiresAt?: string) {
    super('bank-feed-navigate', { bubbles: true, composed: true, cancelable: true });
    this.url = url;
    this.reason = reason;
    this.expiresAt = expiresAt;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-navigate': BankFeedNavigateEvent;
  }
}
