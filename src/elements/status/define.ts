import { define } from '../internal/define.ts';
import { BankFeedStatus } from './bank-feed-status.ts';

define('bank-feed-status', BankFeedStatus);
