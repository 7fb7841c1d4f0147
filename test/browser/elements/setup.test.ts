import { expect } from '@open-wc/testing';
import { HttpFeedApi } from '../../../src/client/index.ts';
import type { PlatformKey } from '../../../src/contract/platforms.ts';
import { BankFeedMappedEvent, type ElementState } from '../../../src/elements/index.ts';
import { testCompany, type TestCompany } from '../support/company.ts';
import { account, connection, HostApi, mapping } from './support/host-api.ts';
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
  text,
  until,
} from './support/stage.ts';

const { setTimeout: usualTimeout } = globalThis;

beforeEach(clear);
afterEach(() => {
  clear();
  Object.assign(globalThis, { setTimeout: usualTimeout });
});

/** The element inside that does the work of the step shown. */
const part = <Name extends keyof HTMLElementTagNameMap>(
  setup: Element,
  name: Name,
): Promise<HTMLElementTagNameMap[Name]> => until(() => root(setup).querySelector(name));
const steps = (setup: Element): string[] =>
  all(setup, 'li').map((step) => step.textContent.replace(/\s+/g, ' ').trim());
const at = (setup: Element, name: string): Promise<true> =>
  until<true>(() => root(setup).querySelector('[aria-current=step] .label')?.textContent === name);
const finish = (setup: Element): Promise<unknown> =>
  until(() => /^(You are all set|Almost done)$/.test(root(setup).querySelector('h2')?.textContent ?? ''));
/** Where focus is, through shadow roots. */
const focused = (): string | undefined => {
  let deepest = document.activeElement;
  while (deepest?.shadowRoot?.activeElement) deepest = deepest.shadowRoot.activeElement;
  return deepest?.textContent?.trim();
};

const put = (source: object, parent: Element = document.body) => {
  const setup = document.createElement('bank-feed-setup');
  Object.assign(setup, source);
  setup.addEventListener('bank-feed-navigate', (event) => event.preventDefault());
  parent.append(setup);
  return setup;
};
const open = ({ endpoint, getToken }: TestCompany) => put({ endpoint, getToken });
const host = (status: 'pending' | 'linked', ...accounts: Parameters<typeof account>[1][]) =>
  new HostApi({
    connections: [connection(status)],
    accounts: accounts.map((more, index) => account(`a${index}`, more)),
    mappings: accounts.flatMap(({ status: own } = {}, index) =>
      own === 'connected'
        ? mapping(`a${index}`, { status: 'connected', target: { name: 'Business bank account' } })
        : mapping(`a${index}`),
    ),
  });

const choose = async (setup: Element, platform: PlatformKey, button: string): Promise<void> => {
  const connect = await part(setup, 'bank-feed-connect');
  (await until(() => all(connect, 'input').find(({ value }) => value === platform))).click();
  await press(connect, button);
};
const take = async (setup: Element, count: number): Promise<void> => {
  const accounts = await part(setup, 'bank-feed-accounts');
  const boxes = await until(() => {
    const found = [...root(accounts).querySelectorAll<HTMLInputElement>('[data-account] input[type=checkbox]')];
    return found.length > 0 && found;
  });
  boxes.slice(0, count).forEach((box) => box.click());
  await press(accounts, 'Use ');
};
/** What the mapping element does, without its page. */
const mapAll = async (company: TestCompany): Promise<void> => {
  const api = new HttpFeedApi(company);
  for (const { connectionId, id } of (await api.state()).accounts) await api.map(connectionId, id, { targetId: null });
};

