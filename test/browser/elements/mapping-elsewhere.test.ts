import { expect } from '@open-wc/testing';
import { testCompany } from '../support/company.ts';
import { account, connection, HostApi } from './support/host-api.ts';
import {
  accessible,
  clear,
  control,
  listen,
  place,
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
afterEach(clear);

const accounts = () => [
  account('a', { status: 'pending', name: 'Current' }),
  account('b', { status: 'connected', name: 'Savings', target: { name: 'Savings in there' } }),
];

describe('<bank-feed-mapping> where it is chosen elsewhere', () => {
  for (const platform of ['quickbooks', 'sage'] as const) {
    it(`gives the steps inside ${platform} and shows it arriving`, async () => {
      const api = new HostApi({ connections: [connection('linked', platform)], accounts: accounts() });
      const element = await show('bank-feed-mapping', api);
      expect(text(element)).to.include('You choose this inside');
      expect(root(element).querySelectorAll('ol li').length).to.be.greaterThan(3);
      expect(text(element)).to.include('Savings in there');
      expect(text(element)).to.include('1 of 2 connected');
      expect(root(element).querySelector('select, [role=combobox]')).to.equal(null);
      expect(element.state).to.equal('waiting');
      await accessible(element);
      api.world.accounts = accounts().map((each) => ({ ...each, status: 'connected' }));
      element.refresh();
      await until(() => element.state === 'ready');
      await until(() => said(element).includes('Current is connected. 2 of 2 connected'));
      expect(root(element).querySelector('ol')).to.equal(null);
      expect(text(element)).to.include(platform === 'sage' ? 'Chosen in Sage' : 'Chosen in QuickBooks Online');
      expect(control(element, 'Disconnect')).to.equal(undefined);
      expect(api.count('mappings')).to.equal(0);
      await accessible(element);
    });
  }

  it('already tells of accounts while the software is still to be signed in to', async () => {
    const api = new HostApi({ connections: [connection('pending', 'quickbooks')], accounts: accounts().slice(0, 1) });
    const element = await show('bank-feed-mapping', api);
    expect(text(element)).to.include('Current');
    expect(text(element)).to.include('You choose this inside QuickBooks Online').and.not.to.include('shown here');
  });

  it('leads to Codat’s page by a fresh link where the host wants that', async () => {
    const api = new HostApi({ connections: [connection('linked')], accounts: accounts() });
    const element = place('bank-feed-mapping', api);
    element.setAttribute('mapping-mode', 'codat');
    await reached(element, 'waiting');
    await settled(element);
    expect(text(element)).to.include('on a page of Codat');
    expect(api.count('link') + api.count('mappings')).to.equal(0);
    await accessible(element);
    const left = listen(element, 'bank-feed-navigate');
    element.addEventListener('bank-feed-navigate', (event) => event.preventDefault());
    const button = await press(element, 'Choose where transactions go');
    button.click();
    await until(() => left.length > 0);
    expect(left).to.have.length(1);
    expect(left[0]).to.include({ reason: 'map' });
    expect(api.count('link')).to.equal(1);
    await press(element, 'Disconnect');
    const sure = await until(() => root(element).querySelector<HTMLButtonElement>('dialog[open] [value=confirm]'));
    sure.click();
    await until(() => api.count('unmap') === 1);
  });

  it('shows at its button why the page could not be opened', async () => {
    const api = new HostApi({ connections: [connection('linked')], accounts: accounts() });
    const element = place('bank-feed-mapping', api);
    element.mappingMode = 'codat';
    await reached(element, 'waiting');
    api.fail('link', 'upstream_unavailable');
    await press(element, 'Choose where transactions go');
    await until(() => root(element).querySelector('[part=problem]'));
    await accessible(element);
  });

  it('follows the host when it takes the choice back', async () => {
    const api = new HostApi({ connections: [connection('linked')], accounts: accounts() });
    api.world.mappings = [];
    const element = place('bank-feed-mapping', api);
    element.mappingMode = 'codat';
    await reached(element, 'waiting');
    delete element.mappingMode;
    element.removeAttribute('mapping-mode');
    element.mappingMode = undefined;
    await until(() => api.count('mappings') > 0);
    await until(() => !text(element).includes('on a page of Codat'));
  });
});

describe('<bank-feed-mapping> against the real proxy and sandbox', () => {
  it('takes the suggestions, connects, disconnects one and maps it again', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.chosen('xero');
    const element = document.createElement('bank-feed-mapping');
    Object.assign(element, { endpoint: company.endpoint, getToken: company.getToken });
    document.body.append(element);
    await reached(element, 'ready', 'waiting');
    const all = await until(() => control(element, 'Use all'));
    expect(text(element)).to.include('same account number');
    await accessible(element);
    all.click();
    await settled(element);
    await press(element, 'Start sending');
    await until(() => text(element).includes('3 of 3 connected'));
    await until(() => said(element).includes('3 of 3 connected'));
    await accessible(element);

    await press(element, 'Disconnect');
    const sure = await until(() => root(element).querySelector<HTMLButtonElement>('dialog[open] [value=confirm]'));
    sure.click();
    const select = await until(() => root(element).querySelector<HTMLSelectElement>('.row select'));
    select.focus();
    await settled(element);
    const blocked = [...select.options].filter(({ disabled }) => disabled).map((option) => option.textContent?.trim());
    expect(blocked.some((words) => words?.includes('Already receives Business'))).to.equal(true);
    select.value = 'new';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await settled(element);
    await press(element, 'Start sending');
    await until(() => text(element).includes('3 of 3 connected'));
  });

  it('never asks for mappings inside QuickBooks, which the proxy would refuse', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    await company.chosen('quickbooks');
    const element = document.createElement('bank-feed-mapping');
    Object.assign(element, { endpoint: company.endpoint, getToken: company.getToken });
    const errors = listen(element, 'bank-feed-error');
    document.body.append(element);
    await reached(element, 'ready', 'waiting');
    await until(() => text(element).includes('You choose this inside QuickBooks Online'));
    expect(errors).to.have.length(0);
    await accessible(element);
  });
});
