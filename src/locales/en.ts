/**
 * Every text a customer can read. `{name}` is a place for a value; a text with plural forms is chosen by `{count}`.
 * English is the type: another language has the same keys, and may have more plural forms.
 */
export const en = {
  'state.connected': 'Connected',
  'state.waiting': 'Waiting',
  'state.attention': 'Needs attention',
  'state.disconnected': 'Disconnected',
  'state.checking': 'Checking',

  'platform.unknown': 'your accounting software',

  'account.checking': 'Current account',
  'account.savings': 'Savings account',
  'account.loan': 'Loan',
  'account.creditCard': 'Credit card',
  'account.prepaidCard': 'Prepaid card',
  'account.paymentsProcessor': 'Payments account',
  'account.unknown': 'Account',
  'account.ending': 'ending in {last4}',

  'column.account': 'Your account',
  'column.balance': 'Balance',
  'column.state': 'State',
  'column.day': 'Day',
  'column.delivered': 'Delivered',
  'column.held': 'Held',
  'column.when': 'When',
  'column.lines': 'Transactions',
  'column.dates': 'Dated',
  'column.result': 'Result',

  'session.ended': 'Your session has ended',
  'session.safe': 'Nothing is lost. Continue where you were.',
  'session.continue': 'Continue',

  'stale.text': 'This is how things stood on {time}. We cannot get the latest at the moment.',

  'problem.network': 'We cannot reach the service. You may be offline.',
  'problem.timeout': 'The service is taking too long to answer.',
  'problem.forbidden': 'You are not allowed to do this here.',
  'problem.not_found': 'This is no longer there.',
  'problem.rate_limited': 'There are too many requests at the moment.',
  'problem.platform_not_allowed': 'This accounting software is not offered here.',
  'problem.connection_active': 'Other accounting software is connected. Disconnect it first, then connect this one.',
  'problem.connection_not_linked': 'Your accounting software is not connected. Connect it first.',
  'problem.account_refused': 'This account could not be added.',
  'problem.mapping_refused': 'Your transactions cannot go to this account.',
  'problem.upstream_refused': 'Your accounting software did not accept this.',
  'problem.upstream': 'The connection service does not answer as it should.',
  'problem.accounts': 'Your accounts cannot be listed at the moment.',
  'problem.other': 'Something went wrong on our side.',
  'problem.safe': 'Your transactions are safe.',
  'problem.later': 'Please try again in a moment.',
  'problem.support': 'Please contact support.',
  'problem.retry': 'Try again',
  'problem.said': 'The answer was: “{message}”',
  'problem.reference': 'Reference for support: {reference}',
  'problem.copy': 'Copy',
  'problem.copied': 'Copied',

  'connect.title': 'Accounting software',
  'connect.intro': 'Send your transactions to your accounting software, so that nobody has to type them in.',
  'connect.intro.choose': 'Send your transactions to your accounting software. Which one do you use?',
  'connect.choose': 'Choose your accounting software',
  'connect.none': 'There is no accounting software to connect yet.',
  'connect.not-yet': 'Cannot be connected here yet',
  'connect.not-yet.title': '{platform} cannot be connected here yet',
  'connect.not-yet.text': 'We are working on it. Nothing has been started, and nothing is shared with {platform}.',
  'connect.consent.title': 'What happens when you connect {platform}',
  'connect.consent.sign-in': 'You sign in to {platform} and agree there.',
  'connect.consent.return': 'You are brought back here.',
  'connect.consent.choose': 'You choose your accounts, and where their transactions go in {platform}.',
  'connect.consent.shared':
    '{platform} gets the date, amount, description and balance of each transaction in the accounts you choose, and nothing else. You can stop at any time.',
  'connect.go': 'Connect {platform}',
  'connect.opening': 'Opening {platform}…',
  'connect.pending':
    'You have not finished signing in to {platform}, or it has not told us yet. Nothing has been sent.',
  'connect.continue': 'Continue in {platform}',
  'connect.cancel': 'Cancel this attempt',
  'connect.linked': '{platform} is connected.',
  'connect.since': 'Connected since {date}',
  'connect.unknown': 'We are checking the state of this connection.',
  'connect.unlinked':
    '{platform} is disconnected. No transactions are sent. New ones are kept until you connect again.',
  'connect.deauthorized':
    '{platform} no longer lets us send transactions: the permission was withdrawn or has run out. New ones are kept and follow when you connect again.',
  'connect.again': 'Connect {platform} again',
  'connect.other': 'Use other accounting software',
  'connect.disconnect': 'Disconnect {platform}',
  'connect.disconnect.title': 'Disconnect {platform}?',
  'connect.disconnect.stops': 'What stops: no more transactions are sent to {platform}, from any of your accounts.',
  'connect.disconnect.keep': 'Keep it connected',
  'connect.disconnected': '{platform} is disconnected.',

  'stop.account': 'What stops: {platform} gets no more transactions from this account.',
  'stop.stays': 'What stays: everything {platform} has received so far. You can start again at any time.',

  'accounts.title': 'Your accounts',
  'accounts.connect-first': 'Connect your accounting software first.',
  'accounts.none': 'There are no accounts to choose from yet. They appear here when you open one with us.',
  'accounts.intro': 'Choose the accounts whose transactions {platform} should receive.',
  'accounts.chosen': 'Accounts you have chosen',
  'accounts.offered': 'Accounts to choose from',
  'accounts.all': 'All {count} accounts',
  'accounts.pick': 'Choose at least one account.',
  'accounts.use': { one: 'Use this account', other: 'Use {count} accounts' },
  'accounts.use-none': 'Use these accounts',
  'accounts.using': 'Adding accounts…',
  'accounts.added': { one: '{count} account added.', other: '{count} accounts added.' },
  'accounts.refused': {
    one: '{count} account was refused. The reason is shown with it.',
    other: '{count} accounts were refused. The reasons are shown with them.',
  },
  'accounts.add': 'Add an account',
  'accounts.rename': 'Rename',
  'accounts.rename.label': 'Name of this account',
  'accounts.rename.save': 'Save name',
  'accounts.rename.cancel': 'Cancel',
  'accounts.renamed': 'The account is now called {name}.',
  'accounts.remove': 'Remove',
  'accounts.remove.title': 'Remove {name}?',
  'accounts.remove.stays': 'What stays: the account in {platform}, with everything it has received so far.',
  'accounts.remove.confirm': 'Remove account',
  'accounts.remove.keep': 'Keep account',
  'accounts.removed': '{name} was removed.',

  'mapping.title': 'Where transactions go',
  'mapping.choose-first': 'Choose your accounts first.',
  'mapping.intro': 'For each of your accounts, choose the account in {platform} that should receive its transactions.',
  'mapping.elsewhere': 'You choose this inside {platform}. What you choose there shows up here.',
  'mapping.target': 'Account in {platform}',
  'mapping.start': 'Send transactions from',
  'mapping.start.hint':
    'To avoid anything appearing twice, start on the day after the last transaction that is already in your books.',
  'mapping.start.limit': {
    one: '{platform} takes transactions up to {count} day old.',
    other: '{platform} takes transactions up to {count} days old.',
  },
  'mapping.later': 'Choose later',
  'mapping.new': 'Create a new account in {platform}',
  'mapping.pick': 'Choose an account in {platform} for at least one of your accounts.',
  'mapping.go': { one: 'Start sending', other: 'Start sending from {count} accounts' },
  'mapping.sending': 'Starting…',
  'mapping.connecting': '{platform} is confirming this. You can leave this page, it carries on.',
  'mapping.arrived': '{name} is connected.',
  'mapping.refused': 'The account was refused. The reason is shown with it.',
  'mapping.refused.next': 'Choose another account, or create a new one.',
  'mapping.fault.target-gone': 'This account in {platform} can no longer be chosen. Choose another one.',
  'mapping.fault.date-missing': 'Enter the day to start from.',
  'mapping.fault.date-too-early': 'Choose {date} or a later day: {platform} takes nothing older.',
  'mapping.fault.date-in-future': 'Choose today or an earlier day.',
  'mapping.disconnect': 'Disconnect',
  'mapping.disconnect.title': 'Stop sending from {name}?',
  'mapping.disconnect.keep': 'Keep sending',
  'mapping.disconnected': '{name} is disconnected.',

  'status.title': 'Deliveries',
  'status.none': 'Nothing to show yet. Choose your accounts first.',
  'status.today': {
    one: 'Up to date: {count} transaction delivered today. Last delivery: {time}.',
    other: 'Up to date: {count} transactions delivered today. Last delivery: {time}.',
  },
  'status.last': {
    one: 'Up to date. The last delivery was {time}: {count} transaction.',
    other: 'Up to date. The last delivery was {time}: {count} transactions.',
  },
  'status.nothing-yet': 'Connected. Nothing has been delivered yet; new transactions follow by themselves.',
  'status.connecting': '{platform} is confirming the connection.',
  'status.checking': 'We are checking how this account stands with {platform}.',
  'status.sending': {
    one: '{count} transaction is on its way to {platform}.',
    other: '{count} transactions are on their way to {platform}.',
  },
  'status.paused': {
    one: '{count} transaction waits for {platform} to be reachable. It follows by itself.',
    other: '{count} transactions wait for {platform} to be reachable. They follow by themselves.',
  },
  'status.unclear': {
    one: '{count} transaction waits while we check what {platform} received. It follows by itself.',
    other: '{count} transactions wait while we check what {platform} received. They follow by themselves.',
  },
  'status.not-mapped': 'Choose where the transactions of this account go in {platform}.',
  'status.disconnected': 'This account is disconnected from {platform}. Nothing is sent.',
  'status.lost': '{platform} is not connected. Nothing is sent.',
  'status.kept': {
    one: '{count} transaction is kept until then.',
    other: '{count} transactions are kept until then.',
  },
  'status.held': {
    one: '{count} transaction could not be delivered to {platform}.',
    other: '{count} transactions could not be delivered to {platform}.',
  },
  'status.held.late': {
    one: '{count} transaction is older than {platform} takes.',
    other: '{count} transactions are older than {platform} takes.',
  },
  'status.held.refused': {
    one: '{platform} refused {count} transaction.',
    other: '{platform} refused {count} transactions.',
  },
  'status.held.unsure': {
    one: '{platform} has not confirmed {count} transaction. So that nothing appears twice, we wait until this is clear.',
    other:
      '{platform} has not confirmed {count} transactions. So that nothing appears twice, we wait until this is clear.',
  },
  'status.held.access': {
    one: '{platform} no longer lets us in. {count} transaction waits.',
    other: '{platform} no longer lets us in. {count} transactions wait.',
  },
  'status.safe': 'Nothing is lost.',
  'status.next.reconnect': 'Connect {platform} again, and sending goes on by itself.',
  'status.next.support': 'Our support has to look at this. You do not have to do anything in your accounting software.',
  'status.where': 'Find them in {platform}, in the bank transactions of {target}.',

  'picture.label': {
    one: 'Last {days} days: {count} transaction delivered, {held} held.',
    other: 'Last {days} days: {count} transactions delivered, {held} held.',
  },
  'picture.today': 'Today',
  'picture.show': 'Day by day',
  'picture.table': 'Transactions of the last {days} days',

  'pushes.show': 'All deliveries',
  'pushes.table': 'Deliveries of {name}, newest first',
  'pushes.none': 'There are no deliveries yet.',
  'pushes.lines': { one: '{count} transaction', other: '{count} transactions' },
  'pushes.dates': '{first} to {last}',
  'pushes.sending': 'On its way',
  'pushes.delivered': 'Delivered',
  'pushes.failed': 'Refused',
  'pushes.timed-out': 'Not confirmed',
  'pushes.unknown': 'Checking',
  'pushes.more': 'Show more deliveries',
  'pushes.loading': 'Loading…',
} as const satisfies Readonly<Record<string, Text>>;

/** A sentence, or one for each plural form its language has. */
export type Text = string | (Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string });

export type TextKey = keyof typeof en;

/** A whole language. */
export type Texts = Readonly<Record<TextKey, Text>>;

type Longest<Entry> = Entry extends { readonly other: infer Other } ? Other : Entry;
type Places<Sentence> = Sentence extends `${string}{${infer Place}}${infer Rest}` ? Place | Places<Rest> : never;

/** The values a text needs, by the places in its English form. */
export type TextParams<Key extends TextKey, Value> = [Places<Longest<(typeof en)[Key]>>] extends [never]
  ? []
  : [values: Readonly<Record<Places<Longest<(typeof en)[Key]>>, Value>>];
