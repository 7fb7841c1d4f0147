import { expect } from '@open-wc/testing';
import { testCompany, type TestCompany } from '../support/company.ts';
import { accessible, all, clear, control, place, press, reached, root, said, text, until } from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

const pounds = (id: string, accountName: string, more: object = {}) => ({
  id,
  accountName,
  accountType: 'checking',
  accountNumber: '31510604',
  sortCode: '040004',
  currency: 'GBP',
  balance: '1204.50',
  ...more,
});
const francs = (id: string, accountName: string) =>
  pounds(id, accountName, { currency: 'CHF', sortCode: undefined, accountNumber: 'CH9300762011623852957' });

const open = async (company: TestCompany) => {
  const element = place('bank-feed-accounts');
  Object.assign(element, { endpoint: company.endpoint, getToken: company.getToken });
  await reached(element, 'ready', 'waiting');
  return element;
};
const named = (element: Element, name: string): HTMLElement | undefined =>
  [...root(element).querySelectorAll<HTMLElement>('[data-account]')].find(({ textContent }) =>
    textContent.includes(name),
  );
const tick = (element: Element, name: string): void => named(element, name)?.querySelector('input')?.click();

describe('accounts that Codat refuses, against the real proxy and sandbox', () => {
  it('shows a currency that the books do not take at its account, and adds the others', async () => {
    const company = await testCompany({ accounts: [pounds('p', 'Current'), francs('f', 'Francs')] });
    await company.linked();
    const element = await open(company);
    tick(element, 'Current');
    tick(element, 'Francs');
    await press(element, 'Use 2 accounts');
    await until(() => named(element, 'Francs')?.querySelector('[part=refusal]'));
    expect(named(element, 'Francs')?.textContent).to.include('The currency CHF').and.to.include('is not enabled');
    expect(named(element, 'Francs')?.textContent).to.include('Your other accounts are not affected');
    expect(named(element, 'Current')?.querySelector('[part=refusal]')).to.equal(null);
    expect(named(element, 'Current')?.textContent).to.include('Rename');
    await until(() => said(element).includes('1 account added. 1 account was refused.'));
    const box = named(element, 'Francs')?.querySelector('input');
    await until(() => root(element).activeElement === box);
    expect(box?.checked).to.equal(true);
    const described = root(element).getElementById(box?.getAttribute('aria-describedby') ?? '');
    expect(described?.textContent).to.include('The currency CHF');
    await accessible(element);
  });

  it('shows each refusal at its account where Codat takes none of them', async () => {
    const company = await testCompany({ accounts: [francs('f1', 'Francs'), francs('f2', 'More francs')] });
    await company.linked();
    const element = await open(company);
    await press(element, 'Use these accounts');
    all(element, 'input')[0]?.click();
    await press(element, 'Use 2 accounts');
    await until(() => root(element).querySelectorAll('[part=refusal]').length === 2);
    expect(named(element, 'More francs')?.textContent).to.include('account f2');
    expect(root(element).querySelector('[part=problem]')).to.equal(null);
    await until(() => said(element).includes('2 accounts were refused'));
  });

  it('offers an account in pounds without a sort code beside the others, and says why it is refused', async () => {
    const company = await testCompany({
      accounts: [
        pounds('p', 'Current'),
        pounds('b', 'Bare', { sortCode: null }),
        pounds('r', 'Routed', {
          sortCode: null,
          routingInfo: { bankCode: 'BUKBGB22', type: 'swift' },
        }),
      ],
    });
    await company.linked();
    const element = await open(company);
    all(element, 'input')[0]?.click();
    await press(element, 'Use 3 accounts');
    await until(() => named(element, 'Bare')?.querySelector('[part=refusal]'));
    expect(named(element, 'Bare')?.textContent).to.include('needs a sortCode or routingInfo');
    expect(named(element, 'Routed')?.textContent).to.include('Rename');
    await accessible(element);
  });

  it('shows a duplicate in Codat’s words, and takes the account at the next try', async () => {
    const company = await testCompany({ accounts: [pounds('p', 'Current')] });
    await company.linked();
    const message = 'A bank account already exists with the same Id';
    await company.faults({ operation: 'create-batch-source-account', status: 409, message, times: 1 });
    const element = await open(company);
    tick(element, 'Current');
    await press(element, 'Use this account');
    await until(() => named(element, 'Current')?.querySelector('[part=refusal]'));
    expect(named(element, 'Current')?.textContent).to.include(message);
    expect(named(element, 'Current')?.textContent).to.match(/ask our support\.\s+Reference for support:\s+\S+/);
    await accessible(element);
    await press(element, 'Use this account');
    await until(() => control(element, 'Rename'));
    expect(root(element).querySelector('[part=refusal]')).to.equal(null);
  });

  it('removes and renames at Codat, keeps what the host no longer offers, and takes a name of Codat’s for true', async () => {
    const company = await testCompany({ accounts: [pounds('p', 'Current'), pounds('s', 'Savings')] });
    await company.chosen();
    await company.setAccounts([pounds('s', 'Savings')]);
    const element = await open(company);
    expect(text(element)).to.include('Current').and.to.include('Savings');
    await press(element, 'Rename Savings');
    const field = await until(() => root(element).querySelector<HTMLInputElement>('#name'));
    field.value = 'Reserve';
    await press(element, 'Save name');
    await until(() => said(element).includes('now called Reserve'));
    await press(element, 'Remove Current');
    await press(element, 'Remove account');
    await until(() => said(element).includes('Current was removed'));
    expect(control(element, 'Remove Current')).to.equal(undefined);
    const later = await open(company);
    expect(control(later, 'Remove Current')).to.equal(undefined);
    await press(later, 'Remove Reserve');
    expect((await until(() => root(later).querySelector('dialog'))).textContent).to.include('You can add it again');
    await press(later, 'Remove account');
    // Offered again, by the name that the customer gave it.
    await until(() => !control(later, 'Remove Reserve') && root(later).querySelector('[data-account] input'));
    await until(() => text(later).includes('Reserve'));
    await until(() => control(element, 'Use these accounts'));
  });
});
