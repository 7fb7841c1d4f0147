/** What the compiler has to refuse; no page shows it. */
import 'bank-feed-elements/react/jsx';

// @ts-expect-error -- There is no such property.
export const property = <bank-feed-setup countri="GB" />;
// @ts-expect-error -- A token is what the function resolves to.
export const value = <bank-feed-setup getToken="token" />;
// @ts-expect-error -- The event has no such field.
export const field = <bank-feed-setup onbank-feed-connected={({ accountIds }) => accountIds} />;
