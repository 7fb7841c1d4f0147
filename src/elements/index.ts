/** The classes, without registering them. */
export { BankFeedProvider } from './provider/bank-feed-provider.ts';
export { BankFeedConnect } from './connect/bank-feed-connect.ts';
export { BankFeedAccounts } from './accounts/bank-feed-accounts.ts';
export { BankFeedMapping } from './mapping/bank-feed-mapping.ts';
export { BankFeedStatus } from './status/bank-feed-status.ts';
export { BankFeedAccountsChosenEvent } from './events/accounts-chosen.ts';
export { BankFeedConnectedEvent } from './events/connected.ts';
export { BankFeedConnectionStartedEvent } from './events/connection-started.ts';
export { BankFeedConsentEvent } from './events/consent.ts';
export { BankFeedDisconnectedEvent } from './events/disconnected.ts';
export { BankFeedErrorEvent } from './events/error.ts';
export { BankFeedMappedEvent } from './events/mapped.ts';
export { BankFeedNavigateEvent, type NavigateReason } from './events/navigate.ts';
export { BankFeedSessionExpiredEvent } from './events/session-expired.ts';
export { BankFeedStateChangeEvent, type ElementState } from './events/state-change.ts';
export { setLocaleLoader, type TextKey, type Texts } from './internal/texts.ts';
