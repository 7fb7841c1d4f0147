import type { PlatformKey } from '../../contract/platforms.ts';

/** The customer agreed to connect this accounting software. */
export class BankFeedConsentEvent extends Event {
  readonly platform: PlatformKey;

  constructor(platform: PlatformKey) {
    super('bank-feed-consent', { bubbles: true, composed: true });
    this.platform = platform;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-consent': BankFeedConsentEvent;
  }
}
