import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { account, connection, HostApi } from './support/host-api.ts';
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
const row = (element: Element, id: string): string =>
  root(element).querySelector(`[data-account=${id}]`)?.textContent?.replace(/\s+/g, ' ') ?? '';
const type = (field: HTMLInputElement, value: string): void => {
  field.value = value;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
};

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
    await until(() => root(element).activeElement === boxes(element)[0]);
    const said = root(element).getElementById(boxes(element)[0]?.getAttribute('aria-describedby') ?? '');
    expect(said?.textContent).to.include('Choose at least one account');
    // Above the list, where focus goes: below it, it would be out of sight on a phone.
    expect(said?.nextElementSibling?.localName).to.equal('fieldset');
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
    await until(() => text(element).includes('All your accounts are in use'));
    await until(() => root(element).activeElement?.id === 'title');
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

  it('asks for a name where none is left, and gives the field back', async () => {
    const { api, element } = await open([account('a', { status: 'pending' })]);
    await press(element, 'Rename');
    const field = await until(() => root(element).querySelector<HTMLInputElement>('#name'));
    field.value = '   ';
    await press(element, 'Save name');
    await until(() => text(element).includes('Enter a name.'));
    expect(field.getAttribute('aria-invalid')).to.equal('true');
    await until(() => root(element).activeElement === field);
    await accessible(element);
    type(field, 'Money');
    await until(() => !text(element).includes('Enter a name.'));
    expect(api.count('renameAccount')).to.equal(0);
  });

  it('saves a name with Enter and drops it with Escape, and gives focus back to the button', async () => {
    const { api, element } = await open([account('a', { status: 'connected', name: 'Current' }), account('b')]);
    await press(element, 'Rename');
    const field = await until(() => root(element).querySelector<HTMLInputElement>('#name'));
    expect(text(element)).to.include('The account in Xero keeps its own name.');
    type(field, 'Other');
    await sendKeys({ press: 'Escape' });
    await until(() => root(element).activeElement === control(element, 'Rename'));
    expect(text(element)).to.include('Current').and.not.to.include('Other');
    await press(element, 'Rename');
    const again = await until(() => root(element).querySelector<HTMLInputElement>('#name'));
    expect(again.value).to.equal('Current');
    type(again, 'Everyday');
    await sendKeys({ press: 'Enter' });
    await until(() => said(element).includes('The account is now called Everyday.'));
    await until(() => root(element).activeElement === control(element, 'Rename'));
    expect(api.count('renameAccount')).to.equal(1);
  });

  it('keeps what is being typed when the list arrives anew with another name', async () => {
    const { api, element } = await open([account('a', { status: 'connected', name: 'Current' })]);
    await press(element, 'Rename');
    const field = await until(() => root(element).querySelector<HTMLInputElement>('#name'));
    type(field, 'My own na');
    api.world.accounts = [account('a', { status: 'connected', name: 'Changed elsewhere' })];
    const reads = api.count('accounts');
    element.refresh();
    await until(() => api.count('accounts') > reads);
    await settled(element);
    expect(root(element).querySelector<HTMLInputElement>('#name')?.value).to.equal('My own na');
    await press(element, 'Cancel');
    await until(() => text(element).includes('Changed elsewhere'));
  });

  for (const [dir, lang] of [
    ['ltr', 'en'],
    ['rtl', 'fr'],
  ])
    it(`fits into 320 px, ${dir}, ${lang}, with long names and refusals`, async () => {
      const name = 'Geschäftskonto-der-Niederlassung-ohne-jede-Trennstelle Nord';
      const balance = { amount: '-123456789012.34', currency: 'GBP' };
      const { api, element } = await open([
        account('a', { status: 'pending', name, balance }),
        account('b', { name, balance }),
        account('c', { currency: 'EUR' }),
      ]);
      Object.assign(document.documentElement, { dir, lang });
      element.style.inlineSize = '288px';
      const amount = root(element).querySelector('bdi');
      expect(amount && getComputedStyle(amount)).to.include({ direction: 'ltr', unicodeBidi: 'isolate' });
      api.fail('chooseAccounts', 'upstream_refused', { detail: `${'x'.repeat(80)} is not enabled` });
      control(element, 'Add')?.click();
      boxes(element)[1]?.click();
      await settled(element);
      root(element).querySelector<HTMLElement>('[type=submit]')?.click();
      await until(() => root(element).querySelector('[part=refusal]'));
      root(element).querySelector<HTMLElement>('[data-rename]')?.click();
      await until(() => root(element).querySelector('#name'));
      const box = root(element).querySelector('.root');
      expect(box?.scrollWidth).to.be.at.most(288);
      await accessible(element);
      document.documentElement.removeAttribute('dir');
    });

  it('says beside “Waiting” what an account waits for', async () => {
    const { api, element } = await open([
      account('a', { status: 'pending' }),
      account('b', { status: 'connecting' }),
      account('c', { status: 'disconnected' }),
      account('d', { status: 'unknown' }),
      account('e', { status: 'connected' }),
    ]);
    expect(element.state).to.equal('waiting');
    expect(row(element, 'a')).to.include('Waiting').and.to.include('choose where the transactions of this account go');
    expect(row(element, 'b')).to.include('Checking').and.to.include('Xero to confirm the connection');
    expect(row(element, 'c')).to.include('Disconnected').and.to.include('Nothing is sent');
    expect(row(element, 'd')).to.include('Checking').and.to.include('We are checking');
    expect(row(element, 'e')).to.match(/Connected\s+Rename/);
    expect(text(element)).to.include('All your accounts are in use');
    await accessible(element);
    api.world.accounts = [account('e', { status: 'connected' })];
    element.refresh();
    await reached(element, 'ready');
  });

  it('shows what was chosen, for reading, while the connection does not hold', async () => {
    const api = new HostApi({
      connections: [connection('deauthorized')],
      accounts: [account('a', { status: 'connected', name: 'Current' }), account('b')],
    });
    const element = await show('bank-feed-accounts', api);
    expect(text(element)).to.include('Xero is not connected').and.to.include('until you connect it again');
    expect(row(element, 'a')).to.include('Current').and.to.include('Needs attention');
    expect(root(element).querySelector('button, summary')).to.equal(null);
    await accessible(element);
    api.world.connections = [connection('unlinked')];
    element.refresh();
    await until(() => row(element, 'a').includes('Disconnected'));
    api.world.accounts = [account('b')];
    element.refresh();
    await until(() => text(element).includes('Connect your accounting software first'));
  });

  it('marks an account that was added before as there, in Codat’s words', async () => {
    const { api, element } = await open([account('a', { status: 'connected' }), account('b', { name: 'Savings' })]);
    const take = api.chooseAccounts.bind(api);
    api.chooseAccounts = async (id, ids, options) => {
      const { items } = await take(id, ids, options);
      const message = 'A bank account already exists with the same Id';
      return { items, itemErrors: [{ itemId: 'b', code: 'account_refused', message }] };
    };
    await press(element, 'Add an account');
    boxes(element)[0]?.click();
    await press(element, 'Use this account');
    await until(() => row(element, 'b').includes('Rename'));
    expect(row(element, 'b')).to.include('had been added before').and.to.include('already exists with the same Id');
    await until(() => said(element) === '1 account added.');
    await accessible(element);
  });

  it('shows at once what was answered, while the list is read again', async () => {
    const { api, element } = await open([account('a', { name: 'Current' }), account('b', { name: 'Savings' })]);
    boxes(element)[1]?.click();
    await until(() => control(element, 'Use this account'));
    const release = api.hold('accounts');
    await press(element, 'Use this account');
    await until(() => row(element, 'a').includes('Rename'));
    expect(row(element, 'b')).not.to.include('Rename');
    release();
    await until(() => api.count('accounts') === 2);
    await settled(element);
    expect(row(element, 'a')).to.include('Rename');
  });

  it('does nothing twice', async () => {
    const { api, element } = await open([account('a'), account('b', { status: 'pending', name: 'Savings' })]);
    const letChoose = api.hold('chooseAccounts');
    await press(element, 'Add an account');
    boxes(element)[0]?.click();
    const use = await press(element, 'Use this account');
    use.click();
    use.click();
    await until(() => api.count('chooseAccounts') === 1);
    letChoose();
    await until(() => row(element, 'a').includes('Rename'));
    expect(api.count('chooseAccounts')).to.equal(1);
    const letRemove = api.hold('removeAccount');
    await press(element, 'Remove Savings');
    const remove = await press(element, 'Remove account');
    remove.click();
    await until(() => api.count('removeAccount') === 1);
    control(element, 'Remove Savings')?.click();
    await settled(element);
    expect(root(element).querySelector('dialog')).to.equal(null);
    letRemove();
    await until(() => !control(element, 'Remove Savings'));
    expect(api.count('removeAccount')).to.equal(1);
  });

  it('says nothing of one company in another that it is given meanwhile', async () => {
    const { api, element } = await open();
    boxes(element)[1]?.click();
    const chosen = listen(element, 'bank-feed-accounts-chosen');
    const release = api.hold('chooseAccounts');
    await press(element, 'Use this account');
    await until(() => api.count('chooseAccounts') === 1);
    element.api = new HostApi({ connections: [connection('linked')], accounts: [account('z', { name: 'Other' })] });
    await until(() => text(element).includes('Other'));
    release();
    await settled(element);
    expect(chosen).to.have.length(0);
    expect(said(element)).to.equal('');
    expect(control(element, 'Use these accounts')?.ariaDisabled).not.to.equal('true');
  });

  it('marks its question and its announcements with the language they are in', async () => {
    document.documentElement.lang = 'eo';
    const { element } = await open([account('a', { status: 'pending' })]);
    await press(element, 'Remove');
    const dialog = await until(() => root(element).querySelector('dialog'));
    expect(dialog.closest('[lang]')?.getAttribute('lang')).to.equal('en');
    expect(root(element).querySelector('.unseen[role=status]')?.closest('[lang]')?.getAttribute('lang')).to.equal('en');
  });
});
