import { expect } from '@open-wc/testing';
import { account, connection, HostApi } from './support/host-api.ts';
import { accessible, all, clear, control, listen, press, root, said, show, text, until } from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

const offered = () => [
  account('a', { name: 'Current', balance: { amount: '1234.5', currency: 'GBP' } }),
  account('b', { name: 'Savings', type: 'savings' }),
  account('c', { name: 'Card', type: 'creditCard', currency: 'EUR', balance: { amount: '-20', currency: 'EUR' } }),
];
const open = (accounts = offered()) => {
  const api = new HostApi({ connections: [connection('linked')], accounts });
  return show('bank-feed-accounts', api).then((element) => ({ api, element }));
};
const boxes = (element: Element) => all(element, 'input').filter(({ type }) => type === 'checkbox');

describe('<bank-feed-accounts>', () => {
  it('asks for the connection first, and says when there is nothing to choose', async () => {
    const before = await show('bank-feed-accounts', new HostApi());
    expect(text(before)).to.include('Connect your accounting software first');
    const { element } = await open([]);
    expect(text(element)).to.include('no accounts to choose from');
    await accessible(element);
  });

  it('chooses some, or all, with amounts exact and numbers masked', async () => {
    const { api, element } = await open();
    expect(text(element)).to.include('•••• 4243').and.to.include('£1,234.50').and.to.include('\u2212€20.00');
    const [every, first, second] = boxes(element);
    every?.click();
    await until(() => control(element, 'Use 3 accounts'));
    every?.click();
    await until(() => control(element, 'Use these accounts'));
    first?.click();
    second?.click();
    await until(() => control(element, 'Use 2 accounts'));
    expect(every?.indeterminate).to.equal(true);
    second?.click();
    second?.click();
    await accessible(element);
    const events = listen(element, 'bank-feed-accounts-chosen');
    await press(element, 'Use 2 accounts');
    await until(() => control(element, 'Rename'));
    expect(events[0]).to.deep.include({ connectionId: 'c1', accountIds: ['a', 'b'] });
    expect(api.count('chooseAccounts')).to.equal(1);
    await until(() => said(element) === '2 accounts added.');
    await until(() => root(element).activeElement?.id === 'title');
    await accessible(element);
  });

  it('says what is missing where nothing is chosen', async () => {
    const { api, element } = await open();
    await press(element, 'Use these accounts');
    await until(() => text(element).includes('Choose at least one account'));
    expect(root(element).activeElement).to.equal(boxes(element)[0]);
    expect(api.count('chooseAccounts')).to.equal(0);
    await accessible(element);
  });

  it('shows each refusal at its account, in Codat’s words', async () => {
    const { api, element } = await open();
    const take = api.chooseAccounts.bind(api);
    api.chooseAccounts = async (id, ids, options) => {
      const { items } = await take(id, ids.slice(0, 1), options);
      const itemErrors = ids
        .slice(1)
        .map((itemId) => ({ itemId, code: 'upstream_refused', message: 'Duplicate <id>' }));
      return { items, itemErrors };
    };
    boxes(element)[0]?.click();
    await press(element, 'Use 3 accounts');
    await until(() => root(element).querySelectorAll('[part=refusal]').length === 2);
    expect(root(element).querySelector('[data-account=b]')?.textContent).to.include('Duplicate <id>');
    expect(root(element).querySelector('[data-account=a] [part=refusal]')).to.equal(null);
    await until(() => said(element).includes('2 accounts were refused'));
    await accessible(element);
  });

  it('puts a refusal of everything where it can be read', async () => {
    const { api, element } = await open();
    api.fail('chooseAccounts', 'upstream_refused', { detail: 'Currency is not enabled' });
    boxes(element)[3]?.click();
    await press(element, 'Use this account');
    await until(() => root(element).querySelector('[data-account=c] [part=refusal]'));
    api.fail('chooseAccounts', 'upstream_refused', { detail: 'Currency is not enabled' });
    boxes(element)[1]?.click();
    await press(element, 'Use 2 accounts');
    await until(() => root(element).querySelector('[part=problem]'));
    expect(root(element).querySelector('[part=problem]')?.textContent).to.include('Currency is not enabled');
  });

  it('renames, with focus there and back', async () => {
    const { api, element } = await open([account('a', { status: 'connected', name: 'Current' })]);
    await press(element, 'Rename');
    const field = await until(() => root(element).querySelector<HTMLInputElement>('#name'));
    await until(() => root(element).activeElement === field);
    await accessible(element);
    field.value = '  Everyday  ';
    await press(element, 'Save name');
    await until(() => text(element).includes('Everyday'));
    expect(api.count('renameAccount')).to.equal(1);
    await until(() => root(element).activeElement === control(element, 'Rename'));
    await press(element, 'Rename');
    await press(element, 'Cancel');
    await until(() => control(element, 'Rename'));
    expect(api.count('renameAccount')).to.equal(1);
  });

  it('keeps the field open where the new name was refused', async () => {
    const { api, element } = await open([account('a', { status: 'connected' })]);
    api.fail('renameAccount', 'rate_limited');
    await press(element, 'Rename');
    const field = await until(() => root(element).querySelector<HTMLInputElement>('#name'));
    field.value = 'Other';
    await press(element, 'Save name');
    await until(() => text(element).includes('too many requests'));
    expect(control(element, 'Save name')).to.be.an('htmlbuttonelement');
    await accessible(element);
  });

  it('removes after a question that says what stays', async () => {
    const { api, element } = await open([account('a', { status: 'connected', name: 'Current' })]);
    await press(element, 'Remove');
    const dialog = await until(() => root(element).querySelector<HTMLDialogElement>('dialog[open]'));
    expect(dialog.textContent).to.include('gets no more transactions').and.to.include('the account in Xero');
    await press(element, 'Keep account');
    await until(() => !root(element).querySelector('dialog'));
    expect(api.count('removeAccount')).to.equal(0);
    await press(element, 'Remove');
    await press(element, 'Remove account');
    await until(() => api.count('removeAccount') === 1);
    await until(() => boxes(element).length === 1);
    await until(() => said(element) === 'Current was removed.');
  });

  it('adds an account later, behind a disclosure', async () => {
    const { element } = await open([account('a', { status: 'connected' }), account('b')]);
    expect(root(element).querySelector('details')?.open).to.equal(false);
    await press(element, 'Add an account');
    boxes(element)[0]?.click();
    await press(element, 'Use this account');
    await until(() => !root(element).querySelector('details'));
    expect(root(element).querySelectorAll('li[data-account]')).to.have.length(2);
  });

  it('reads every page of a long list', async () => {
    const { api, element } = await open(
      Array.from({ length: 450 }, (_, index) => account(`x${index}`, { status: 'pending' })),
    );
    expect(root(element).querySelectorAll('li[data-account]')).to.have.length(450);
    expect(api.count('accounts')).to.equal(3);
  });

  it('forgets what was ticked, and closes its question, when it is given another company', async () => {
    const { element } = await open();
    boxes(element)[1]?.click();
    await until(() => control(element, 'Use this account'));
    element.api = new HostApi({ connections: [connection('linked')], accounts: offered() });
    await until(() => control(element, 'Use these accounts'));

    const first = new HostApi({ connections: [connection('linked')], accounts: [account('a', { status: 'pending' })] });
    const other = new HostApi({ connections: [connection('linked')], accounts: [account('a', { status: 'pending' })] });
    element.api = first;
    await press(element, 'Remove');
    await until(() => root(element).querySelector('dialog')?.open);
    element.api = other;
    await until(() => !root(element).querySelector('dialog'));
    await until(() => control(element, 'Remove'));
    expect(first.count('removeAccount') + other.count('removeAccount')).to.equal(0);
  });

  it('leaves focus where the customer put it when a step comes by itself', async () => {
    const { api, element } = await open([account('a', { status: 'pending' })]);
    const elsewhere = document.createElement('input');
    document.body.append(elsewhere);
    await press(element, 'Rename');
    const field = await until(() => root(element).querySelector<HTMLInputElement>('#name'));
    field.value = 'New name';
    await press(element, 'Save name');
    await until(() => text(element).includes('New name'));
    elsewhere.focus();
    api.world.accounts = [account('a')];
    element.refresh();
    await until(() => control(element, 'Use these accounts'));
    expect(document.activeElement).to.equal(elsewhere);
  });

  it('does not take a name of spaces', async () => {
    const { api, element } = await open([account('a', { status: 'pending' })]);
    await press(element, 'Rename');
    const field = await until(() => root(element).querySelector<HTMLInputElement>('#name'));
    field.value = '   ';
    expect(field.validity.valid).to.equal(false);
    field.value = 'Money';
    expect(field.validity.valid).to.equal(true);
    expect(api.count('renameAccount')).to.equal(0);
  });

  it('marks its question and its announcements with the language they are in', async () => {
    document.documentElement.lang = 'nl';
    const { element } = await open([account('a', { status: 'pending' })]);
    await press(element, 'Remove');
    const dialog = await until(() => root(element).querySelector('dialog'));
    expect(dialog.closest('[lang]')?.getAttribute('lang')).to.equal('en');
    expect(root(element).querySelector('.unseen[role=status]')?.closest('[lang]')?.getAttribute('lang')).to.equal('en');
  });
});
