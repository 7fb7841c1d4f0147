import { expect } from '@open-wc/testing';
import { HttpFeedApi } from '../../../src/client/index.ts';
import { isOwnMachine } from '../../../src/elements/internal/developer-note.ts';
import { setLocaleLoader } from '../../../src/elements/index.ts';
import { testCompany, type TestCompany } from '../support/company.ts';
import { scriptedServer } from '../support/scripted.ts';
import { account, connection, HostApi } from './support/host-api.ts';
import { accessible, clear, control, listen, press, reached, root, text, until } from './support/stage.ts';

const provide = (source: object, ...children: Element[]) => {
  const provider = document.createElement('bank-feed-provider');
  Object.assign(provider, source);
  provider.append(...children);
  document.body.append(provider);
  return provider;
};
const company = ({ endpoint, getToken }: TestCompany) => ({ endpoint, getToken });
const named = (organization: string) => new HostApi({ connections: [connection('linked')], organization });
const noted = (element: Element) => root(element).querySelector('[part=developer-note]');
const owning = (accountName: string) => {
  const [id, accountNumber] = [`host-${accountName}`, '31510604'];
  const kind = { accountType: 'checking', sortCode: '040004', currency: 'GBP', balance: '10.00' };
  return testCompany({ accounts: [{ id, accountName, accountNumber, ...kind }] });
};

beforeEach(clear);
afterEach(clear);

