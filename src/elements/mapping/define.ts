import { define } from '../internal/define.ts';
import { BankFeedMapping } from './bank-feed-mapping.ts';

define('bank-feed-mapping', BankFeedMapping);

/** A page that imports this entry alone has the types of its tag and events, too. */
export type * from '../index.ts';
export { BankFeedMapping };
