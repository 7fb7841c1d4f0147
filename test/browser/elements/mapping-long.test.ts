import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { account, connection, HostApi, mapping, type World } from './support/host-api.ts';
import { accessible, clear, control, press, root, said, settled, show, text, until } from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

type Mapping = HTMLElementTagNameMap['bank-feed-mapping'];

const targets = Array.from({ length: 150 }, (_, index) => ({
  id: `t${index}`,
  name: `${index % 2 === 0 ? 'Épargne' : 'Payroll'} ${index}`,
  last4: String(1000 + index),
}));
const targetIds = targets.slice(0, 140).map(({ id }) => id);

const open = async (world: Partial<World> = {}, accounts = 3) => {
  const ids = Array.from({ length: accounts }, (_, index) => `a${index}`);
  const api = new HostApi({
    connections: [connection('linked')],
    accounts: ids.map((id, index) => account(id, { status: 'pending', name: `Branch ${index}` })),
    targets,
    mappings: ids.map((id) => mapping(id, { targetIds })),
    ...world,
  });
  return { api, element: await show('bank-feed-mapping', api) };
};
const fieldOf = (element: Mapping, id: string): HTMLInputElement => {
  const field = root(element).querySelector<HTMLInputElement>(`[data-account="${id}"] [role=combobox]`);
  if (!field) throw new Error(`There is no field in row ${id}`);
  return field;
};
const key = (field: HTMLElement, name: string) =>
  field.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
const type = (field: HTMLInputElement, value: string) => {
  field.focus();
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
};
const shownOptions = (element: Mapping): HTMLElement[] => [...root(element).querySelectorAll<HTMLElement>('.option')];
const isOpen = (element: Mapping): boolean => root(element).querySelector('.picker:popover-open') !== null;
const active = (element: Mapping, field: HTMLElement): string | undefined =>
  root(element)
    .getElementById(field.getAttribute('aria-activedescendant') ?? '')
    ?.textContent?.replace(/\s+/g, ' ')
    .trim();
const rowsShown = (element: Mapping): number => root(element).querySelectorAll('.row:not([hidden])').length;

