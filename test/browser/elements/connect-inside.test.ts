import { expect } from '@open-wc/testing';
import { HttpFeedApi } from '../../../src/client/index.ts';
import { testCompany, type TestCompany } from '../support/company.ts';
import { account, connection, HostApi, type World } from './support/host-api.ts';
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

type Connect = HTMLElementTagNameMap['bank-feed-connect'];
type Inside = 'quickbooks' | 'sage';

beforeEach(clear);
afterEach(clear);

const open = async ({ endpoint, getToken }: TestCompany, more: Partial<Connect> = {}): Promise<Connect> => {
  const element = document.createElement('bank-feed-connect');
  element.addEventListener('bank-feed-navigate', (event) => event.preventDefault());
  Object.assign(element, { endpoint, getToken, ...more });
  document.body.append(element);
  await reached(element, 'ready', 'waiting');
  await settled(element);
  return element;
};
const begun = (platform: Inside, more: Partial<World> = {}) =>
  new HostApi({
    connections: [connection('pending', platform)],
    accounts: [account('a', { status: 'pending' })],
    ...more,
  });
const shown = (element: Element): string[] =>
  all(element, 'dd').map((row) => row.querySelector('code')?.innerText ?? '');
const confirm = async (element: Element): Promise<void> =>
  (await until(() => root(element).querySelector<HTMLElement>('dialog[open] [value=confirm]'))).click();

/** What the customer reads off the screen of QuickBooks. */
const readSet = async (element: Connect): Promise<{ username: string; password: string }> => {
  const [username = '', password = ''] = await until(() => shown(element).length === 2 && shown(element));
  return { username, password };
};

const watchClipboard = (writeText: (text: string) => Promise<void>) => {
  const { clipboard } = navigator;
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
  return () => Object.defineProperty(navigator, 'clipboard', { configurable: true, value: clipboard });
};

