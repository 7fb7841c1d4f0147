import type { PlatformKey } from '../../contract/platforms.ts';

/** The accounting software was seen to be connected while the element was on the page. */
export class BankFeedConnectedEvent extends Event {
  readonly connectionId: string;
  /** `unknown` where a newer proxy knows software that this version does not. */
  readonly platform: PlatformKey | 'unknown';

  constructor(connectionId: string, platform: PlatformKey | 'unknown') {
    super('bank-feed-connected', { bubbles: true, composed: true });
    this.connectionId = connectionId;
    this.platform = platform;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-connected': BankFeedConnectedEvent;
  }
}