describe('<bank-feed-mapping> with many accounts of the software', () => {
  it('finds one by typing, without accents, and takes it with Enter', async () => {
    const { api, element } = await open();
    const field = fieldOf(element, 'a0');
    expect(field.getAttribute('aria-expanded')).to.equal('false');
    type(field, 'epargne 1012');
    expect(isOpen(element)).to.equal(true);
    expect(field.getAttribute('aria-expanded')).to.equal('true');
    expect(active(element, field)).to.equal('Épargne 12 •••• 1012ending in 1012');
    expect(shownOptions(element).at(-1)?.textContent).to.include('Create a new account in Xero');
    await accessible(element);
    key(field, 'Enter');
    await settled(element);
    expect(isOpen(element)).to.equal(false);
    expect(field.value).to.equal('Épargne 12 •••• 1012');
    expect(root(element).activeElement === field).to.equal(true);
    expect(api.count('map')).to.equal(0);
    await press(element, 'Start sending');
    await until(() => api.count('map') === 1);
  });

  it('shows at most a hundred, and says how many there are', async () => {
    const { element } = await open();
    const field = fieldOf(element, 'a0');
    field.focus();
    field.click();
    expect(isOpen(element)).to.equal(true);
    expect(shownOptions(element)[0]?.getAttribute('aria-setsize')).to.equal('151');
    key(field, 'ArrowUp');
    expect(shownOptions(element)).to.have.length(100);
    expect(shownOptions(element)[99]?.getAttribute('aria-posinset')).to.equal('100');
    expect(text(element)).to.include('51 more. Type to find one.');
    await accessible(element);
  });

  it('moves with the arrow keys, closes with Escape and keeps what was chosen', async () => {
    const { element } = await open();
    const field = fieldOf(element, 'a0');
    field.focus();
    key(field, 'ArrowDown');
    expect(field.hasAttribute('aria-activedescendant')).to.equal(false);
    key(field, 'ArrowDown');
    expect(active(element, field)).to.equal('Create a new account in Xero');
    key(field, 'ArrowDown');
    expect(active(element, field)).to.include('Épargne 0');
    key(field, 'PageDown');
    expect(active(element, field)).to.include('Épargne 10');
    key(field, 'Escape');
    expect(isOpen(element)).to.equal(false);
    expect(field.value).to.equal('');
    key(field, 'ArrowDown');
    key(field, 'ArrowDown');
    key(field, 'Enter');
    await settled(element);
    expect(field.value).to.equal('Create a new account in Xero');
    type(field, 'half a wor');
    field.blur();
    expect(field.value).to.equal('Create a new account in Xero');
    type(field, '');
    field.blur();
    await settled(element);
    expect(control(element, 'Start sending')?.textContent?.trim()).to.equal('Start sending');
    await press(element, 'Start sending');
    await until(() => text(element).includes('for at least one of your accounts'));
  });

  it('shows those that cannot be chosen last, with the reason, and does not take them', async () => {
    const { element } = await open();
    type(fieldOf(element, 'a1'), 'payroll 1007');
    key(fieldOf(element, 'a1'), 'Enter');
    await settled(element);
    const field = fieldOf(element, 'a0');
    type(field, 'payroll 1007');
    const taken = shownOptions(element).find(({ textContent }) => textContent?.includes('Chosen for Branch 1'));
    expect(taken?.ariaDisabled).to.equal('true');
    taken?.click();
    expect(isOpen(element)).to.equal(true);
    type(field, 'payroll 149');
    expect(shownOptions(element).at(-1)?.textContent).to.include('Another currency or kind of account');
    key(field, 'Enter');
    await settled(element);
    expect(field.value).to.equal('Create a new account in Xero');
  });

  it('says how many were found once typing pauses', async () => {
    const { element } = await open();
    const field = fieldOf(element, 'a0');
    type(field, 'payroll');
    await until(() => said(element).includes('75 accounts found.'));
    type(field, 'zzz');
    await until(() => said(element).includes('No account matches “zzz”.'));
  });

  it('leaves a thousand rows alone while one types into one of them', async () => {
    const { element } = await open({}, 60);
    const touched = new Set<string | undefined>();
    const observer = new MutationObserver((changes) => {
      for (const { target } of changes) {
        const row = target instanceof Element ? target.closest<HTMLElement>('.row') : null;
        if (row) touched.add(row.dataset['account']);
      }
    });
    observer.observe(root(element), { subtree: true, childList: true, characterData: true });
    type(fieldOf(element, 'a3'), 'payroll');
    key(fieldOf(element, 'a3'), 'Enter');
    await settled(element);
    await settled(element);
    // The row itself asks for its start date now.
    expect([...touched]).to.deep.equal(['a3']);
    observer.disconnect();
  });
});