describe('<bank-feed-connect> for QuickBooks', () => {
  it('leads from the choice over the accounts and one set of credentials to a connected software', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    const element = await open(company);
    const heard = listen(element, 'bank-feed-connection-started', 'bank-feed-navigate', 'bank-feed-connected');
    all(element, 'input')
      .find(({ value }) => value === 'quickbooks')
      ?.click();
    await press(element, 'Connect QuickBooks Online');
    await until(() => text(element).includes('shows only accounts that you have chosen here'));
    expect(element.state).to.equal('ready');
    await accessible(element);

    const api = new HttpFeedApi(company);
    const [first] = (await api.state()).connections;
    const offered = await api.accounts(first?.id ?? '');
    await api.chooseAccounts(
      first?.id ?? '',
      offered.items.map(({ id }) => id),
    );
    await until(() => control(element, 'Show user name and password'));
    expect(element.state).to.equal('waiting');
    expect(text(element)).to.include('Waiting for QuickBooks Online').and.to.include('Link account');
    await accessible(element);

    await press(element, 'Show user name and password');
    await until(() => shown(element).length === 2);
    expect(root(element).activeElement?.id).to.equal('secret');
    await press(element, 'Hide password');
    await until(() => shown(element)[1]?.includes('••••'));
    await accessible(element);
    await press(element, 'Show password');
    await until(() => !shown(element)[1]?.includes('•'));
    const entered = await readSet(element);
    await accessible(element);
    await company.enterCredentials(entered);
    await until(() => control(element, 'Disconnect QuickBooks Online'));
    expect(root(element).innerHTML).not.to.include(entered.password).and.not.to.include(entered.username);
    expect(heard.map(({ type }) => type)).to.deep.equal(['bank-feed-connection-started', 'bank-feed-connected']);
  });

  it('makes further sets beside the first, and takes all back after a question', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.begunInside('quickbooks');
    const element = await open(company);
    expect(control(element, 'Revoke all passwords')).to.equal(undefined);
    await press(element, 'Show user name and password');
    const first = await readSet(element);
    expect(text(element)).not.to.include('from before');
    await press(element, 'Get new ones');
    await until(() => shown(element)[0] !== first.username);
    const second = await readSet(element);
    expect(text(element)).to.include('User names and passwords from before work until you revoke them');
    expect(second.password).not.to.equal(first.password);
    await press(element, 'Revoke all passwords');
    const question = await until(() => root(element).querySelector('dialog[open]'));
    expect(question.textContent).to.include('What stops').and.to.include('What stays');
    await accessible(element);
    await press(element, 'Keep them');
    await until(() => !root(element).querySelector('dialog'));
    expect(shown(element)).to.have.length(2);
    await press(element, 'Revoke all passwords');
    await confirm(element);
    await until(() => text(element).includes('All user names and passwords are revoked'));
    expect(shown(element)).to.have.length(0);
    await until(() => said(element).includes('are revoked'));
    await accessible(element);
    const refusal = await company.enterCredentials(first).catch((error: unknown) => String(error));
    expect(refusal).to.include('is not right');
  });

  it('gives a new set where QuickBooks asks again, and connects once more after it was disconnected', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.linkedInside('quickbooks');
    const element = await open(company);
    await press(element, 'If QuickBooks Online asks you to sign in again');
    await press(element, 'Show user name and password');
    const { password } = await readSet(element);
    await accessible(element);
    await press(element, 'If QuickBooks Online asks you to sign in again');
    await until(() => shown(element).length === 0);
    expect(root(element).innerHTML).not.to.include(password);
    await press(element, 'Disconnect QuickBooks Online');
    await confirm(element);
    await until(() => text(element).includes('QuickBooks Online is disconnected'));
    await accessible(element);
    await press(element, 'Show user name and password');
    await company.enterCredentials(await readSet(element));
    await until(() => control(element, 'Disconnect QuickBooks Online'));
  });

  it('leads to Codat’s own page instead where the host wants that, with the end of its hour in sight', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.begunInside('quickbooks');
    const element = await open(company, { quickbooksSignIn: 'page' });
    const navigated = listen(element, 'bank-feed-navigate');
    expect(text(element)).to.include('It works for 60 minutes');
    await accessible(element);
    await press(element, 'Open the page with user name and password');
    await until(() => navigated.length === 1);
    const [event] = navigated;
    expect(event).to.have.property('expiresAt').that.matches(/Z$/);
    await until(() => text(element).includes('The page you opened works for another 60 minutes'));
    expect(root(element).innerHTML).not.to.include('otp=');
    await accessible(element);
  });

  it('says when the page that was opened works no longer', async () => {
    const api = begun('quickbooks');
    api.link = async () => ({
      url: 'https://software.example/',
      expiresAt: new Date(Date.now() + 300).toISOString(),
    });
    const element = await show('bank-feed-connect', api);
    element.quickbooksSignIn = 'page';
    element.addEventListener('bank-feed-navigate', (event) => event.preventDefault());
    await press(element, 'Open the page');
    await until(() => text(element).includes('The page you opened no longer works. Open a fresh one.'));
    await until(() => said(element).includes('no longer works'));
  });

  it('copies each of the two, says so, and says where the browser does not let it', async () => {
    const copied: string[] = [];
    const restore = watchClipboard(async (words) => {
      if (copied.push(words) > 2) throw new Error('Not allowed.');
    });
    try {
      const element = await show('bank-feed-connect', begun('quickbooks'));
      await press(element, 'Show user name and password');
      await press(element, 'Copy user name');
      await press(element, 'Copy password');
      await until(() => text(element).includes('Copied'));
      expect(copied).to.deep.equal(['USER-1', 'secret-1']);
      await press(element, 'Copy password');
      await until(() => text(element).includes('Not copied'));
      await press(element, 'Get new ones');
      await until(() => shown(element)[0] === 'USER-2');
      expect(text(element)).not.to.include('opied');
    } finally {
      restore();
    }
  });

  it('makes one set however often it is clicked, and none for a company that was left meanwhile', async () => {
    const api = begun('quickbooks');
    const element = await show('bank-feed-connect', api);
    const release = api.hold('credentials');
    (await press(element, 'Show user name and password')).click();
    await until(() => api.count('credentials') > 0);
    element.api = begun('quickbooks');
    release();
    await until(() => control(element, 'Show user name and password'));
    await settled(element);
    expect(api.count('credentials')).to.equal(1);
    expect(shown(element)).to.have.length(0);
  });

  it('shows why there is no set, and keeps the way open', async () => {
    const api = begun('quickbooks');
    api.fail('credentials', 'upstream_unavailable', { correlationId: 'ref-3' });
    const element = await show('bank-feed-connect', api);
    await press(element, 'Show user name and password');
    await until(() => text(element).includes('ref-3'));
    await accessible(element);
    await press(element, 'Show user name and password');
    await until(() => shown(element).length === 2);
    expect(text(element)).not.to.include('ref-3');
  });

  for (const [how, leave] of [
    ['the page is left', () => dispatchEvent(new Event('pagehide'))],
    ['the element leaves the page', (element: Connect) => element.remove()],
    ['another company comes', (element: Connect) => (element.api = begun('quickbooks'))],
    ['the attempt is cancelled', (element: Connect) => control(element, 'Cancel this attempt')?.click()],
  ] as const) {
    it(`forgets what it has shown when ${how}`, async () => {
      const element = await show('bank-feed-connect', begun('quickbooks'));
      await press(element, 'Show user name and password');
      await readSet(element);
      expect(root(element).innerHTML).to.include('secret-1');
      leave(element);
      await until(() => !root(element).innerHTML.includes('secret-1'));
      expect(root(element).innerHTML).not.to.include('USER-1');
      if (!element.isConnected) document.body.append(element);
      await settled(element);
      expect(root(element).innerHTML).not.to.include('secret-1');
    });
  }

  it('shows no set that comes after its disclosure was closed', async () => {
    const api = begun('quickbooks', { connections: [connection('linked', 'quickbooks')] });
    const element = await show('bank-feed-connect', api);
    const release = api.hold('credentials');
    await press(element, 'If QuickBooks Online asks');
    await press(element, 'Show user name and password');
    await until(() => api.count('credentials') > 0);
    await press(element, 'If QuickBooks Online asks');
    await until(() => !control(element, 'Getting them'));
    release();
    await press(element, 'If QuickBooks Online asks');
    await until(() => control(element, 'Revoke all passwords')?.ariaDisabled === 'false');
    expect(shown(element)).to.have.length(0);
  });

  it('forgets a set with its disclosure, and not with another one', async () => {
    const api = begun('quickbooks', { connections: [connection('linked', 'quickbooks')] });
    const element = await show('bank-feed-connect', api);
    await press(element, 'If QuickBooks Online asks');
    await press(element, 'Show user name and password');
    await until(() => shown(element).length === 2);
    await press(element, 'Use other accounting software');
    await until(() => shown(element).length === 0);
    await press(element, 'If QuickBooks Online asks');
    await until(() => control(element, 'Revoke all passwords'));
    expect(shown(element)).to.have.length(0);

    element.api = begun('quickbooks', { connections: [connection('unlinked', 'quickbooks')] });
    await until(() => text(element).includes('QuickBooks Online is disconnected'));
    await press(element, 'Show user name and password');
    await until(() => shown(element).length === 2);
    await press(element, 'Use other accounting software');
    await until(() => all(element, 'form').length === 1);
    await press(element, 'Use other accounting software');
    await until(() => all(element, 'form').length === 0);
    expect(shown(element)).to.have.length(2);
  });

  it('keeps secrets out of attributes and events, and from translation and recorders', async () => {
    const names = ['state-change', 'consent', 'navigate', 'connected', 'handover', 'error', 'disconnected'];
    const heard = listen(document, ...names.map((name) => `bank-feed-${name}`));
    const element = await show('bank-feed-connect', begun('quickbooks'));
    element.handover = true;
    await press(element, 'Show user name and password');
    await readSet(element);
    for (const node of root(element).querySelectorAll('*'))
      for (const { value } of node.attributes) expect(value).not.to.match(/secret-|USER-/);
    for (const code of root(element).querySelectorAll('dd code'))
      expect(code.matches('[data-private][translate=no]')).to.equal(true);
    await press(element, 'Ask my accountant');
    expect(heard).to.have.length.above(0);
    expect(JSON.stringify(heard.map((event) => Object.entries(event)))).not.to.match(/secret-|USER-/);
  });
});

