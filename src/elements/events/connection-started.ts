import type { PlatformKey } from '../../contract/platforms.ts';

/** A connection was made at Codat; the customer has not authorized it yet. */
export class BankFeedConnectionStartedEvent extends Event {
  readonly connectionId: string;
  readonly platform: PlatformKey;

  constructor(connectionId: string, platform: PlatformKey) {
    super('bank-feed-connection-started', { bubbles: true, composed: true });
    this.connectionId = connectionId;
    this.platform = platform;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-connection-started': BankFeedConnectionStartedEvent;
  }
}
