import { expect } from '@open-wc/testing';
import { FeedHub } from '../../../src/elements/internal/feed-hub.ts';
import { lines, testCompany, type TestCompany } from '../support/company.ts';
import { account, connection, feed, HostApi } from './support/host-api.ts';
import {
  accessible,
  all,
  clear,
  control,
  listen,
  press,
  reached,
  root,
  said,
  settled,
  show,
  text,
  until,
} from './support/stage.ts';

beforeEach(clear);
afterEach(() => {
  clear();
  Reflect.deleteProperty(document, 'hidden');
});

const hide = (hidden: boolean) => {
  Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
  document.dispatchEvent(new Event('visibilitychange'));
};
const held = (id: string) =>
  feed(id, { counts: { delivered: 0, waiting: 0, held: 2 }, held: { reason: 'late', since: '2026-11-20T08:00:00Z' } });
const many = (count: number) =>
  new HostApi({
    connections: [connection('linked')],
    accounts: Array.from({ length: count }, (_, index) =>
      account(`a${index}`, { status: index % 3 === 2 ? 'connecting' : 'connected', name: `Branch ${index + 1}` }),
    ),
    feeds: [held('a0')],
  });

describe('<bank-feed-status>, live', () => {
  it('reads nothing while the page is hidden, and what was missed on coming back', async () => {
    const api = many(1);
    await show('bank-feed-status', api);
    await until(() => api.calls.includes('live'));
    hide(true);
    const read = api.count('feeds');
    api.hint();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(api.count('feeds')).to.equal(read);
    hide(false);
    await until(() => api.count('feeds') > read);
  });

  it('polls where no hints come, and not while the page is hidden', async () => {
    const api = many(1);
    api.live = async function* () {};
    const hub = new FeedHub(api, { live: 60_000, polling: 20, waiting: 20, waitingLive: 20, burst: 5 });
    let changes = 0;
    const leave = hub.subscribe({ changed: () => (changes += 1), waiting: () => false, ended: () => undefined });
    await until(() => changes > 2);
    hide(true);
    const before = changes;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(changes).to.equal(before);
    hide(false);
    await until(() => changes > before);
    leave();
  });

  it('waits with more and more patience, and starts anew when something happens', async () => {
    const api = many(1);
    const hint = Promise.withResolvers<void>();
    api.live = async function* () {
      await hint.promise;
      yield 'resync';
      await new Promise(() => undefined);
    };
    const real = globalThis.setTimeout;
    const timer = { pause: 0, next: (): void => undefined };
    Object.assign(globalThis, {
      setTimeout: (work: () => void, ms: number) => {
        if (ms >= 5000) Object.assign(timer, { pause: ms, next: work });
      },
    });
    /** Milliseconds until the pause has become the usual one. */
    const grown = (first: number, usual: number): number => {
      expect(timer.pause).to.equal(first);
      let passed = 0;
      for (; timer.pause < usual; timer.next()) passed += timer.pause;
      expect(timer.pause).to.equal(usual);
      return passed;
    };
    try {
      const hub = new FeedHub(api);
      const leave = hub.subscribe({ changed: () => undefined, waiting: () => true, ended: () => undefined });
      expect(grown(5_000, 30_000)).to.be.within(90_000, 150_000);
      hub.notify();
      grown(5_000, 30_000);
      document.dispatchEvent(new Event('visibilitychange'));
      grown(5_000, 30_000);
      hint.resolve();
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
      expect(grown(15_000, 60_000)).to.be.within(120_000, 240_000);
      leave();
    } finally {
      Object.assign(globalThis, { setTimeout: real });
    }
  });

  it('says what has changed to those who do not see it', async () => {
    const api = many(2);
    const element = await show('bank-feed-status', api);
    api.world.feeds = [held('a0'), held('a1')];
    element.refresh();
    await until(() => said(element) === 'Branch 2: Needs attention.');
    expect(text(element)).to.include('2 accounts need attention');
  });

  it('marks what is out of date, and keeps showing it', async () => {
    const api = many(2);
    const element = await show('bank-feed-status', api);
    api.fail('feeds', 'network');
    element.refresh();
    await until(() => root(element).querySelector('[part=stale]'));
    expect(text(element)).to.include('We cannot get the latest').and.to.include('Branch 1');
    await accessible(element);
    await press(element, 'Try again');
    await until(() => !root(element).querySelector('[part=stale]'));
  });
});