describe('<bank-feed-provider>', () => {
  it('gives one source to everything inside, and reads the state once for all', async () => {
    const api = named('Maple');
    const connect = document.createElement('bank-feed-connect');
    const status = document.createElement('bank-feed-status');
    const deep = document.createElement('div');
    deep.append(status);
    provide({ api }, connect, deep);
    await reached(connect, 'ready');
    await reached(status, 'ready');
    expect(text(connect)).to.include('Maple');
    expect(api.count('state')).to.equal(1);
    await until(() => api.count('live') === 1);
  });

  it('stands beside others for other companies, each live by itself', async () => {
    const [alder, birch] = await Promise.all([owning('Alder'), owning('Birch')]);
    await Promise.all([alder.linked(), birch.linked()]);
    const [one, two] = [document.createElement('bank-feed-accounts'), document.createElement('bank-feed-accounts')];
    const connect = document.createElement('bank-feed-connect');
    provide(company(alder), one);
    provide(company(birch), two, connect);
    await until(() => text(one).includes('Alder') && text(two).includes('Birch'));
    expect(text(one)).not.to.include('Birch');
    await until(() => control(connect, 'Disconnect Xero'));
    await birch.revoke();
    await until(() => text(two).includes('Connect your accounting software first'));
    expect(text(one)).to.include('Alder');
  });

  it('shares one live stream with another provider of the same company', async () => {
    const alder = await owning('Alder');
    const { id } = await alder.linked();
    const [one, two] = [document.createElement('bank-feed-accounts'), document.createElement('bank-feed-accounts')];
    provide(company(alder), one);
    provide(company(alder), two);
    await until(() => text(one).includes('Alder') && text(two).includes('Alder'));
    const api = new HttpFeedApi(alder);
    const { liveKey } = await api.state();
    const name = `bank-feed ${alder.endpoint} ${liveKey}`;
    const locks = async () => {
      const { held = [], pending = [] } = await navigator.locks.query();
      return [held, pending].map((of) => of.filter((lock) => lock.name === name).length).join();
    };
    while ((await locks()) !== '1,1') await new Promise((resolve) => setTimeout(resolve, 20));
    const [only] = (await api.accounts(id)).items;
    await api.chooseAccounts(id, [only?.id ?? '']);
    await until(() => control(one, 'Rename') && control(two, 'Rename'));
  });

  it('passes a new source on, and an element that moves takes the one it is in', async () => {
    const element = document.createElement('bank-feed-connect');
    const first = provide({ api: named('One') }, element);
    const second = provide({ api: named('Two') });
    await reached(element, 'ready');
    first.api = named('Three');
    await until(() => text(element).includes('Three'));
    second.append(element);
    await until(() => text(element).includes('Two'));
  });

  it('shows nothing of the company before, when that one answers late', async () => {
    const [alder, birch] = await Promise.all([owning('Alder'), owning('Birch')]);
    await Promise.all([alder.linked(), birch.linked()]);
    await alder.gate('hold');
    const element = document.createElement('bank-feed-accounts');
    const provider = provide(company(alder), element);
    await reached(element, 'loading');
    Object.assign(provider, company(birch));
    await until(() => text(element).includes('Birch'));
    await alder.gate('open');
    element.refresh();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await until(() => text(element).includes('Birch'));
    expect(text(element)).not.to.include('Alder');
  });

  it('never lets the answer of an older request overwrite a newer one', async () => {
    const api = named('Before');
    const element = document.createElement('bank-feed-connect');
    provide({ api }, element);
    await reached(element, 'ready');
    const openOld = api.hold('state');
    element.refresh();
    await until(() => api.count('state') === 2);
    const openNew = api.hold('state');
    api.world.organization = 'After';
    element.refresh();
    await until(() => api.count('state') === 3);
    openNew();
    await until(() => text(element).includes('After'));
    openOld();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(text(element)).to.include('After').and.not.to.include('Before');
  });

  it('goes on after it was taken from the page and put back', async () => {
    const api = named('One');
    const element = document.createElement('bank-feed-connect');
    const provider = provide({ api }, element);
    await until(() => api.count('live') === 1);
    provider.remove();
    api.world.organization = 'Two';
    document.body.append(provider);
    await until(() => text(element).includes('Two'));
    await until(() => api.count('live') === 2);
    api.world.organization = 'Three';
    api.hint();
    await until(() => text(element).includes('Three'));
    expect(api.count('live')).to.equal(2);
  });

  it('reads again at once when the machine is back online', async () => {
    const alder = await owning('Alder');
    await alder.linked();
    const element = document.createElement('bank-feed-accounts');
    provide(company(alder), element);
    await until(() => text(element).includes('Alder'));
    await alder.gate('down');
    element.refresh();
    await until(() => root(element).querySelector('[part=stale]'));
    await alder.gate('open');
    dispatchEvent(new Event('online'));
    await until(() => !root(element).querySelector('[part=stale]'));
    expect(text(element)).to.include('Alder');
  });

  it('says once that the session is over, and goes on in every element when one is told to', async () => {
    const api = new HostApi({ connections: [connection('linked')], accounts: [account('a', { status: 'connected' })] });
    const [one, two] = [document.createElement('bank-feed-connect'), document.createElement('bank-feed-connect')];
    const provider = provide({ api }, one, two);
    const expired = listen(provider, 'bank-feed-session-expired');
    await reached(one, 'ready');
    await reached(two, 'ready');
    api.fail('state', 'unauthenticated');
    one.refresh();
    await until(() => control(one, 'Continue') && root(two).querySelector('[part=stale]'));
    expect(control(two, 'Continue')).to.equal(undefined);
    expect(expired).to.have.length(1);
    await press(one, 'Continue');
    await until(() => !control(one, 'Continue') && !root(two).querySelector('[part=stale]'));
  });

  it('shows the end of the session where it can be seen, also after that element has gone', async () => {
    const api = new HostApi();
    api.fail('state', 'unauthenticated');
    const tags = ['bank-feed-accounts', 'bank-feed-connect', 'bank-feed-status', 'bank-feed-mapping'] as const;
    const elements = tags.map((tag) => document.createElement(tag));
    const [hidden, one, ...others] = elements;
    const offering = () => elements.filter((element) => element.checkVisibility() && control(element, 'Continue'));
    hidden?.setAttribute('hidden', '');
    const provider = provide({ api }, ...elements);
    await until(() => one && control(one, 'Continue'));
    expect(offering()).to.deep.equal([one]);
    expect(others.every((element) => text(element).includes('Your session has ended'))).to.equal(true);
    await accessible(provider);
    one?.remove();
    await until(() => others[0] && control(others[0], 'Continue'));
    expect(offering()).to.deep.equal([others[0]]);
  });

  it('says that what was asked for was not done, and that going on did not help', async () => {
    const alder = await owning('Alder');
    await alder.linked();
    const element = document.createElement('bank-feed-connect');
    provide(company(alder), element);
    await reached(element, 'ready');
    const undone = 'This was not done, because your session had ended.';
    const disconnect = async () => {
      await press(element, 'Disconnect Xero');
      (await until(() => root(element).querySelector<HTMLElement>('dialog[open] .danger'))).click();
    };
    await alder.gate('expired');
    await disconnect();
    await until(() => text(element).includes(undone) && control(element, 'Continue'));
    await disconnect();
    await until(() => !root(element).querySelector('dialog') && text(element).includes(undone));
    await accessible(element);
    await press(element, 'Continue');
    await until(() => text(element).includes('You are still signed out.'));
    await until(() => root(element).activeElement === control(element, 'Continue'));
    await alder.gate('open');
    await press(element, 'Continue');
    await until(() => !control(element, 'Continue'));
    expect(text(element)).to.include('Xero');
    await disconnect();
    await until(() => !control(element, 'Disconnect Xero') && !text(element).includes(undone));
  });

  it('gives its texts, behind those of the element itself', async () => {
    const element = document.createElement('bank-feed-connect');
    const provider = provide({ api: named('One') }, element);
    provider.texts = { 'connect.title': 'Books', 'state.connected': 'Linked' };
    await until(() => text(element).startsWith('Books'));
    element.texts = { 'connect.title': 'My books' };
    await until(() => text(element).startsWith('My books'));
    expect(text(element)).to.include('Linked');
  });
});