describe('<bank-feed-setup>, against the real proxy and sandbox', () => {
  it('opens the accounts to add for whoever comes to add one', async () => {
    const api = host('linked', { status: 'pending' }, { status: 'offered' });
    const setup = put({ api });
    await at(setup, 'Where transactions go');
    api.world.accounts = api.world.accounts.map((each, index) =>
      index === 0 ? { ...each, status: 'connected' } : each,
    );
    api.hint();
    await finish(setup);
    await press(setup, 'Add another account');
    const accounts = await part(setup, 'bank-feed-accounts');
    await until(() => root(accounts).querySelector('details')?.open);
  });

  it('leads through Xero from nothing to the finish, and tells each step once', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    const setup = open(company);
    const heard = listen(
      setup,
      'bank-feed-consent',
      'bank-feed-connection-started',
      'bank-feed-navigate',
      'bank-feed-connected',
      'bank-feed-accounts-chosen',
      'bank-feed-finished',
    );
    await at(setup, 'Accounting software');
    expect(steps(setup)).to.have.length(4);
    await choose(setup, 'xero', 'Connect Xero');
    const connect = await part(setup, 'bank-feed-connect');
    await until(() => control(connect, 'Continue in Xero'));
    expect(setup.state).to.equal('waiting');
    await accessible(setup);

    await company.authorize();
    await at(setup, 'Your accounts');
    await until(() => said(setup).includes('Xero is connected. Step 2 of 4: Your accounts'));
    await take(setup, 2);
    await at(setup, 'Where transactions go');
    await until(() => focused() === 'Where transactions go');
    await accessible(setup);

    await mapAll(company);
    await finish(setup);
    expect(text(setup)).to.include('New transactions go to Xero by themselves');
    expect(text(await part(setup, 'bank-feed-status'))).to.include('Deliveries');
    await accessible(setup);
    expect(heard.map(({ type }) => type.replace('bank-feed-', ''))).to.deep.equal([
      'consent',
      'connection-started',
      'navigate',
      'connected',
      'accounts-chosen',
      'finished',
    ]);
  });

  it('has accounts chosen before QuickBooks is signed in to, and sees what is done in there', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    const api = new HttpFeedApi(company);
    const setup = open(company);
    const finished = listen(setup, 'bank-feed-finished');
    await choose(setup, 'quickbooks', 'Connect QuickBooks Online');
    await at(setup, 'Your accounts');
    await accessible(setup);
    await take(setup, 1);
    await at(setup, 'Sign in to QuickBooks Online');
    await part(setup, 'bank-feed-connect');
    await accessible(setup);
    const [made] = (await api.state()).connections;
    const { username, password } = await api.credentials(made?.id ?? '');
    await company.enterCredentials({ username, password });
    await finish(setup);
    expect(text(setup)).to.include('QuickBooks Online collects once a day');
    expect(finished).to.have.length(1);
  });

  it('waits at the sign-in to Sage while accounts are connected there, one by one', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.begunInside('sage');
    const setup = open(company);
    await at(setup, 'Sign in to Sage');
    await part(setup, 'bank-feed-connect');
    const api = new HttpFeedApi(company);
    const [made] = (await api.state()).connections;
    const { codatConnectionId, otp = '' } = await api.oneTimePassword(made?.id ?? '');
    await company.enterOneTimePassword({ codatConnectionId, otp });
    await part(setup, 'bank-feed-mapping');
    const mapping = await part(setup, 'bank-feed-mapping');
    expect(text(mapping)).not.to.include('shown here');
    await press(mapping, 'Show what to enter in Sage');
    const connect = await part(setup, 'bank-feed-connect');
    await press(connect, 'Show connection ID and password');
    await until(() => focused() === 'What to enter in Sage');
    await at(setup, 'Sign in to Sage');
    await accessible(setup);
    await press(setup, 'Back');
    await part(setup, 'bank-feed-mapping');
    await until(() => focused() === 'Where transactions go');
    await press(setup, 'Leave the others for later');
    await finish(setup);
    await accessible(setup);
    expect(text(setup))
      .to.include('Almost done')
      .and.to.match(/\d accounts? (is|are) left/);
    const [first, second] = all(setup, 'button').map(({ textContent }) => textContent.trim());
    expect([first, second]).to.deep.equal(['What to do in Sage now', 'Add another account']);
    await press(setup, 'What to do in Sage now');
    await press(await part(setup, 'bank-feed-mapping'), 'Show what to enter in Sage');
    await until(() => control(setup, 'Back to deliveries'));
    await until(async () => control(await part(setup, 'bank-feed-connect'), 'Show connection ID'));
  });

  it('does not walk again with whoever disconnected their only account', async () => {
    const api = host('linked', { status: 'disconnected' });
    const setup = put({ api });
    const status = await part(setup, 'bank-feed-status');
    await until(() => text(status).includes('Nothing is sent until you connect it again.'));
    expect(steps(setup)).to.have.length(0);
    expect(control(setup, 'Your accounts')).not.to.equal(undefined);
    await accessible(setup);
    await press(status, 'Connect again');
    await part(setup, 'bank-feed-mapping');
  });

  for (const [what, prepare, step] of [
    ['nothing', async () => {}, 'Accounting software'],
    [
      'an attempt that nobody finished',
      (company) => new HttpFeedApi(company).createConnection('xero'),
      'Accounting software',
    ],
    ['software without accounts', (company) => company.linked(), 'Your accounts'],
    ['accounts that go nowhere', (company) => company.chosen(), 'Where transactions go'],
    ['accounts for QuickBooks', (company) => company.begunInside('quickbooks'), 'Sign in to QuickBooks Online'],
  ] satisfies [string, (company: TestCompany) => Promise<unknown>, string][]) {
    it(`begins where the customer left: ${what}`, async () => {
      const company = await testCompany();
      await prepare(company);
      const setup = open(company);
      await at(setup, step);
      expect(document.activeElement === document.body).to.equal(true);
    });
  }

  it('shows how things stand to whoever comes back later, and lets each part be changed', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.connected();
    const setup = open(company);
    const finished = listen(setup, 'bank-feed-finished');
    const status = await part(setup, 'bank-feed-status');
    await reached(status, 'ready');
    expect(steps(setup)).to.have.length(0);
    expect(root(setup).querySelectorAll('h1, h2')).to.have.length(1);
    await accessible(setup);
    for (const [name, tag] of [
      ['Your accounts', 'bank-feed-accounts'],
      ['Where transactions go', 'bank-feed-mapping'],
      ['Accounting software', 'bank-feed-connect'],
    ] as const) {
      await press(setup, name);
      await reached(await part(setup, tag), 'ready', 'waiting');
      await until(() => focused() === name);
      await accessible(setup);
      await press(setup, 'Back to deliveries');
      await part(setup, 'bank-feed-status');
      await until(() => focused() === 'Deliveries');
    }
    expect(finished).to.have.length(0);
  });

  it('leads back to the sign-in when the software was lost, without walking the rest again', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.connected();
    const setup = open(company);
    await reached(await part(setup, 'bank-feed-status'), 'ready');
    await company.revoke();
    await press(await part(setup, 'bank-feed-status'), 'Connect Xero again');
    const connect = await part(setup, 'bank-feed-connect');
    await until(() => control(connect, 'Connect Xero again'));
    expect(steps(setup)).to.have.length(0);
    await company.authorize();
    await until(() => control(connect, 'Disconnect Xero'));
    await press(setup, 'Back to deliveries');
    await part(setup, 'bank-feed-status');
  });

  it('lands on the right step by what another tab tells, with no stream of its own', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    const api = new HttpFeedApi(company);
    await api.createConnection('xero');
    const name = `bank-feed ${company.endpoint} ${(await api.state()).liveKey}`;
    const leaves = Promise.withResolvers<void>();
    // The other tab leads: it alone reads the stream.
    await new Promise<void>((leads) => {
      void navigator.locks.request(name, () => {
        leads();
        return leaves.promise;
      });
    });
    // Nothing is asked by itself: without a word from the other tab this one would wait for ever.
    const patient = (work: () => void, wait = 0) => usualTimeout(work, wait < 4_000 ? wait : 2 ** 30);
    Object.assign(globalThis, { setTimeout: patient });
    const setup = open(company);
    await at(setup, 'Accounting software');
    await reached(setup, 'waiting');
    await company.authorize();
    while ((await api.state()).connections[0]?.status !== 'linked');
    const channel = new BroadcastChannel(name);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    channel.postMessage({ item: { version: '1' }, id: 'other-tab' });
    await at(setup, 'Your accounts');
    channel.close();
    leaves.resolve();
  });

  it('says once that the session is over, and goes on where it was', async () => {
    const company = await testCompany();
    await company.linked();
    const setup = open(company);
    const expired = listen(setup, 'bank-feed-session-expired');
    const accounts = await part(setup, 'bank-feed-accounts');
    await reached(accounts, 'ready');
    await company.gate('expired');
    setup.refresh();
    await until(() => control(accounts, 'Continue'));
    await settled(setup);
    expect(root(setup).querySelector('[part=session]')).to.equal(null);
    expect(expired).to.have.length(1);
    await company.gate('open');
    await press(accounts, 'Continue');
    await until(() => !control(accounts, 'Continue'));
    await at(setup, 'Your accounts');
  });
});

