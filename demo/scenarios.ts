/** The cases testers ask for by name, `?scenario=…`: what is set up, what to do, and what must be seen. */
import type { Choices } from './choices.ts';

interface Scenario {
  readonly title: string;
  readonly choices: Partial<Choices>;
  /** One step each. */
  readonly steps: readonly string[];
  readonly seen: string;
}

/** A customer of Xero whose transactions flow. */
const flowing = { platform: 'xero', stage: 'sending' } as const;
/** The same, where the deliveries are all one looks at. */
const delivering = { ...flowing, view: 'status' } as const;

export const scenarios = {
  'expired-link': {
    title: 'The link has expired (401)',
    choices: { platform: 'xero', stage: 'begun', fault: new Set(['dead-link']) },
    steps: [
      'Press “Continue in Xero”. The link there is dead (401): go back with the browser.',
      'Press “Continue in Xero” once more.',
    ],
    seen: 'The attempt is still there after going back, and the second link is a fresh one that opens the sign-in page.',
  },
  'multi-currency': {
    title: 'The books have one currency',
    choices: { platform: 'xero' },
    steps: ['Tick “Business current account” and “US dollar account”, and press “Use 2 accounts”.'],
    seen: 'The dollar account is refused, and the reason names the currency. The other account is added all the same.',
  },
  'no-sort-code': {
    title: 'A GBP account without a sort code',
    choices: { platform: 'xero' },
    steps: ['Tick “Old sterling account” and press “Use this account”.'],
    seen: 'The account is refused, the reason names the sort code, and the account can still be chosen again.',
  },
  'duplicate-account': {
    title: 'The account exists already',
    choices: { platform: 'xero', fault: new Set(['other-device']) },
    steps: ['Tick “Business current account” and press “Use this account”: another device was a moment faster.'],
    seen: 'A note says that the account had been added before. It stands among the chosen ones, once.',
  },
  'push-failed': {
    title: 'A push fails',
    choices: { ...delivering, fault: new Set(['push-failed']) },
    steps: [
      'Wait until the current account is up to date, then press “Make transactions”.',
      'Later press “Send again” at “Held by the proxy”.',
    ],
    seen: 'The account needs attention: Xero refused 5 transactions, nothing is lost. Sent again, they arrive, once.',
  },
  'push-timed-out': {
    title: 'A push times out',
    choices: { ...delivering, fault: new Set(['push-timed-out']) },
    steps: [
      'Wait until both accounts are up to date, then press “Make transactions”.',
      'They are not in the books: press “Not there: send again” at “Held by the proxy”.',
    ],
    seen: 'Xero has not confirmed 5 transactions, and nothing is repeated by itself. Sent again, they arrive, once.',
  },
  'long-pending': {
    title: 'A push stays pending',
    choices: { ...delivering, fault: new Set(['push-pending']) },
    steps: ['Wait until both accounts are up to date, then press “Make transactions”.'],
    seen: '5 transactions are on their way to Xero, calmly, for two minutes. Then they are delivered, once.',
  },
  'access-revoked': {
    title: 'Access is withdrawn in the software',
    choices: flowing,
    steps: ['Press “Withdraw access” at “In the software”, then make transactions.'],
    seen: 'Xero no longer lets us send; the new transactions are kept. “Connect Xero again” leads back, and they follow.',
  },
  'account-disconnected': {
    title: 'One account is disconnected in the software',
    choices: flowing,
    steps: ['Press “End this account’s feed” at “In the software”, then make transactions.'],
    seen: 'That one account is disconnected and its new transactions are kept. The other accounts go on.',
  },
  'session-ended': {
    title: 'The session has ended',
    choices: { ...delivering, fault: new Set(['signed-out']) },
    steps: [
      'Press “Continue”: the bank has signed the customer out.',
      'Untick “The bank has signed the customer out” at “What goes wrong”, and press “Continue”.',
    ],
    seen: 'First it says to sign in again. Then all of it is back as it was, without a reload.',
  },
  offline: {
    title: 'Offline',
    choices: delivering,
    steps: [
      'Tick “Offline” at “What goes wrong”, and press “All deliveries”.',
      'Untick it again, and press “Try again” if you do not want to wait.',
    ],
    seen: 'What was known stays. What is new says that the service cannot be reached. Back online all of it is fresh again, without a reload.',
  },
  '1000-accounts': {
    title: '1,000 accounts',
    choices: { platform: 'xero', size: '1000' },
    steps: [
      'Search for “Leeds”, tick “Current account, Leeds 1” and use it. Take what is suggested and start sending.',
      'Then add all the others at once.',
    ],
    seen: 'Searching, ticking and scrolling stay quick. Adding a thousand takes its time, says so, and loses none. The software has 200 accounts: those that match are suggested.',
  },
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof scenarios;
