import { expect } from '@open-wc/testing';
import type { Feed } from '../../../src/contract/schemas.ts';
import { account, connection, feed, HostApi, push, type World } from './support/host-api.ts';
import { accessible, clear, control, listen, press, root, show, text, until } from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

const today = new Date().toISOString().slice(0, 10);
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const open = async (feeds: Feed[], world: Partial<World> = {}) => {
  const api = new HostApi({
    connections: [connection('linked')],
    accounts: [account('a', { status: 'connected', name: 'Current', target: { name: 'Business bank account' } })],
    feeds,
    ...world,
  });
  return { api, element: await show('bank-feed-status', api) };
};
const delivered = feed('a', {
  counts: { delivered: 42, waiting: 0, held: 0 },
  lastDelivery: { at: minutesAgo(12), lines: 3 },
  days: [{ date: today, delivered: 42, held: 0 }],
});

describe('<bank-feed-status>', () => {
  it('says one believable sentence, and where to look', async () => {
    const { element } = await open([delivered]);
    expect(text(element)).to.include('42 transactions delivered today. Last delivery: 12 minutes ago.');
    expect(text(element)).to.include('in the bank transactions of Business bank account');
    expect(element.state).to.equal('ready');
    await accessible(element);
  });

  it('draws the last 30 days, and tells the same as a table', async () => {
    const days = [{ date: today, delivered: 5, held: 2 }];
    const { element } = await open([{ ...delivered, counts: { delivered: 5, waiting: 0, held: 2 }, days }]);
    const image = root(element).querySelector('svg[role=img]');
    expect(image?.getAttribute('aria-label')).to.equal('Last 30 days: 5 transactions delivered, 2 held.');
    expect(root(element).querySelectorAll('rect.day')).to.have.length(30);
    expect(root(element).querySelectorAll('rect.held')).to.have.length(1);
    await press(element, 'Day by day');
    await until(() => root(element).querySelectorAll('table.days tbody tr').length === 30);
    await accessible(element);
    await press(element, 'Day by day');
    await until(() => !root(element).querySelector('table.days'));
  });

  const sentences: [string, Partial<Feed>, string, string][] = [
    [
      'waiting',
      { counts: { delivered: 0, waiting: 2, held: 0 } },
      'Waiting',
      '2 transactions are on their way to Xero',
    ],
    [
      'paused',
      { counts: { delivered: 0, waiting: 1, held: 0 }, waiting: { reason: 'paused', since: minutesAgo(5) } },
      'Waiting',
      'waits for Xero to be reachable',
    ],
    [
      'checking',
      { counts: { delivered: 0, waiting: 2, held: 0 }, waiting: { reason: 'checking', since: minutesAgo(5) } },
      'Waiting',
      'wait while we check what Xero received',
    ],
    ...(
      [
        ['refused', 'Xero refused 2 transactions'],
        ['late', 'older than Xero takes'],
        ['timed-out', 'has not confirmed 2 transactions'],
        ['unauthorized', 'Connect Xero again'],
        ['removed', 'could not be delivered'],
      ] as const
    ).map(([reason, words]): [string, Partial<Feed>, string, string] => [
      `held: ${reason}`,
      { counts: { delivered: 1, waiting: 0, held: 2 }, held: { reason, since: minutesAgo(90) } },
      'Needs attention',
      words,
    ]),
    [
      'old',
      { counts: { delivered: 1, waiting: 0, held: 0 }, lastDelivery: { at: minutesAgo(3000), lines: 7 } },
      'Connected',
      '7 transactions',
    ],
  ];
  for (const [name, more, word, words] of sentences) {
    it(`has its words for: ${name}`, async () => {
      const { element } = await open([feed('a', more)]);
      expect(text(element)).to.include(word).and.to.include(words);
      await accessible(element);
    });
  }

  it('has its words for every state of an account', async () => {
    const { element } = await open([feed('b', { counts: { delivered: 0, waiting: 3, held: 0 } })], {
      accounts: [
        account('a', { status: 'pending' }),
        account('b', { status: 'pending' }),
        account('c', { status: 'connecting' }),
        account('d', { status: 'disconnected' }),
        account('e', { status: 'unknown' }),
        account('f', { status: 'connected' }),
      ],
    });
    for (const words of [
      '3 transactions are kept until then',
      'is confirming the connection',
      'is disconnected from Xero',
      'We are checking',
      'Nothing has been delivered yet',
    ]) {
      expect(text(element)).to.include(words);
    }
    expect(element.state).to.equal('waiting');
    await accessible(element);
  });

  it('begins its sentences with a capital also for software it does not know', async () => {
    const { element } = await open([feed('a', { counts: { delivered: 0, waiting: 9, held: 0 } })], {
      connections: [connection('unlinked', 'unknown')],
    });
    expect(text(element)).to.include('Your accounting software is not connected');
    expect(text(element)).to.include('Connect your accounting software again');
  });

  it('says that a lost connection keeps what is new', async () => {
    const { element } = await open([feed('a', { counts: { delivered: 1, waiting: 9, held: 0 } })], {
      connections: [connection('deauthorized')],
    });
    expect(text(element)).to.include('9 transactions are kept').and.to.include('Connect Xero again');
    const { element: empty } = await open([], { accounts: [] });
    expect(text(empty)).to.include('Choose your accounts first');
  });

  it('shows the history 50 at a time, errors unfolded, focus on the first new one', async () => {
    const pushes = Array.from({ length: 70 }, (_, index) =>
      push(
        `p${index}`,
        index === 2 ? { status: 'failed', errors: [{ code: 'x', message: 'Date is in the future' }] } : {},
      ),
    );
    const { api, element } = await open([delivered], { pushes });
    expect(api.count('pushes')).to.equal(0);
    await press(element, 'All deliveries');
    const shown = () => root(element).querySelectorAll('[data-push]').length;
    await until(() => shown() === 50);
    expect(text(element)).to.include('Date is in the future').and.to.include('Refused');
    await accessible(element);
    await press(element, 'Show more deliveries');
    await until(() => shown() === 70);
    await until(() => root(element).activeElement?.getAttribute('data-push') === 'p50');
    expect(control(element, 'Show more')).to.equal(undefined);

    api.world.pushes = [push('new', { status: 'pending' }), ...pushes];
    element.refresh();
    await until(() => shown() === 71);
    expect(text(element)).to.include('On its way');
    await press(element, 'All deliveries');
    await until(() => shown() === 0);
  });

  it('refreshes the history within the update that shows the new answer', async () => {
    const { api, element } = await open([delivered], { pushes: [push('p1')] });
    await press(element, 'All deliveries');
    await until(() => root(element).querySelector('[data-push]'));
    const warnings: unknown[] = [];
    const { warn } = console;
    console.warn = (...said) => warnings.push(...said);
    Reflect.get(globalThis, 'litIssuedWarnings')?.clear();
    const asked = api.count('pushes');
    element.refresh();
    await until(() => api.count('pushes') > asked);
    await element.updateComplete;
    console.warn = warn;
    expect(warnings.join()).not.to.include('change-in-update');
  });

  it('tells that the session is over also where the history hears of it first', async () => {
    const { api, element } = await open([delivered]);
    const expired = listen(element, 'bank-feed-session-expired');
    api.fail('pushes', 'unauthenticated');
    await press(element, 'All deliveries');
    await until(() => control(element, 'Continue'));
    expect(expired).to.have.length(1);
    await press(element, 'Continue');
    await until(() => text(element).includes('There are no deliveries yet'));
  });

  it('draws time in the direction of the page', async () => {
    const { element } = await open([delivered]);
    const place = (selector: string) => root(element).querySelector(selector)?.getBoundingClientRect().x ?? 0;
    expect(place('rect.today')).to.be.greaterThan(place('rect.day'));
    element.dir = 'rtl';
    expect(place('rect.today')).to.be.lessThan(place('rect.day'));
    expect(place('.scale span:last-child')).to.be.lessThan(place('.scale span'));
  });

  it('shows the exact time inside a narrow page', async () => {
    const { element } = await open([delivered]);
    element.style.width = '288px';
    root(element).querySelector<HTMLElement>('time')?.focus();
    expect(element.scrollWidth).to.be.at.most(288);
    element.dir = 'rtl';
    expect(element.scrollWidth).to.be.at.most(288);
  });

  it('loads more also where the newest are read again meanwhile', async () => {
    const pushes = Array.from({ length: 70 }, (_, index) => push(`p${index}`));
    const { api, element } = await open([delivered], { pushes });
    const shown = () => root(element).querySelectorAll('[data-push]').length;
    await press(element, 'All deliveries');
    await until(() => shown() === 50);
    const letThrough = api.hold('pushes');
    await press(element, 'Show more deliveries');
    const read = api.count('feeds');
    api.world.pushes = [push('new'), ...pushes];
    element.refresh();
    await until(() => api.count('feeds') > read);
    await new Promise((resolve) => setTimeout(resolve, 50));
    letThrough();
    await until(() => shown() === 71);
    await until(() => root(element).activeElement?.getAttribute('data-push') === 'p50');
  });

  it('lets the customer ask for more while the newest are being read again', async () => {
    const pushes = Array.from({ length: 70 }, (_, index) => push(`p${index}`));
    const { api, element } = await open([delivered], { pushes });
    const shown = () => root(element).querySelectorAll('[data-push]').length;
    await press(element, 'All deliveries');
    await until(() => shown() === 50);
    const asked = api.count('pushes');
    const letThrough = api.hold('pushes');
    element.refresh();
    await until(() => api.count('pushes') > asked);
    await press(element, 'Show more deliveries');
    letThrough();
    await until(() => shown() === 70);
  });

  it('says what is wrong with the history, in its place', async () => {
    const { api, element } = await open([delivered]);
    api.fail('pushes', 'upstream_unavailable');
    await press(element, 'All deliveries');
    await until(() => root(element).querySelector('[part=problem]'));
    await press(element, 'Try again');
    await until(() => text(element).includes('There are no deliveries yet'));
  });
});
