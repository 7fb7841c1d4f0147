/** What the customer has ticked outlives what happens meanwhile, in another tab or on the way to the server. */
import { expect } from '@open-wc/testing';
import { HttpFeedApi } from '../../../src/client/index.ts';
import { testCompany, type TestCompany } from '../support/company.ts';
import { account, connection, HostApi } from './support/host-api.ts';
import { accessible, clear, control, place, press, root, said, text, until } from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

type Accounts = HTMLElementTagNameMap['bank-feed-accounts'];

const open = async ({ endpoint, getToken }: TestCompany): Promise<Accounts> => {
  const element = place('bank-feed-accounts');
  Object.assign(element, { endpoint, getToken });
  await until(() => boxes(element).length > 0);
  return element;
};
const boxes = (element: Element): HTMLInputElement[] => [
  ...root(element).querySelectorAll<HTMLInputElement>('.offer [data-account] input'),
];
const ticked = (element: Element): number => boxes(element).filter(({ checked }) => checked).length;
const visible = (element: Element): boolean => boxes(element).every((box) => box.checkVisibility());

describe('<bank-feed-accounts>, what is ticked', () => {
  it('stays, in sight, where another tab chooses others first; what that one took is said', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    const { id } = await company.linked();
    const element = await open(company);
    const names = boxes(element).map((box) => box.closest('label')?.querySelector('.name')?.textContent);
    boxes(element)
      .slice(0, 2)
      .forEach((box) => box.click());
    await until(() => control(element, 'Use 2 accounts'));
    const other = new HttpFeedApi(company);
    const [first] = await other.accounts(id).then(({ items }) => items);
    expect(first?.name).to.equal(names[0]);
    await other.chooseAccounts(id, [first?.id ?? '']);
    element.refresh();
    await until(() => control(element, 'Use this account'));
    expect(ticked(element)).to.equal(1);
    expect(visible(element)).to.equal(true);
    expect(text(element)).to.include(`Already chosen, or no longer offered: ${names[0]}.`);
    await until(() => said(element) === `Already chosen, or no longer offered: ${names[0]}.`);
    await accessible(element);
    await press(element, 'Use this account');
    await until(() => said(element) === '1 account added.');
    expect(text(element)).not.to.include('Already chosen, or no longer offered');
  });

  it('stays where it was ticked while others are being added, and nobody is said to have taken those', async () => {
    const api = new HostApi({
      connections: [connection('linked')],
      accounts: [account('a'), account('b'), account('c')],
    });
    const element = place('bank-feed-accounts', api);
    await until(() => boxes(element).length === 3);
    boxes(element)[0]?.click();
    const letThrough = api.hold('chooseAccounts');
    await press(element, 'Use this account');
    await until(() => control(element, 'Adding'));
    boxes(element)[1]?.click();
    // The server has them before its answer is there.
    api.world.accounts = api.world.accounts.with(0, account('a', { status: 'pending' }));
    element.refresh();
    await until(() => boxes(element).length === 2);
    letThrough();
    await until(() => said(element) === '1 account added.');
    expect(ticked(element)).to.equal(1);
    expect(visible(element)).to.equal(true);
    expect(text(element)).not.to.include('Already chosen, or no longer offered');
    await until(() => control(element, 'Use this account'));
  });

  it('keeps the set-up where it is, until the customer goes on', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    const { id } = await company.linked();
    const setup = document.createElement('bank-feed-setup');
    Object.assign(setup, { endpoint: company.endpoint, getToken: company.getToken });
    document.body.append(setup);
    const accounts = await until(() => root(setup).querySelector('bank-feed-accounts'));
    await until(() => boxes(accounts).length > 0);
    boxes(accounts)[1]?.click();
    await until(() => control(accounts, 'Use this account'));
    const other = new HttpFeedApi(company);
    const [first] = await other.accounts(id).then(({ items }) => items);
    await other.chooseAccounts(id, [first?.id ?? '']);
    setup.refresh();
    await until(() => control(setup, 'Continue'));
    expect(accounts.isConnected).to.equal(true);
    await until(() => control(accounts, 'Rename'));
    expect(ticked(accounts)).to.equal(1);
    expect(visible(accounts)).to.equal(true);
    const primary = [setup, accounts].flatMap((element) => [...root(element).querySelectorAll('.primary')]);
    expect(primary).to.deep.equal([control(accounts, 'Use this account')]);
    await press(accounts, 'Use this account');
    await until(() => root(setup).querySelector('bank-feed-mapping'));
    await press(setup, 'Back');
    await until(() => root(setup).querySelector('bank-feed-accounts'));
  });

  it('keeps the set-up also where more is ticked while the first are being added', async () => {
    const api = new HostApi({ connections: [connection('linked')], accounts: [account('a'), account('b')] });
    const setup = document.createElement('bank-feed-setup');
    setup.api = api;
    document.body.append(setup);
    const accounts = await until(() => root(setup).querySelector('bank-feed-accounts'));
    await until(() => boxes(accounts).length === 2);
    boxes(accounts)[0]?.click();
    const letThrough = api.hold('chooseAccounts');
    await press(accounts, 'Use this account');
    await until(() => control(accounts, 'Adding'));
    boxes(accounts)[1]?.click();
    letThrough();
    await until(() => said(accounts) === '1 account added.');
    await until(() => control(setup, 'Continue'));
    expect(ticked(accounts)).to.equal(1);
    await press(setup, 'Continue');
    await until(() => root(setup).querySelector('bank-feed-mapping'));
  });
});

describe('<bank-feed-setup>, its primary button', () => {
  it('is that of what is ticked, as soon as something is', async () => {
    const api = new HostApi({
      connections: [connection('linked')],
      accounts: [account('a', { status: 'pending' }), account('b')],
    });
    const setup = document.createElement('bank-feed-setup');
    setup.api = api;
    document.body.append(setup);
    await until(() => root(setup).querySelector('bank-feed-mapping'));
    await press(setup, 'Back');
    const accounts = await until(() => root(setup).querySelector('bank-feed-accounts'));
    const onward = await until(() => control(setup, 'Continue'));
    expect(onward.classList.contains('primary')).to.equal(true);
    await until(() => boxes(accounts).length === 1);
    for (const primary of [false, true]) {
      boxes(accounts)[0]?.click();
      await accounts.updateComplete;
      await setup.updateComplete;
      expect(onward.classList.contains('primary')).to.equal(primary);
    }
  });
});
