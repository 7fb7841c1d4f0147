import { define } from '../internal/define.ts';
import { BankFeedProvider } from './bank-feed-provider.ts';

define('bank-feed-provider', BankFeedProvider);

/** A page that imports this entry alone has the types of its tag and events, too. */
export type * from '../index.ts';
export { BankFeedProvider };
