import { expect } from '@open-wc/testing';
import { HttpFeedApi } from '../../../src/client/index.ts';
import { testCompany, type TestCompany } from '../support/company.ts';
import { accessible, all, clear, control, listen, place, press, reached, root, text, until } from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

const open = async ({ endpoint, getToken }: TestCompany) => {
  const element = place('bank-feed-accounts');
  Object.assign(element, { endpoint, getToken });
  await reached(element, 'ready', 'waiting');
  return element;
};
const steps = (element: Element) => root(element).querySelector<HTMLDetailsElement>('details[part=steps]');
const dollars = (id: string, accountName: string) => ({
  id,
  accountName,
  accountType: 'checking',
  accountNumber: '31510604',
  currency: 'USD',
  balance: '10',
});

describe('accounts that the customer picks inside the software too, against the real proxy and sandbox', () => {
  for (const [platform, name] of [
    ['quickbooks', 'QuickBooks Online'],
    ['sage', 'Sage'],
  ] as const) {
    it(`chooses accounts for ${name} before the customer signs in there`, async () => {
      const company = await testCompany();
      await new HttpFeedApi(company).createConnection(platform);
      const element = await open(company);
      expect(text(element)).to.include(`You find them again in ${name}`);
      await accessible(element);
      const chosen = listen(element, 'bank-feed-accounts-chosen');
      all(element, 'input')[1]?.click();
      await press(element, 'Use this account');
      await until(() => control(element, 'Rename'));
      expect(chosen).to.have.length(1);
      expect(text(element)).to.include(`finish connecting ${name}`);
      expect(steps(element)).to.equal(null);
      await accessible(element);
    });
  }

  it('asks for the connection first where the software asks nothing', async () => {
    const company = await testCompany();
    await new HttpFeedApi(company).createConnection('xero');
    const element = await open(company);
    expect(text(element)).to.include('Connect your accounting software first');
  });

  it('shows what to do in QuickBooks right after an account was added there, until it is done', async () => {
    const company = await testCompany({ accounts: [dollars('a', 'Operating'), dollars('b', 'Payroll')] });
    const api = new HttpFeedApi(company);
    const { id } = await api.createConnection('quickbooks');
    const [first] = (await api.accounts(id)).items;
    await api.chooseAccounts(id, [first?.id ?? '']);
    const { username, password } = await api.credentials(id);
    await company.enterCredentials({ username, password, accountIds: ['a'] });
    const element = await open(company);
    await until(() => text(element).includes('Connected'));
    expect(steps(element)).to.equal(null);

    await press(element, 'Add an account');
    [...root(element).querySelectorAll<HTMLInputElement>('[data-account] input')][0]?.click();
    await press(element, 'Use this account');
    await until(() => steps(element)?.open);
    expect(steps(element)?.textContent).to.include('Link account').and.to.include('collects once a day');
    expect(text(element)).to.include('Waiting for QuickBooks Online: select this account there');
    await until(() => root(element).activeElement?.matches('[part=steps] > summary'));
    await accessible(element);

    await company.enterCredentials({ username, password, accountIds: ['b'] });
    element.refresh();
    await until(() => !steps(element));
    expect(text(element)).not.to.include('select this account there');
  });
});
