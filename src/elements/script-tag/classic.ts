/** The classic script-tag file: the public names in one global. Of two copies the first one's stay, as its elements do. */
import './in-order.ts';
import * as elements from '../define.ts';

declare global {
  var BankFeedElements: typeof elements;
}

globalThis.BankFeedElements ??= elements;