describe('<bank-feed-connect> for Sage', () => {
  it('shows id and one-time password with the time that is left, and is connected by them', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.begunInside('sage');
    const element = await open(company);
    const navigated = listen(element, 'bank-feed-navigate');
    expect(text(element)).to.include('Connect Bank').and.to.include('Waiting for Sage');
    await accessible(element);
    await press(element, 'Show connection ID and password');
    await until(() => shown(element).length === 2);
    expect(root(element).activeElement?.id).to.equal('secret');
    expect(text(element)).to.include('It works once, within 60 minutes.');
    await accessible(element);
    const [, old] = shown(element);
    await press(element, 'Get a new one-time password');
    await until(() => shown(element)[1] !== old);
    const [codatConnectionId = '', otp = ''] = shown(element);
    await company.enterOneTimePassword({ codatConnectionId, otp });
    await until(() => control(element, 'Disconnect Sage'));
    expect(root(element).innerHTML).not.to.include(otp).and.not.to.include(codatConnectionId);
    expect(navigated).to.have.length(0);
  });

  it('goes on with the id alone where no one-time password is given out', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.begunInside('sage');
    await company.faults({ operation: 'generate-otp', status: 400, message: 'Not for you' });
    const element = await open(company);
    await press(element, 'Show connection ID and password');
    await until(() => shown(element).length === 1);
    expect(text(element)).to.include('no one-time password at the moment');
    expect(text(element)).to.include('Enter the connection ID shown here.');
    await accessible(element);
    await company.faults();
    await press(element, 'Get a new one-time password');
    await until(() => shown(element).length === 2);
  });

  it('takes a password away that has run out, says so, and gets another one', async () => {
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const api = begun('sage', { oneTimePassword: { otp: 'ABC234', expiresAt } });
    const element = await show('bank-feed-connect', api);
    await press(element, 'Show connection ID and password');
    await until(() => text(element).includes('It works once, within 1 minute.'));
    await until(() => text(element).includes('This one-time password has run out.'));
    expect(root(element).innerHTML).not.to.include('ABC234');
    expect(shown(element)).to.have.length(1);
    await until(() => said(element) === 'This one-time password has run out.');
    await accessible(element);
    api.world.oneTimePassword = { otp: 'XYZ789', expiresAt: new Date(Date.now() + 600_000).toISOString() };
    await press(element, 'Get a new one-time password');
    await until(() => shown(element)[1] === 'XYZ789');
    expect(text(element)).to.include('within 10 minutes');
    expect(api.calls).not.to.include('link');
  });

  it('counts nothing down for a reader whose clock is ahead', async () => {
    const api = begun('sage', { oneTimePassword: { otp: 'ABC234', expiresAt: '2020-01-01T00:00:00Z' } });
    const element = await show('bank-feed-connect', api);
    await press(element, 'Show connection ID and password');
    await until(() => shown(element)[1] === 'ABC234');
    expect(text(element)).to.include('It works once.').and.not.to.include('run out');
  });

  it('takes a password away that an account has come by', async () => {
    const api = begun('sage', {
      connections: [connection('linked', 'sage')],
      accounts: [account('a', { status: 'connected' }), account('b', { status: 'pending' })],
    });
    const element = await show('bank-feed-connect', api);
    await press(element, 'If Sage asks you to sign in again');
    await press(element, 'Show connection ID and password');
    const [, password = ''] = await until(() => shown(element).length === 2 && shown(element));
    element.refresh();
    await settled(element);
    expect(shown(element)[1]).to.equal(password);
    api.world.accounts = [account('a', { status: 'connected' }), account('b', { status: 'connected' })];
    element.refresh();
    await until(() => shown(element).length === 0);
    expect(root(element).innerHTML).not.to.include(password);
    expect(control(element, 'Show connection ID and password')).not.to.equal(undefined);
  });

  it('has what is entered in sight at once where the page asks for it, and not again', async () => {
    const api = begun('sage', { connections: [connection('linked', 'sage')] });
    const element = await show('bank-feed-connect', api);
    expect(control(element, 'Show connection ID and password')).to.equal(undefined);
    clear();
    const asked = document.createElement('bank-feed-connect');
    Object.assign(asked, { api, signIn: true });
    document.body.append(asked);
    await until(() => control(asked, 'Show connection ID and password'));
    await press(asked, 'If Sage asks you to sign in again');
    await until(() => !control(asked, 'Show connection ID and password'));
    asked.refresh();
    await settled(asked);
    expect(control(asked, 'Show connection ID and password')).to.equal(undefined);
  });

  it('gives a new password to reconnect with', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.linkedInside('sage');
    const element = await open(company);
    await press(element, 'Disconnect Sage');
    await confirm(element);
    await until(() => text(element).includes('Sage is disconnected'));
    await press(element, 'Show connection ID and password');
    await until(() => shown(element).length === 2);
    const [codatConnectionId = '', otp = ''] = shown(element);
    await company.enterOneTimePassword({ codatConnectionId, otp });
    await until(() => control(element, 'Disconnect Sage'));
  });
});