describe('<bank-feed-setup>', () => {
  it('keeps refusals in sight: the customer goes on when they have read them', async () => {
    const api = host('linked', { status: 'offered' }, { status: 'offered' });
    const taken = api.chooseAccounts.bind(api);
    api.chooseAccounts = async (id, [first = '', refused = ''], options) => {
      const { items } = await taken(id, [first], options);
      return { items, itemErrors: [{ itemId: refused, code: 'account_refused', message: 'No dollars here.' }] };
    };
    const setup = put({ api });
    await take(setup, 2);
    const accounts = await part(setup, 'bank-feed-accounts');
    await until(() => text(accounts).includes('No dollars here.'));
    await until(() => control(setup, 'Continue'));
    await at(setup, 'Your accounts');
    await accessible(setup);
    await press(setup, 'Continue');
    await at(setup, 'Where transactions go');
  });

  it('leaves it to the element that stays to say that the software is connected', async () => {
    const api = host('linked', { status: 'connected' });
    const setup = put({ api });
    await press(setup, 'Accounting software');
    const connect = await part(setup, 'bank-feed-connect');
    const is = async (status: 'linked' | 'unlinked', words: string) => {
      api.world.connections = [connection(status)];
      setup.refresh();
      await until(() => said(connect).includes(words));
    };
    await until(() => control(connect, 'Disconnect Xero'));
    const heard = new Set<string>();
    new MutationObserver(() => heard.add(said(setup))).observe(root(setup), { characterData: true, subtree: true });
    await is('unlinked', 'Xero is disconnected.');
    await is('linked', 'Xero is connected.');
    await is('unlinked', 'Xero is disconnected.');
    expect([...heard].join()).not.to.include('Xero is connected.');
  });

  it('stays where the customer went back to, while things move on', async () => {
    const api = host('linked', { status: 'pending' });
    const setup = put({ api });
    const finished = listen(setup, 'bank-feed-finished');
    await at(setup, 'Where transactions go');
    await press(setup, 'Back');
    await at(setup, 'Your accounts');
    await until(() => focused() === 'Your accounts');
    await accessible(setup);
    await press(setup, 'Back');
    await at(setup, 'Accounting software');
    for (const status of ['connecting', 'connected'] as const) {
      api.world.accounts = [account('a0', { status })];
      setup.refresh();
      await reached(setup, status === 'connecting' ? 'waiting' : 'ready');
      await at(setup, 'Accounting software');
    }
    await press(setup, 'Continue');
    await at(setup, 'Your accounts');
    await press(setup, 'Continue');
    await at(setup, 'Where transactions go');
    expect(finished).to.have.length(0);
    await press(setup, 'Continue');
    await finish(setup);
    expect(finished).to.have.length(1);
  });

  it('sends an account that is added later on to where its transactions go', async () => {
    const setup = put({ api: host('linked', { status: 'connected' }, { status: 'offered' }) });
    await part(setup, 'bank-feed-status');
    await press(setup, 'Your accounts');
    const accounts = await part(setup, 'bank-feed-accounts');
    await press(accounts, 'Add an account');
    await until(() => root(accounts).querySelector('[data-account] input[type=checkbox]'));
    await take(setup, 1);
    await part(setup, 'bank-feed-mapping');
    expect(control(setup, 'Back to deliveries')).not.to.equal(undefined);
  });

  it('moves no focus when a step comes by itself to a page that has it elsewhere', async () => {
    const api = host('pending');
    const setup = put({ api });
    await at(setup, 'Accounting software');
    const field = document.createElement('input');
    document.body.append(field);
    field.focus();
    api.world.connections = [connection('linked')];
    setup.refresh();
    await at(setup, 'Your accounts');
    await settled(setup);
    expect(document.activeElement === field).to.equal(true);

    api.world.accounts = [account('a0', { status: 'connecting' })];
    setup.refresh();
    (await part(setup, 'bank-feed-mapping')).dispatchEvent(new BankFeedMappedEvent('c1', 'a0'));
    api.world.accounts = [account('a0', { status: 'connected' })];
    setup.refresh();
    await finish(setup);
    await settled(setup);
    expect(document.activeElement === field).to.equal(true);
  });

  it('asks before it is left half-way, and not once all is done', async () => {
    const api = host('linked', { status: 'pending' });
    const setup = put({ api, closable: true });
    const closed = listen(setup, 'bank-feed-close');
    await at(setup, 'Where transactions go');
    await press(setup, 'Close');
    const dialog = await until(() => root(setup).querySelector<HTMLDialogElement>('dialog[open]'));
    expect(dialog.textContent).to.include('Leave the set-up?').and.to.include('What you have done is kept');
    await accessible(setup);
    await press(setup, 'Stay here');
    await until(() => !root(setup).querySelector('dialog'));
    expect(closed).to.have.length(0);
    await press(setup, 'Close');
    await until(() => root(setup).querySelector('dialog[open]'));
    await press(setup, 'Leave');
    await until(() => closed.length === 1);
    expect(closed[0]).to.include({ finished: false });

    api.world.accounts = [account('a0', { status: 'connected' })];
    setup.refresh();
    await finish(setup);
    await press(setup, 'Done');
    await until(() => closed.length === 2);
    expect(closed[1]).to.include({ finished: true });
    expect(root(setup).querySelector('dialog')).to.equal(null);
  });

  it('has no button to close where the host gives none, and can be left while it cannot load', async () => {
    const api = host('linked');
    api.fail('state', 'internal');
    api.fail('state', 'internal');
    const setup = put({ api });
    await reached(setup, 'error');
    await settled(setup);
    expect(control(setup, 'Close')).to.equal(undefined);
    expect(root(setup).querySelectorAll('[part=problem]')).to.have.length(1);
    await accessible(setup);
    setup.closable = true;
    const closed = listen(setup, 'bank-feed-close');
    await press(setup, 'Close');
    await until(() => closed.length === 1);
  });

  it('stands in the dialog of the host, whose page stays as it is', async () => {
    const dialog = document.createElement('dialog');
    dialog.setAttribute('aria-label', 'Accounting');
    document.body.append(dialog);
    const body = document.body.getAttribute('style');
    const setup = put({ api: host('linked', { status: 'offered' }), closable: true }, dialog);
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      void setup.close();
    });
    setup.addEventListener('bank-feed-close', () => dialog.close());
    dialog.showModal();
    await at(setup, 'Your accounts');
    await accessible(setup);
    dialog.dispatchEvent(new Event('cancel', { cancelable: true }));
    await until(() => root(setup).querySelector('dialog[open]'));
    expect(dialog.open).to.equal(true);
    await press(setup, 'Leave');
    await until(() => !dialog.open);
    expect(document.body.getAttribute('style')).to.equal(body);
  });

  it('tells of its own state, and not of those inside as if they were', async () => {
    const states: ElementState[] = [];
    const setup = document.createElement('bank-feed-setup');
    setup.addEventListener('bank-feed-state-change', ({ state }) => states.push(state));
    setup.api = host('pending');
    document.body.append(setup);
    await reached(await part(setup, 'bank-feed-connect'), 'waiting');
    expect(states).to.deep.equal(['loading', 'waiting']);
  });

  it('forgets the company before, and begins with the next one where that stands', async () => {
    const first = host('linked', { status: 'pending' });
    const setup = put({ api: first });
    await at(setup, 'Where transactions go');
    await press(setup, 'Back');
    await at(setup, 'Your accounts');
    setup.api = new HostApi();
    await at(setup, 'Accounting software');
    setup.api = host('linked', { status: 'connected', name: 'Second' });
    await until(() => text(root(setup).querySelector('bank-feed-status') ?? setup).includes('Second'));
    expect(steps(setup)).to.have.length(0);
  });

  it('hands on what the host gives: source, texts, logos, country, parts', async () => {
    const provider = document.createElement('bank-feed-provider');
    provider.api = new HostApi({ platforms: ['quickbooks', 'xero'] });
    provider.texts = { 'connect.title': 'Your books' };
    document.body.append(provider);
    const setup = document.createElement('bank-feed-setup');
    setup.country = 'GB';
    provider.append(setup);
    await at(setup, 'Your books');
    const connect = await part(setup, 'bank-feed-connect');
    await until(
      () => text(connect).includes('Your books') && all(connect, 'input').some(({ type }) => type === 'radio'),
    );
    const order = all(connect, 'input').filter(({ type }) => type === 'radio');
    expect(order.map(({ value }) => value)).to.deep.equal(['xero', 'quickbooks']);

    const logo = document.createElement('img');
    logo.slot = 'logo-xero';
    logo.alt = '';
    setup.append(logo);
    await until(() => logo.assignedSlot?.assignedSlot);
    expect(connect.getAttribute('exportparts')).to.include('choice');

    const sheet = document.createElement('style');
    sheet.textContent = 'bank-feed-setup::part(choice) { outline: 3px solid rgb(1, 2, 3); }';
    document.head.append(sheet);
    const choice = await until(() => root(connect).querySelector('[part~=choice]'));
    expect(getComputedStyle(choice).outlineColor).to.equal('rgb(1, 2, 3)');
    sheet.remove();
  });

  it('fits a page of 320 pixels, from right to left and in forced order of steps', async () => {
    const setup = put({ api: host('linked', { status: 'pending' }), closable: true });
    setup.style.width = '288px';
    await at(setup, 'Where transactions go');
    for (const direction of ['ltr', 'rtl']) {
      setup.dir = direction;
      await settled(setup);
      expect(setup.scrollWidth).to.be.at.most(288);
      const now = root(setup).querySelector('[aria-current=step]')?.getBoundingClientRect();
      expect(now?.height).to.be.at.least(4);
    }
    expect(text(setup)).to.include('Step 3 of 4');
    await accessible(setup);
  });
});
