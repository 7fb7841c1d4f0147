/** Tags and events as a page without a framework has them; nothing runs. */
import '../../src/elements/define.ts';
import type { BankFeedElements, BankFeedEventName, BankFeedTag } from '../../src/frameworks/tags.ts';

export const tags: HTMLElementTagNameMap extends BankFeedElements ? true : false = true;
export const noOthers: Extract<keyof HTMLElementTagNameMap, `bank-feed-${string}`> extends BankFeedTag ? true : false =
  true;

const setup = document.createElement('bank-feed-setup');
setup.addEventListener('bank-feed-finished', ({ connectionId }) => connectionId.length);
document.addEventListener('bank-feed-step', ({ step }) => step === 'mapping');
window.addEventListener('bank-feed-error', ({ code, recoverable }) => recoverable && code === 'network');
// @ts-expect-error It names no step.
setup.addEventListener('bank-feed-finished', ({ step }) => step === 'mapping');

/** Each event's handler gets an event, and none the class of all. */
export const typed: { [Name in BankFeedEventName]: Event extends GlobalEventHandlersEventMap[Name] ? never : true } = {
  'bank-feed-accounts-chosen': true,
  'bank-feed-close': true,
  'bank-feed-connected': true,
  'bank-feed-connection-started': true,
  'bank-feed-consent': true,
  'bank-feed-disconnected': true,
  'bank-feed-error': true,
  'bank-feed-finished': true,
  'bank-feed-handover': true,
  'bank-feed-mapped': true,
  'bank-feed-navigate': true,
  'bank-feed-session-expired': true,
  'bank-feed-state-change': true,
  'bank-feed-step': true,
};