describe('<bank-feed-mapping> with many accounts', () => {
  it('filters by what is to do, done and in trouble, and searches', async () => {
    const { api, element } = await open({}, 20);
    api.remap('a0', { status: 'connected', target: { id: 't1', name: 'Payroll 1' } });
    api.remap('a1', { status: 'refused', refusal: 'Closed' });
    element.refresh();
    await until(() => control(element, 'Disconnect'));
    const choose = async (words: string) => {
      const label = [...root(element).querySelectorAll('label')].find(({ textContent }) =>
        textContent?.replace(/\s+/g, ' ').includes(words),
      );
      label?.click();
      await settled(element);
    };
    expect(text(element)).to.include('All 20');
    await accessible(element);
    await choose('Done 1');
    expect(rowsShown(element)).to.equal(1);
    await until(() => said(element).includes('1 account found.'));
    await choose('Problem 1');
    expect(rowsShown(element)).to.equal(1);
    expect(root(element).querySelector('.row:not([hidden])')?.textContent).to.include('Closed');
    // It stays under the hand that puts it right.
    type(fieldOf(element, 'a1'), 'payroll 5');
    key(fieldOf(element, 'a1'), 'Enter');
    await settled(element);
    expect(rowsShown(element)).to.equal(1);
    await choose('To do 18');
    const search = root(element).querySelector<HTMLInputElement>('#search');
    if (!search) throw new Error('There is no search');
    search.value = 'branch 17';
    search.dispatchEvent(new Event('input', { bubbles: true }));
    await settled(element);
    expect(rowsShown(element)).to.equal(1);
    search.value = 'nothing like it';
    search.dispatchEvent(new Event('input', { bubbles: true }));
    await settled(element);
    expect(text(element)).to.include('There is nothing to show here.');
    await accessible(element);
  });

  it('shows all again when what needs a person is behind a filter', async () => {
    const { element } = await open({}, 20);
    [...root(element).querySelectorAll('label')].find(({ textContent }) => textContent?.includes('Done'))?.click();
    await settled(element);
    expect(rowsShown(element)).to.equal(0);
    await press(element, 'Start sending');
    await until(() => rowsShown(element) === 20);
    await until(() => root(element).activeElement === fieldOf(element, 'a0'));
  });

  it('sends nothing by Enter in the search, and one day for all is taken by it', async () => {
    const { api, element } = await open({}, 20);
    type(fieldOf(element, 'a0'), 'payroll 5');
    key(fieldOf(element, 'a0'), 'Enter');
    await settled(element);
    const search = root(element).querySelector<HTMLInputElement>('#search');
    search?.focus();
    await sendKeys({ press: 'Enter' });
    await press(element, 'Start all on the same day');
    const day = root(element).querySelector<HTMLInputElement>('#same-day');
    if (!day) throw new Error('There is no day.');
    day.value = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
    day.focus();
    await sendKeys({ press: 'Enter' });
    await until(() => said(element).includes('All accounts start on'));
    await settled(element);
    expect(api.count('map')).to.equal(0);
  });

  it('leaves what one types alone when its row tells something new', async () => {
    const { api, element } = await open();
    const field = fieldOf(element, 'a0');
    const badge = () => field.closest('.row')?.querySelector('.state')?.textContent;
    expect(badge()).to.equal('Waiting');
    type(field, 'payr');
    api.remap('a0', { status: 'refused', refusal: 'Not in this currency' });
    element.refresh();
    await until(() => text(element).includes('Not in this currency'));
    expect(badge()).to.equal('Needs attention');
    expect(field.isConnected).to.equal(true);
    expect(root(element).activeElement === field).to.equal(true);
    expect(field.value).to.equal('payr');
    expect(isOpen(element)).to.equal(true);
    api.world.accounts = api.world.accounts.map((entry) => ({
      ...entry,
      name: `${entry.name} renamed`,
      last4: '4711',
    }));
    element.refresh();
    await until(() => text(element).includes('Branch 0 renamed'));
    expect(field.labels?.[0]?.textContent).to.include('Branch 0 renamed');
    expect(text(element)).to.include('•••• 4711');
    expect(field.value).to.equal('payr');
  });

  it('says everything anew in another language, and keeps the choice', async () => {
    const { element } = await open();
    const field = fieldOf(element, 'a0');
    type(field, 'payroll 1001');
    key(field, 'Enter');
    await settled(element);
    element.lang = 'de';
    await until(() => fieldOf(element, 'a1').placeholder.startsWith('Wählen'));
    expect(fieldOf(element, 'a0').value).to.equal('Payroll 1 •••• 1001');
    expect(root(element).querySelectorAll('.row').length).to.equal(3);
  });

  it('closes its list with the row it belongs to', async () => {
    const { api, element } = await open();
    type(fieldOf(element, 'a0'), 'payroll');
    await until(() => isOpen(element));
    api.remap('a0', { status: 'connected', target: { id: 't1', name: 'Payroll 1' } });
    element.refresh();
    await until(() => control(element, 'Disconnect'));
    await until(() => !isOpen(element));
  });

  it('suggests with a reason, one by one or all, and sends nothing by itself', async () => {
    const { api, element } = await open({
      mappings: [
        mapping('a0', { targetIds, suggestion: { targetId: 't3', reasons: ['number', 'currency'] } }),
        mapping('a1', { targetIds, suggestion: { targetId: 't4', reasons: ['name'] } }),
        mapping('a2', { targetIds, suggestion: { targetId: 't5', reasons: ['name', 'type'] } }),
      ],
    });
    expect(text(element)).to.include('Why: same account number, same currency');
    await accessible(element);
    await press(element, 'Use this Branch 0');
    await until(() => said(element).includes('1 account is filled in.'));
    expect(fieldOf(element, 'a0').value).to.equal('Payroll 3 •••• 1003');
    expect(root(element).activeElement === fieldOf(element, 'a0')).to.equal(true);
    await press(element, 'Use all 2 suggestions');
    await until(() => said(element).includes('2 accounts are filled in.'));
    expect(control(element, 'Start sending from 3 accounts')).to.be.an('htmlbuttonelement');
    expect(root(element).querySelector('[part=suggestion]')).to.equal(null);
    expect(api.count('map')).to.equal(0);
    await accessible(element);
  });
});
