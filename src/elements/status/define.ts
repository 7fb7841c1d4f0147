import { define } from '../internal/define.ts';
import { BankFeedStatus } from './bank-feed-status.ts';

define('bank-feed-status', BankFeedStatus);

/** A page that imports this entry alone has the types of its tag and events, too. */
export type * from '../index.ts';
export { BankFeedStatus };
