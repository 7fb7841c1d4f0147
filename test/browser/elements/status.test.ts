import { expect } from '@open-wc/testing';
import type { Feed } from '../../../src/contract/schemas.ts';
import { account, connection, feed, HostApi, push, type World } from './support/host-api.ts';
import { accessible, clear, listen, press, root, settled, show, text, until } from './support/stage.ts';

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
  lastDelivery: { at: new Date().toISOString(), lines: 3 },
  days: [{ date: today, delivered: 42, held: 0 }],
});

describe('<bank-feed-status>', () => {
  it('says one believable sentence, and where to look', async () => {
    const { element } = await open([delivered]);
    expect(text(element)).to.match(/Up to date: 42 transactions delivered today, last at \d\d:\d\d\. In Xero/);
    expect(text(element)).to.include('bank transactions, ready to reconcile');
    expect(element.state).to.equal('ready');
    await accessible(element);
  });

  it('says of two accounts that both are up to date', async () => {
    const accounts = [account('a', { status: 'connected' }), account('b', { status: 'connected' })];
    const { element } = await open([delivered, { ...delivered, accountId: 'b' }], { accounts });
    expect(text(element)).to.include('Both accounts are up to date.');
  });

  it('claims no more than connections where the software collects by itself', async () => {
    const accounts = ['a', 'b', 'c', 'd'].map((id) => account(id, { status: 'connected' }));
    const feeds = accounts.map(({ id }) => ({ ...delivered, accountId: id }));
    const connections = [connection('linked', 'quickbooks')];
    const { api, element } = await open(feeds, { accounts, connections });
    expect(text(element))
      .to.include('4 of 4 connected')
      .and.to.match(/All\s*4.*Connected\s*4/);
    api.world.accounts = accounts.with(0, account('a', { status: 'pending' }));
    element.refresh();
    await until(() => text(element).includes('3 of 4 connected, 1 account waiting'));
    expect(text(element).toLowerCase()).not.to.include('up to date');
    await accessible(element);
  });

  it('draws the last 30 days, and tells the same as a table', async () => {
    const days = [{ date: today, delivered: 5, held: 2 }];
    const { element } = await open([{ ...delivered, counts: { delivered: 5, waiting: 0, held: 2 }, days }]);
    const image = root(element).querySelector('svg[role=img]');
    expect(image?.getAttribute('aria-label')).to.equal('Last 30 days: 5 transactions delivered, 2 held.');
    const bars = (kind: string) => root(element).querySelector(`.picture .${kind}`)?.getAttribute('d')?.match(/M/g);
    expect(bars('day')).to.have.length(30);
    expect(bars('delivered')).to.have.length(1);
    expect(bars('held')).to.have.length(1);
    expect(bars('today')).to.have.length(1);
    await press(element, 'Day by day');
    await until(() => root(element).querySelectorAll('table.days tbody tr').length === 30);
    expect(text(element)).to.include('Transactions of the last 30 days, by day of delivery');
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
      'waits because the way to Xero is busy',
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
        ['late', 'You can enter them in Xero by hand'],
        ['timed-out', 'Look in Xero whether they are there'],
        ['unauthorized', 'Our support has to look at this'],
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
      'Waiting for Xero to confirm the connection',
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

  it('draws time in the direction of the page', async () => {
    const { element } = await open([delivered]);
    const place = (selector: string) => root(element).querySelector(selector)?.getBoundingClientRect().x ?? 0;
    expect(place('.picture .today')).to.be.greaterThan(place('.picture svg'));
    element.dir = 'rtl';
    expect(place('.picture .today')).to.equal(place('.picture svg'));
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

  it('says when the software collects, without a promise, and where to look in each', async () => {
    for (const [platform, ...words] of [
      ['quickbooks', 'QuickBooks Online collects once a day.', '“For review”'],
      ['sage', 'Sage collects in its own time.', '“Banking”'],
      ['freeagent', 'wait there to be explained'],
      ['netsuite', '“Match Bank Data”'],
      ['exact', 'open the account’s bank transactions'],
    ] as const) {
      clear();
      const { element } = await open([delivered], { connections: [connection('linked', platform)] });
      for (const part of words) expect(text(element)).to.include(part);
      const later = platform === 'quickbooks' || platform === 'sage';
      if (later)
        expect(text(element)).to.match(/42 transactions are ready to be collected, the last since \d\d:\d\d\. /);
      if (later) expect(text(element)).not.to.include('delivered today');
      else expect(text(element)).not.to.include('collects');
    }
    clear();
    const { element } = await open([delivered], { connections: [connection('linked', 'unknown')] });
    expect(text(element)).to.include('Up to date').and.not.to.include('In your accounting software');
  });

  it('tells a delivery that is not of the reader’s today by how long ago it was', async () => {
    const feed = { ...delivered, lastDelivery: { at: minutesAgo(3 * 1440), lines: 3 } };
    const sage = await open([feed], { connections: [connection('linked', 'sage')] });
    expect(text(sage.element)).to.include('Last made ready 3 days ago: 3 transactions. Sage collects');
    clear();
    const { element } = await open([{ ...delivered, lastDelivery: { at: minutesAgo(3 * 1440), lines: 3 } }]);
    expect(text(element)).to.include('The last delivery was 3 days ago: 3 transactions.');
  });

  it('says that QuickBooks and Sage may take long, and what for', async () => {
    for (const platform of ['quickbooks', 'sage'] as const) {
      clear();
      const waiting = feed('a', {
        counts: { delivered: 0, waiting: 2, held: 0 },
        waiting: { reason: 'not-connected', since: minutesAgo(5000) },
      });
      const { api, element } = await open([waiting], {
        connections: [connection('linked', platform)],
        accounts: [account('a', { status: 'pending' })],
      });
      expect(text(element)).to.include('select this account there').and.to.include('this is normal');
      expect(text(element)).to.include('2 transactions are kept until then').and.not.to.include('All deliveries');
      expect(element.state).to.equal('waiting');
      await accessible(element);
      api.world.accounts = [account('a', { status: 'connected' })];
      api.world.feeds = [{ ...waiting, waiting: { reason: 'sending', since: minutesAgo(90) } }];
      element.refresh();
      await until(() => text(element).includes('can take a while to confirm; that is normal'));
      expect(text(element)).to.include('Since ');
    }
  });

  it('says the software’s own words where it refused', async () => {
    const said = { code: 'refused', message: 'The period is locked.' };
    const { element } = await open(
      [feed('a', { counts: { delivered: 1, waiting: 0, held: 2 }, held: { reason: 'refused', since: minutesAgo(9) } })],
      { pushes: [push('p1', { status: 'failed', errors: [said, said] }), push('p0')] },
    );
    expect(text(element)).to.include(
      'Xero refused 2 transactions. Nothing is lost. The answer was: “The period is locked.” Our',
    );
    await accessible(element);
  });

  it('asks for the words of a refusal once, and again where more was refused', async () => {
    const refused = (held: number) => [
      feed('a', {
        counts: { delivered: 1, waiting: 0, held },
        held: { reason: 'refused', since: '2026-03-03T09:30:00Z' },
      }),
    ];
    const errors = [{ code: 'refused', message: 'The period is locked.' }];
    const { api, element } = await open(refused(2), { pushes: [push('p', { status: 'failed', errors })] });
    expect(api.count('pushes')).to.equal(1);
    const reads = api.count('feeds');
    element.refresh();
    await until(() => api.count('feeds') > reads);
    await settled(element);
    expect(api.count('pushes')).to.equal(1);
    expect(text(element)).to.include('The period is locked.');
    api.world.feeds = refused(3);
    element.refresh();
    await until(() => text(element).includes('Xero refused 3 transactions'));
    expect(api.count('pushes')).to.equal(2);
  });

  it('still says that lines were refused where the words cannot be had', async () => {
    const api = new HostApi({
      connections: [connection('linked')],
      accounts: [account('a', { status: 'connected' })],
      feeds: [
        feed('a', { counts: { delivered: 1, waiting: 0, held: 2 }, held: { reason: 'refused', since: minutesAgo(9) } }),
      ],
    });
    api.fail('pushes', 'network');
    const element = await show('bank-feed-status', api);
    expect(text(element)).to.include('Xero refused 2 transactions');
  });

  it('does not hide lines of a connection that is no more', async () => {
    const { element } = await open([delivered, feed('gone', { counts: { delivered: 4, waiting: 0, held: 2 } })]);
    expect(text(element)).to.include('2 transactions from an earlier connection were not delivered');
    await accessible(element);
  });

  it('offers the step that helps only where the page leads there', async () => {
    const { api, element } = await open([], { accounts: [account('a', { status: 'pending', name: 'Current' })] });
    expect(root(element).querySelector('button')).to.equal(null);
    element.steps = true;
    const steps = listen(document, 'bank-feed-step');
    await press(element, 'Choose where they go');
    expect(steps[0]).to.include({ step: 'mapping', accountId: 'a' });
    api.world.accounts = [account('a', { status: 'disconnected', name: 'Current' })];
    element.refresh();
    await press(element, 'Connect again');
    expect(steps[1]).to.include({ step: 'mapping', accountId: 'a' });
    for (const [status, platform, words] of [
      ['pending', 'sage', 'Finish connecting Sage'],
      ['deauthorized', 'xero', 'Connect Xero again'],
      ['unlinked', 'xero', 'Connect Xero again'],
    ] as const) {
      api.world.connections = [connection(status, platform)];
      element.refresh();
      await press(element, words);
      expect(steps.at(-1)).to.include({ step: 'connect', accountId: undefined });
      await accessible(element);
    }
  });

  it('fits a phone with letters twice as large, day by day', async () => {
    const { element } = await open([delivered]);
    document.documentElement.style.fontSize = '32px';
    element.style.width = '288px';
    await press(element, 'Day by day');
    const table = await until(() => root(element).querySelector('table.days'));
    expect(table.scrollWidth).to.be.at.most(table.clientWidth);
    expect(element.scrollWidth).to.be.at.most(288);
    const cells = [...table.querySelectorAll('td')].map((cell) => cell.innerText.replace(/\s+/g, ' ').trim());
    expect(cells.slice(0, 2)).to.deep.equal(['Delivered 42', 'Held 0']);
    for (const cell of table.querySelectorAll('td, tbody th'))
      expect(cell.getBoundingClientRect().right).to.be.at.most(table.getBoundingClientRect().right);
  });
});
