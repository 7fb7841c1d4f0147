/** What the compiler has to refuse; no page shows it. */
import { BankFeedSetup, BankFeedStatus } from 'bank-feed-elements/react';

// @ts-expect-error -- There is no such property.
export const property = <BankFeedSetup countri="GB" />;
// @ts-expect-error -- A token is what the function resolves to.
export const value = <BankFeedSetup getToken="token" />;
// @ts-expect-error -- The element has no such event.
export const event = <BankFeedStatus onBankFeedMapped={() => {}} />;
// @ts-expect-error -- The event has no such field.
export const field = <BankFeedSetup onBankFeedConnected={({ accountIds }) => accountIds} />;
