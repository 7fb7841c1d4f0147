import { expect } from '@open-wc/testing';
import { lines, testCompany, type TestCompany } from '../support/company.ts';
import {
  accessible,
  all,
  clear,
  control,
  listen,
  place,
  press,
  reached,
  root,
  said,
  tags,
  text,
  until,
} from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

const provide = ({ endpoint, getToken }: TestCompany) => {
  const provider = document.createElement('bank-feed-provider');
  Object.assign(provider, { endpoint, getToken });
  const [connect, accounts, mapping, status] = [
    document.createElement('bank-feed-connect'),
    document.createElement('bank-feed-accounts'),
    document.createElement('bank-feed-mapping'),
    document.createElement('bank-feed-status'),
  ];
  provider.append(connect, accounts, mapping, status);
  document.body.append(provider);
  return { provider, connect, accounts, mapping, status };
};

describe('the whole path, against the real proxy and sandbox', () => {
  it('leads from nothing to delivered transactions without a reload', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    const page = provide(company);
    const { provider, connect, accounts, mapping, status } = page;
    const heard = listen(
      provider,
      'bank-feed-consent',
      'bank-feed-connection-started',
      'bank-feed-navigate',
      'bank-feed-connected',
      'bank-feed-accounts-chosen',
      'bank-feed-mapped',
    );
    provider.addEventListener('bank-feed-navigate', (event) => event.preventDefault());
    await reached(connect, 'ready');
    const xero = all(connect, 'input').find(({ value }) => value === 'xero');
    xero?.click();
    await press(connect, 'Connect Xero');
    await until(() => control(connect, 'Continue in Xero'));
    expect(connect.state).to.equal('waiting');
    const navigated = heard.find(({ type }) => type === 'bank-feed-navigate');
    expect(navigated).to.have.property('url').that.matches(/^http/);
    await accessible(connect);

    await company.authorize();
    await until(() => control(connect, 'Disconnect Xero'));
    await until(() => said(connect).includes('Xero is connected'));

    await until(() => all(accounts, 'input').length > 1);
    all(accounts, 'input')[0]?.click();
    await press(accounts, 'Use ');
    await until(() => control(accounts, 'Rename'));
    await until(() => said(accounts).includes('added'));

    await until(() => all(mapping, 'select').length > 0);
    for (const select of all(mapping, 'select')) {
      select.value = 'new';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }
    await mapping.updateComplete;
    await press(mapping, 'Start sending');
    await until(() => control(mapping, 'Disconnect'));
    await until(() => !text(mapping).includes('Checking'));
    expect(heard.map(({ type }) => type.replace('bank-feed-', ''))).to.include.members([
      'consent',
      'connection-started',
      'navigate',
      'connected',
      'accounts-chosen',
      'mapped',
    ]);

    await company.push('host-current', lines(3));
    await until(() => text(status).includes('3 transactions delivered today'));
    expect(await company.ledger()).to.have.length(3);
    await press(status, 'All deliveries');
    await until(() => text(status).includes('Delivered'));
    for (const element of [connect, accounts, mapping, status]) await accessible(element);
  });

  it('leads through QuickBooks with what its pages ask for, to transactions collected there', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    const { connect, accounts, mapping, status } = provide(company);
    (await until(() => all(connect, 'input').find(({ value }) => value === 'quickbooks'))).click();
    await press(connect, 'Connect QuickBooks Online');
    await until(() => text(connect).includes('Choose your accounts first'));
    (await until(() => root(accounts).querySelector<HTMLInputElement>('[data-account] input'))).click();
    await press(accounts, 'Use ');
    await press(connect, 'Show user name and password');
    const [username = '', password = ''] = await until(() => {
      const shown = all(connect, 'code').map(({ textContent }) => textContent.trim());
      return shown.length === 2 && shown;
    });
    await company.enterCredentials({ username, password });
    await until(() => control(connect, 'Disconnect QuickBooks Online'));
    expect(text(connect)).not.to.include(password);
    await until(() => text(mapping).includes('Connected'));
    await company.push('host-current', lines(3));
    await until(() => text(status).includes('3 transactions are ready to be collected'));
    expect(await company.collect()).to.equal(3);
    for (const element of [connect, accounts, mapping, status]) await accessible(element);
  });

  it('lands on the right step after a reload, in every element', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.connected();
    const { connect, accounts, mapping, status } = provide(company);
    await reached(connect, 'ready');
    await until(() => control(accounts, 'Rename'));
    await until(() => control(mapping, 'Disconnect'));
    await until(() => text(status).includes('Nothing has been delivered yet'));
  });

  it('shows a withdrawn consent, keeps what waits, and reconnects', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.connected();
    const { provider, connect, status } = provide(company);
    provider.addEventListener('bank-feed-navigate', (event) => event.preventDefault());
    await until(() => control(connect, 'Disconnect Xero'));
    await company.revoke();
    const asking = setInterval(() => connect.refresh(), 500);
    await until(() => control(connect, 'Connect Xero again')).finally(() => clearInterval(asking));
    expect(text(connect)).to.include('Needs attention');
    await until(() => text(status).includes('is not connected'));
    const navigated = listen(provider, 'bank-feed-navigate');
    await press(connect, 'Connect Xero again');
    await until(() => navigated.length === 1);
    expect(navigated[0]).to.include({ reason: 'reconnect' });
  });

  it('disconnects after a plain question', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.linked();
    const { connect } = provide(company);
    await until(() => control(connect, 'Disconnect Xero'));
    await press(connect, 'Disconnect Xero');
    await until(() => root(connect).querySelector('dialog[open]'));
    root(connect).querySelector<HTMLButtonElement>('dialog [value=confirm]')?.click();
    await until(() => text(connect).includes('Xero is disconnected'));
  });

  it('shows Codat’s refusal at the account it belongs to', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.linked();
    await company.faults({
      operation: 'create-batch-source-account',
      status: 400,
      message: 'Source account currency is not supported',
    });
    const { accounts } = provide(company);
    await until(() => all(accounts, 'input').length > 1);
    all(accounts, 'input')[1]?.click();
    await press(accounts, 'Use ');
    await until(() => text(accounts).includes('Source account currency is not supported'));
    await accessible(accounts);
  });

  it('waits while the proxy is unreachable, and says so', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.linked();
    await company.gate('down');
    const element = place('bank-feed-connect');
    Object.assign(element, { endpoint: company.endpoint, getToken: company.getToken });
    await reached(element, 'error');
    await until(() => control(element, 'Try again'));
    expect(text(element)).to.include('cannot reach');
    await company.gate('open');
    await press(element, 'Try again');
    await reached(element, 'ready');
  });

  it('works where the proxy is mounted in the host’s own backend', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.chosen();
    const endpoint = await company.mounted();
    for (const tag of tags) {
      const element = document.createElement(tag);
      element.setAttribute('endpoint', endpoint);
      document.body.append(element);
      await reached(element, 'ready', 'waiting');
    }
  });
});
