import { define } from '../internal/define.ts';
import { BankFeedProvider } from './bank-feed-provider.ts';

define('bank-feed-provider', BankFeedProvider);
