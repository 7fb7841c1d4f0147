import '../connect/define.ts';
import '../accounts/define.ts';
import '../mapping/define.ts';
import '../status/define.ts';
import { define } from '../internal/define.ts';
import { BankFeedSetup } from './bank-feed-setup.ts';

define('bank-feed-setup', BankFeedSetup);

/** A page that imports this entry alone has the types of its tag and events, too. */
export type * from '../index.ts';
export { BankFeedSetup };
