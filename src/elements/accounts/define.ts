import { define } from '../internal/define.ts';
import { BankFeedAccounts } from './bank-feed-accounts.ts';

define('bank-feed-accounts', BankFeedAccounts);

/** A page that imports this entry alone has the types of its tag and events, too. */
export type * from '../index.ts';
export { BankFeedAccounts };
