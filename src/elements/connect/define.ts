import { define } from '../internal/define.ts';
import { BankFeedConnect } from './bank-feed-connect.ts';

define('bank-feed-connect', BankFeedConnect);

/** A page that imports this entry alone has the types of its tag and events, too. */
export type * from '../index.ts';
export { BankFeedConnect };