describe('<bank-feed-connect> on a phone', () => {
  for (const [platform, words] of [
    ['quickbooks', 'Show user name and password'],
    ['sage', 'Show connection ID and password'],
  ] as const) {
    it(`fits with what is entered in ${platform}, from right to left and with letters twice as large`, async () => {
      const element = await show('bank-feed-connect', begun(platform));
      element.style.width = '288px';
      element.handover = true;
      await press(element, words);
      await until(() => shown(element).length === 2);
      for (const direction of ['ltr', 'rtl'] as const) {
        for (const size of ['16px', '32px']) {
          element.dir = direction;
          element.style.fontSize = size;
          await settled(element);
          expect(element.scrollWidth, `${direction} ${size}`).to.be.at.most(288);
        }
      }
    });
  }
});

describe('<bank-feed-connect> beside the real software', () => {
  it('shows a refused consent as the server knows it, and goes on', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    const api = new HttpFeedApi(company);
    await api.createConnection('xero');
    const element = await open(company);
    await until(() => control(element, 'Continue in Xero'));
    await company.refuse();
    await until(() => text(element).includes('access was not granted there'));
    const navigated = listen(element, 'bank-feed-navigate');
    await press(element, 'Try again');
    await until(() => navigated.length === 1);
    await company.authorize();
    await until(() => control(element, 'Disconnect Xero'));
  });

  it('switches from one to another and back', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.linkedInside('quickbooks');
    const element = await open(company);
    const switchTo = async (platform: string, words: string) => {
      await press(element, 'Use other accounting software');
      await until(() => all(element, 'input').length > 0);
      all(element, 'input')
        .find(({ value }) => value === platform)
        ?.click();
      await press(element, words);
      await confirm(element);
    };
    await switchTo('freeagent', 'Switch to FreeAgent');
    await until(() => control(element, 'Continue in FreeAgent'));
    await company.authorize();
    await until(() => control(element, 'Disconnect FreeAgent'));
    await switchTo('quickbooks', 'Switch to QuickBooks Online');
    await until(() => text(element).includes('shows only accounts that you have chosen here'));
  });
});