describe('a wrong configuration of <bank-feed-provider>', () => {
  it('is told once for a language whose file is not there, and the one behind it stands in', async () => {
    const errors = listen(document, 'bank-feed-error');
    setLocaleLoader('sv', () => Promise.reject(new TypeError('404 for sv.js')));
    document.documentElement.lang = 'sv-SE';
    const elements = [document.createElement('bank-feed-connect'), document.createElement('bank-feed-accounts')];
    provide({ api: named('One') }, ...elements);
    await until(() => elements.every((element) => root(element).querySelector('section')?.lang === 'en'));
    expect(errors).to.have.length(1);
    expect(errors[0]).to.include({ code: 'invalid_configuration', field: 'lang' });
    expect(errors[0]).to.have.property('message').that.includes('"sv"').and.includes('404 for sv.js');
  });

  it('is said once where nothing is given, and the elements inside stay quiet', async () => {
    const errors = listen(document, 'bank-feed-error');
    const element = document.createElement('bank-feed-connect');
    const provider = provide({}, element);
    await until(() => noted(provider));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(errors).to.have.length(1);
    expect(text(element)).to.equal('');
    expect(element.state).to.equal('idle');
    await accessible(provider);
  });

  for (const [what, source, words] of [
    ['an endpoint that is no address', { endpoint: '//elsewhere.example' }, 'endpoint is neither'],
    ['an endpoint of another type', { endpoint: 42 }, 'endpoint must be a string, but is of type number'],
    ['a getToken without an endpoint', { getToken: () => 'token' }, 'endpoint is missing'],
    [
      'a getToken that is no function',
      { endpoint: 'https://feeds.example', getToken: 'token' },
      'getToken must be a function that resolves to a token string, but is of type string',
    ],
    ['an endpoint elsewhere without a getToken', { endpoint: 'https://feeds.example' }, 'Set its getToken property'],
    ['an api without methods', { api: { state: 'none' } }, 'api must be an object with the methods of FeedApi'],
  ] as const) {
    it(`is shown and told: ${what}; putting it right mends it`, async () => {
      const errors = listen(document, 'bank-feed-error');
      const element = document.createElement('bank-feed-connect');
      const provider = provide(source, element);
      await until(() => noted(provider)?.textContent?.includes(words));
      expect(errors).to.have.length(1);
      expect(errors[0]).to.include({ code: 'invalid_configuration', recoverable: false });
      provider.api = named('One');
      await until(() => text(element).includes('One'));
      expect(noted(provider)).to.equal(null);
    });
  }

  it('is shown and told where getToken resolves to something else than a token', async () => {
    const errors = listen(document, 'bank-feed-error');
    const element = document.createElement('bank-feed-connect');
    provide({ endpoint: 'https://feeds.example', getToken: async () => ({ token: 'abc' }) }, element);
    await until(() => noted(element)?.textContent?.includes('it resolved to a value of type object'));
    expect(errors[0]).to.include({ code: 'invalid_configuration', recoverable: false });
    await accessible(element);
  });

  it('is shown and told where getToken rejects before anybody was signed in; trying again mends it', async () => {
    const alder = await owning('Alder');
    await alder.linked();
    let works = false;
    const getToken: TestCompany['getToken'] = (request) => {
      if (!works) throw new TypeError('Failed to fetch');
      return alder.getToken(request);
    };
    const [errors, expired] = ['bank-feed-error', 'bank-feed-session-expired'].map((type) => listen(document, type));
    const element = document.createElement('bank-feed-accounts');
    provide({ endpoint: alder.endpoint, getToken }, element);
    await until(() => noted(element)?.textContent?.includes('getToken failed: Failed to fetch'));
    expect(errors?.[0]).to.include({ code: 'invalid_configuration', field: 'getToken', recoverable: true });
    expect(expired).to.have.length(0);
    expect(text(element)).not.to.include('session has ended');
    await accessible(element);
    works = true;
    await press(element, 'Try again');
    await until(() => text(element).includes('Alder'));
    expect(noted(element)).to.equal(null);
  });

  it('is the end of the session where getToken says so, and why', async () => {
    const alder = await owning('Alder');
    await alder.linked();
    let signedIn = false;
    const getToken: TestCompany['getToken'] = (request) => {
      if (!signedIn) throw Object.assign(new Error('The host answered 403.'), { name: 'SessionEnded' });
      return alder.getToken(request);
    };
    const expired = listen(document, 'bank-feed-session-expired');
    const element = document.createElement('bank-feed-accounts');
    provide({ endpoint: alder.endpoint, getToken }, element);
    await until(() => control(element, 'Continue'));
    expect(expired).to.have.length(1);
    expect(expired[0]).to.have.property('message').that.includes('The host answered 403.');
    await accessible(element);
    signedIn = true;
    await press(element, 'Continue');
    await until(() => text(element).includes('Alder'));
  });

  for (const status of [200, 404]) {
    it(`is shown and told where the endpoint leads to a web page, answered with ${status}`, async () => {
      const server = await scriptedServer();
      await server.answer('GET /v1/state', {
        status,
        headers: { 'content-type': 'text/html' },
        body: '<h1>Hello</h1>',
      });
      const errors = listen(document, 'bank-feed-error');
      const element = document.createElement('bank-feed-connect');
      provide({ endpoint: server.endpoint, getToken: (await testCompany()).getToken }, element);
      await until(() => noted(element)?.textContent?.includes('Does `endpoint` lead to the proxy?'));
      expect(element.state).to.equal('error');
      expect(errors[0]).to.have.property('message').that.includes('GET /v1/state');
      await accessible(element);
    });
  }

  it('is shown where the endpoint is a wrong path of the proxy', async () => {
    const { endpoint, getToken } = await testCompany();
    const element = document.createElement('bank-feed-connect');
    provide({ endpoint: `${endpoint}/api`, getToken }, element);
    await until(() => noted(element)?.textContent?.includes('Does `endpoint` lead to the proxy?'));
    expect(element.state).to.equal('error');
  });

  it('is no customer’s to read where only the line is bad', () => {
    for (const own of ['localhost', 'bank.localhost', '127.0.0.1', '[::1]'])
      expect(isOwnMachine(own), own).to.equal(true);
    for (const other of ['app.bank.example', 'localhost.example', 'mylocalhost', '10.0.0.1'])
      expect(isOwnMachine(other), other).to.equal(false);
  });

  it('is shown and told where the proxy does not let this page read it', async () => {
    const errors = listen(document, 'bank-feed-error');
    const element = document.createElement('bank-feed-connect');
    // The server of this page allows no other origin.
    const endpoint = location.origin.replace('localhost', '127.0.0.1');
    expect(endpoint).not.to.equal(location.origin);
    provide({ endpoint, getToken: (await testCompany()).getToken }, element);
    await until(() => control(element, 'Try again'));
    expect(text(element)).to.include('cannot reach');
    expect(errors[0]).to.include({ code: 'network', recoverable: true });
    expect(errors[0]).to.have.property('message').that.includes('(CORS, from ');
    expect(noted(element)?.textContent).to.include('(CORS, from http://localhost:');
    await accessible(element);
  });
});
