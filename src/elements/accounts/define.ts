import { define } from '../internal/define.ts';
import { BankFeedAccounts } from './bank-feed-accounts.ts';

define('bank-feed-accounts', BankFeedAccounts);
