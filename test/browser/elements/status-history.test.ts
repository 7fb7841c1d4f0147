import { expect } from '@open-wc/testing';
import { account, connection, feed, HostApi, push, type World } from './support/host-api.ts';
import { accessible, all, clear, control, listen, press, root, show, text, until } from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

const today = new Date().toISOString().slice(0, 10);
const delivered = feed('a', {
  counts: { delivered: 42, waiting: 0, held: 0 },
  lastDelivery: { at: new Date().toISOString(), lines: 3 },
  days: [{ date: today, delivered: 42, held: 0 }],
});
const open = async (world: Partial<World> = {}) => {
  const api = new HostApi({
    connections: [connection('linked')],
    accounts: [account('a', { status: 'connected', name: 'Current' })],
    feeds: [delivered],
    ...world,
  });
  return { api, element: await show('bank-feed-status', api) };
};
/** Something happened to its lines: that is what makes the deliveries worth reading again. */
const happens = (api: HostApi): void => {
  const [before = delivered] = api.world.feeds;
  const counts = { ...before.counts, delivered: before.counts.delivered + 1 };
  api.world.feeds = [{ ...before, counts }];
};
const shownIn = (element: Element) => () => root(element).querySelectorAll('[data-push]').length;

describe('<bank-feed-status>, its deliveries', () => {
  it('shows the history 50 at a time, errors unfolded, focus on the first new one', async () => {
    const pushes = Array.from({ length: 70 }, (_, index) =>
      push(
        `p${index}`,
        index === 2 ? { status: 'failed', errors: [{ code: 'x', message: 'Date is in the future' }] } : {},
      ),
    );
    const { api, element } = await open({ pushes });
    expect(api.count('pushes')).to.equal(0);
    await press(element, 'All deliveries');
    const shown = shownIn(element);
    await until(() => shown() === 50);
    expect(text(element)).to.include('Date is in the future').and.to.include('Refused');
    await accessible(element);
    await press(element, 'Show more deliveries');
    await until(() => shown() === 70);
    await until(() => root(element).activeElement?.getAttribute('data-push') === 'p50');
    expect(control(element, 'Show more')).to.equal(undefined);

    api.world.pushes = [push('new', { status: 'pending' }), ...pushes];
    happens(api);
    element.refresh();
    await until(() => shown() === 71);
    expect(text(element)).to.include('On its way');
    await press(element, 'All deliveries');
    await until(() => shown() === 0);
  });

  it('refreshes the history within the update that shows the new answer', async () => {
    const { api, element } = await open({ pushes: [push('p1')] });
    await press(element, 'All deliveries');
    await until(() => root(element).querySelector('[data-push]'));
    const warnings: unknown[] = [];
    const { warn } = console;
    console.warn = (...said) => warnings.push(...said);
    Reflect.get(globalThis, 'litIssuedWarnings')?.clear();
    const asked = api.count('pushes');
    happens(api);
    element.refresh();
    await until(() => api.count('pushes') > asked);
    await element.updateComplete;
    console.warn = warn;
    expect(warnings.join()).not.to.include('change-in-update');
  });

  it('reads the history again only where something happened, or is under way', async () => {
    const { api, element } = await open({ pushes: [push('p1')] });
    await press(element, 'All deliveries');
    await until(() => shownIn(element)() === 1);
    const readAgain = async (): Promise<number> => {
      const [state, asked] = [api.count('feeds'), api.count('pushes')];
      element.refresh();
      await until(() => api.count('feeds') > state);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return api.count('pushes') - asked;
    };
    expect(await readAgain()).to.equal(0);
    happens(api);
    expect(await readAgain()).to.equal(1);
    expect(await readAgain()).to.equal(0);
    api.world.feeds = [{ ...delivered, counts: { ...delivered.counts, waiting: 2 } }];
    expect(await readAgain()).to.equal(1);
    expect(await readAgain()).to.equal(1);
  });

  it('tells that the session is over also where the history hears of it first', async () => {
    const { api, element } = await open();
    const expired = listen(element, 'bank-feed-session-expired');
    api.fail('pushes', 'unauthenticated');
    await press(element, 'All deliveries');
    await until(() => control(element, 'Continue'));
    expect(expired).to.have.length(1);
    await press(element, 'Continue');
    await until(() => text(element).includes('There are no deliveries yet'));
  });

  it('loads more also where the newest are read again meanwhile', async () => {
    const pushes = Array.from({ length: 70 }, (_, index) => push(`p${index}`));
    const { api, element } = await open({ pushes });
    const shown = shownIn(element);
    await press(element, 'All deliveries');
    await until(() => shown() === 50);
    const letThrough = api.hold('pushes');
    await press(element, 'Show more deliveries');
    const read = api.count('feeds');
    api.world.pushes = [push('new'), ...pushes];
    happens(api);
    element.refresh();
    await until(() => api.count('feeds') > read);
    await new Promise((resolve) => setTimeout(resolve, 50));
    letThrough();
    await until(() => shown() === 71);
    await until(() => root(element).activeElement?.getAttribute('data-push') === 'p50');
  });

  it('lets the customer ask for more while the newest are being read again', async () => {
    const pushes = Array.from({ length: 70 }, (_, index) => push(`p${index}`));
    const { api, element } = await open({ pushes });
    const shown = shownIn(element);
    await press(element, 'All deliveries');
    await until(() => shown() === 50);
    const asked = api.count('pushes');
    const letThrough = api.hold('pushes');
    happens(api);
    element.refresh();
    await until(() => api.count('pushes') > asked);
    await press(element, 'Show more deliveries');
    letThrough();
    await until(() => shown() === 70);
  });

  it('says what is wrong with the history, in its place', async () => {
    const { api, element } = await open();
    api.fail('pushes', 'upstream_unavailable');
    await press(element, 'All deliveries');
    await until(() => root(element).querySelector('[part=problem]'));
    await press(element, 'Try again');
    await until(() => text(element).includes('There are no deliveries yet'));
  });

  it('draws again only what has changed, however much is loaded', async () => {
    const pushes = Array.from({ length: 230 }, (_, index) => push(`p${index}`));
    const { api, element } = await open({ pushes });
    const shown = shownIn(element);
    await press(element, 'All deliveries');
    for (let loaded = 50; loaded < 230; loaded += 50) {
      await until(() => shown() === loaded);
      await press(element, 'Show more deliveries');
    }
    await until(() => shown() === 230);
    expect(root(element).querySelectorAll('.pushes tbody')).to.have.length(5);
    const changes: MutationRecord[] = [];
    const observer = new MutationObserver((records) => changes.push(...records));
    for (const part of root(element).querySelectorAll('.pushes tbody'))
      observer.observe(part, { subtree: true, childList: true, characterData: true, attributes: true });
    api.world.pushes = pushes.with(7, push('p7', { status: 'timed-out' }));
    happens(api);
    element.refresh();
    await until(() => text(element).includes('Not confirmed'));
    const rows = new Set(
      changes.map(({ target }) => (target instanceof Element ? target : target.parentElement)?.closest('[data-push]')),
    );
    observer.disconnect();
    expect([...rows].map((row) => row?.getAttribute('data-push'))).to.deep.equal(['p7']);
  });

  it('follows a change of language and of the host’s texts in every row', async () => {
    const { element } = await open({ pushes: [push('p1')] });
    await press(element, 'All deliveries');
    await until(() => text(element).includes('12 transactions'));
    document.documentElement.lang = 'fr';
    await until(() => text(element).includes('12 opérations'));
    document.documentElement.lang = 'en-GB';
    element.texts = { 'pushes.delivered': 'There' };
    await until(() => root(element).querySelector('.result')?.textContent?.trim() === 'There');
  });

  it('shows only problems on demand, and says how far it has looked', async () => {
    const pushes = Array.from({ length: 170 }, (_, index) =>
      push(`p${index}`, index === 2 || index === 160 ? { status: 'failed' } : {}),
    );
    const { element } = await open({ pushes });
    const shown = shownIn(element);
    await press(element, 'All deliveries');
    await until(() => shown() === 50);
    const [only] = all(element, 'input');
    only?.click();
    await until(() => shown() === 1);
    expect(text(element)).to.include('1 problem among the newest 50 deliveries');
    await accessible(element);
    await press(element, 'Show more deliveries');
    await until(() => shown() === 2);
    expect(text(element)).to.include('2 problems among all 170 deliveries');
    await until(() => root(element).activeElement?.getAttribute('data-push') === 'p160');
    only?.click();
    await until(() => shown() === 170);
  });

  it('offers no filter where nothing went wrong', async () => {
    const { element } = await open({ pushes: [push('p1')] });
    await press(element, 'All deliveries');
    await until(() => shownIn(element)() === 1);
    expect(all(element, 'input')).to.have.length(0);
  });

  it('says the same words of many lines once', async () => {
    const words = ['Locked', 'Locked', 'a', 'b', 'c', 'd', 'e', 'f'];
    const errors = words.map((message) => ({ code: 'refused', message }));
    const { element } = await open({ pushes: [push('p1', { status: 'failed', errors })] });
    await press(element, 'All deliveries');
    await until(() => text(element).includes('2 more messages'));
    expect(text(element).match(/Locked/g)).to.have.length(1);
  });
});
