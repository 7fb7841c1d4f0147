import { define } from '../internal/define.ts';
import { BankFeedMapping } from './bank-feed-mapping.ts';

define('bank-feed-mapping', BankFeedMapping);
