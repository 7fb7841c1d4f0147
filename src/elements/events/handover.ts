import type { PlatformKey } from '../../contract/platforms.ts';

/**
 * The customer wants somebody else, such as the accountant, to take this step. The host sends them an address of its
 * own that leads to this page: nothing here is a link, since one to the software's page opens it for whoever has it.
 */
export class BankFeedHandoverEvent extends Event {
  /** The unfinished or lost connection; absent where none was begun. */
  readonly connectionId: string | undefined;
  readonly platform: PlatformKey | undefined;

  constructor(connectionId?: string, platform?: PlatformKey) {
    super('bank-feed-handover', { bubbles: true, composed: true });
    this.connectionId = connectionId;
    this.platform = platform;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'bank-feed-handover': BankFeedHandoverEvent;
  }
}
