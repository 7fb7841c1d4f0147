import { define } from '../internal/define.ts';
import { BankFeedConnect } from './bank-feed-connect.ts';

define('bank-feed-connect', BankFeedConnect);