describe('<bank-feed-status>, with several accounts', () => {
  it('sums them up, and all is one word where all is well', async () => {
    const api = many(6);
    const element = await show('bank-feed-status', api);
    const sum = () => root(element).querySelector('[part=summary]')?.textContent?.trim();
    expect(sum()).to.equal('3 accounts up to date, 2 accounts waiting, 1 account needs attention');
    api.world.feeds = [];
    api.world.accounts = api.world.accounts.map((each) => ({ ...each, status: 'connected' }));
    element.refresh();
    await until(() => sum() === 'All 6 accounts are up to date.');
    expect(element.state).to.equal('ready');
  });

  it('shows one group at a time, by keyboard too, and says how many that are', async () => {
    const element = await show('bank-feed-status', many(6));
    const cards = () =>
      [...root(element).querySelectorAll('[data-account]')].map((card) => card.id || card.textContent);
    const options = () =>
      [...root(element).querySelectorAll('.filter')].map((each) => each.textContent?.replace(/\s+/g, ' ').trim());
    expect(options()).to.deep.equal(['All 6', 'Needs attention 1', 'Waiting 2', 'Up to date 3']);
    await accessible(element);
    all(element, 'input')[1]?.click();
    await until(() => cards().length === 1);
    await until(() => said(element) === '1 account found.');
    all(element, 'input')[3]?.click();
    await until(() => cards().length === 3);
    all(element, 'input')[0]?.click();
    await until(() => cards().length === 6);
  });

  it('says so where a group has emptied meanwhile', async () => {
    const api = many(6);
    const element = await show('bank-feed-status', api);
    all(element, 'input')[1]?.click();
    await settled(element);
    api.world.feeds = [];
    element.refresh();
    await until(() => text(element).includes('No account is in this state now'));
    await accessible(element);
  });

  it('keeps the way back to all while a group is shown, however few accounts are left', async () => {
    const api = many(6);
    const element = await show('bank-feed-status', api);
    all(element, 'input')[1]?.click();
    await settled(element);
    api.world.feeds = [];
    api.world.accounts = api.world.accounts.slice(0, 2).map((each) => ({ ...each, status: 'connected' }));
    element.refresh();
    await until(() => text(element).includes('No account is in this state now'));
    all(element, 'input')[0]?.click();
    await until(() => root(element).querySelectorAll('[data-account]').length === 2);
  });

  it('searches where there are many, and shows fifty at a time', async () => {
    const api = many(120);
    const element = await show('bank-feed-status', api);
    const cards = () => root(element).querySelectorAll('[data-account]');
    expect(cards()).to.have.length(50);
    await press(element, 'Show more accounts');
    await until(() => cards().length === 100);
    await until(() => root(element).activeElement?.getAttribute('data-account') === 'a50');
    const search = root(element).querySelector<HTMLInputElement>('[type=search]');
    if (!search) throw new Error('There is no search.');
    search.value = 'branch 77';
    search.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await until(() => cards().length === 1);
    expect(control(element, 'Show more accounts')).to.equal(undefined);
    search.value = 'nowhere';
    search.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await until(() => text(element).includes('nowhere'));
    expect(cards()).to.have.length(0);
    await accessible(element);
  });

  it('says once what concerns the connection', async () => {
    const api = many(3);
    api.world.connections = [connection('deauthorized')];
    const element = await show('bank-feed-status', api);
    expect(text(element).match(/sending goes on by itself/g)).to.have.length(1);
    await accessible(element);
  });
});

describe('<bank-feed-status>, against the real proxy and sandbox', () => {
  const put = async (company: TestCompany) => {
    const element = document.createElement('bank-feed-status');
    Object.assign(element, { endpoint: company.endpoint, getToken: company.getToken });
    document.body.append(element);
    await reached(element, 'ready', 'waiting');
    return element;
  };

  it('shows a delivery as it comes, and a refused one with the words of the software', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.connected();
    const element = await put(company);
    expect(text(element)).to.include('All 3 accounts are up to date');
    await company.push('host-current', lines(3));
    await until(() => text(element).includes('3 transactions delivered today, last at'));
    await company.faults({ operation: 'create-bank-transactions', status: 400, message: 'The period is locked.' });
    const errors = listen(element, 'bank-feed-error');
    await company.push('host-current', lines(2, 'later'));
    await until(() => text(element).includes('Xero refused 2 transactions. Nothing is lost.'));
    expect(text(element)).to.include('“The period is locked.”').and.to.include('1 account needs attention');
    await press(element, 'All deliveries');
    await until(() => root(element).querySelectorAll('[data-push]').length === 2);
    expect(text(element)).to.include('Refused');
    await accessible(element);
    expect(errors).to.have.length(0);
  });

  it('counts what is kept while the connection is lost', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.connected();
    await company.revoke();
    const element = await put(company);
    const asking = setInterval(() => element.refresh(), 500);
    await until(() => text(element).includes('Xero is not connected')).finally(() => clearInterval(asking));
    await company.push('host-current', lines(3));
    await until(() => text(element).includes('3 transactions are kept until then'));
    await accessible(element);
  });

  for (const platform of ['quickbooks', 'sage'] as const) {
    it(`waits with the customer for ${platform}, and sees it arrive`, async function () {
      this.timeout(60_000);
      const company = await testCompany();
      await company.begunInside(platform);
      const element = await put(company);
      expect(text(element)).to.include('Waiting for you to finish connecting');
      await company.push('host-current', lines(2));
      await until(() => text(element).includes('2 transactions are kept until then'));
      await accessible(element);
    });

    it(`says that a long wait is normal with ${platform}, and that it collects`, async function () {
      this.timeout(60_000);
      const company = await testCompany();
      await company.linkedInside(platform);
      const element = await put(company);
      await until(() => text(element).includes('select this account there'));
      expect(text(element)).to.include('this is normal');
      // Sage takes nothing from before the moment of connecting.
      const date = new Date().toISOString().slice(0, 10);
      await company.push(
        'host-current',
        lines(2).map((line) => ({ ...line, date })),
      );
      const words =
        platform === 'quickbooks' ? 'QuickBooks Online collects once a day.' : 'Sage collects in its own time.';
      await until(() => text(element).includes(words));
      await accessible(element);
    });
  }
});
