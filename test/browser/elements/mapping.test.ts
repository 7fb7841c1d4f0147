import { expect } from '@open-wc/testing';
import { account, connection, HostApi, mapping, type World } from './support/host-api.ts';
import {
  accessible,
  all,
  clear,
  control,
  listen,
  press,
  root,
  said,
  settled,
  show,
  text,
  until,
} from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

type Mapping = HTMLElementTagNameMap['bank-feed-mapping'];

const open = async (world: Partial<World> = {}) => {
  const api = new HostApi({
    connections: [connection('linked')],
    accounts: [
      account('a', { status: 'pending', name: 'Current' }),
      account('b', { status: 'pending', name: 'Savings' }),
    ],
    mappings: [mapping('a'), mapping('b')],
    ...world,
  });
  return { api, element: await show('bank-feed-mapping', api) };
};
const rowOf = (element: Mapping, id: string): HTMLElement => {
  const row = root(element).querySelector<HTMLElement>(`[data-account="${id}"]`);
  if (!row) throw new Error(`There is no row ${id}`);
  return row;
};
const selectOf = (element: Mapping, id: string): HTMLSelectElement => {
  const select = rowOf(element, id).querySelector('select');
  if (!select) throw new Error(`There is no list in row ${id}`);
  return select;
};
const choose = async (element: Mapping, id: string, value: string) => {
  const select = selectOf(element, id);
  select.focus();
  await settled(element);
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await settled(element);
};
const date = async (element: Mapping, id: string, value: string) => {
  const field = rowOf(element, id).querySelector<HTMLInputElement>('input[type=date]');
  if (!field) throw new Error(`No date is asked for in row ${id}`);
  field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await settled(element);
};
const options = (element: Mapping, id: string, more = ''): string[] =>
  [...selectOf(element, id).querySelectorAll(`option${more}`)].map(
    (option) => option.textContent?.replace(/\s+/g, ' ').trim() ?? '',
  );

describe('<bank-feed-mapping>', () => {
  it('asks for what comes before it', async () => {
    expect(text(await show('bank-feed-mapping', new HostApi()))).to.include('Connect your accounting software first');
    const { element } = await open({ accounts: [] });
    expect(text(element)).to.include('Choose your accounts first');
    await accessible(element);
  });

  it('maps to an existing account and to a new one, with one button', async () => {
    const { api, element } = await open();
    const sent: unknown[] = [];
    const map = api.map.bind(api);
    api.map = (connectionId, id, body, more) => {
      sent.push([id, body]);
      return map(connectionId, id, body, more);
    };
    await accessible(element);
    await choose(element, 'a', '=t1');
    await choose(element, 'b', 'new');
    await date(element, 'a', '2026-10-01');
    expect(control(element, 'Start sending from 2 accounts')).to.be.an('htmlbuttonelement');
    await accessible(element);
    const mapped = listen(element, 'bank-feed-mapped');
    const button = await press(element, 'Start sending');
    button.click();
    await until(() => text(element).includes('is confirming this'));
    expect(mapped).to.have.length(2);
    expect(sent).to.have.length(2);
    expect(sent[0]).to.deep.equal(['a', { targetId: 't1', feedStartDate: '2026-10-01' }]);
    expect(sent[1]).to.have.nested.property('[1].targetId', null);
    expect(element.state).to.equal('waiting');
    await until(() => root(element).activeElement?.id === 'title');
    await until(() => said(element).includes('2 accounts are being connected.'));
    expect(text(element)).to.include('0 of 2 connected');
    await accessible(element);

    api.remap('a', { status: 'connected' });
    await until(() => api.calls.includes('live'));
    api.hint();
    await until(() => control(element, 'Disconnect'));
    await until(() => said(element).includes('Current is connected. 1 of 2 connected'));
    api.remap('b', { status: 'connected' });
    element.refresh();
    await until(() => element.state === 'ready');
    await until(() => said(element).includes('2 of 2 connected'));
    expect(text(element)).to.include('1 October 2026');
    await accessible(element);
  });

  it('says at the field what is wrong, and sends nothing', async () => {
    const { api, element } = await open();
    await press(element, 'Start sending');
    await until(() => text(element).includes('Choose an account in Xero for at least one'));
    await until(() => root(element).activeElement === selectOf(element, 'a'));
    const missing = root(element).getElementById(selectOf(element, 'a').getAttribute('aria-describedby') ?? '');
    expect(missing?.textContent).to.include('for at least one');
    // Above the list, where focus goes: below it, it would be out of sight on a phone.
    expect(missing?.nextElementSibling?.role).to.equal('list');
    expect(selectOf(element, 'b').hasAttribute('aria-describedby')).to.equal(false);
    await accessible(element);
    await choose(element, 'a', '=t1');
    expect(selectOf(element, 'a').hasAttribute('aria-describedby')).to.equal(false);
    for (const [value, words] of [
      ['1999-01-01', 'takes nothing older'],
      ['2999-01-01', 'Choose today or an earlier day'],
      ['', 'Enter the day to start from'],
    ] as const) {
      await date(element, 'a', value);
      await press(element, 'Start sending');
      await until(() => text(element).includes(words));
      await until(() => root(element).activeElement === rowOf(element, 'a').querySelector('[type=date]'));
      await accessible(element);
    }
    expect(api.count('map')).to.equal(0);
  });

  it('forgets that it was offline once it is not, and keeps the choice', async () => {
    const { api, element } = await open();
    await choose(element, 'a', '=t1');
    expect(rowOf(element, 'a').querySelector('.digits')?.textContent).to.include('1200');
    api.fail('map', 'network');
    api.fail('state', 'network');
    await press(element, 'Start sending');
    await until(() => rowOf(element, 'a').querySelector('[part=problem]'));
    await until(() => root(element).querySelector('[part=stale]'));
    expect(rowOf(element, 'a').querySelector('[part=problem]')).not.to.equal(null);
    dispatchEvent(new Event('online'));
    await until(() => !root(element).querySelector('[part=problem], [part=stale]'));
    expect(selectOf(element, 'a').value).to.equal('=t1');
    // With no reading in between that failed, it stays: somebody has to see why nothing happened.
    api.fail('map', 'network');
    const reads = api.count('mappings');
    await press(element, 'Start sending');
    await until(() => api.count('mappings') > reads);
    await settled(element);
    expect(rowOf(element, 'a').querySelector('[part=problem]')).not.to.equal(null);
    await press(element, 'Start sending');
    await until(() => text(element).includes('Xero is confirming this'));
  });

  it('says how far back the software reaches, at the fields and in words', async () => {
    const { element } = await open();
    await choose(element, 'a', 'new');
    expect(text(element)).to.include('Xero takes transactions up to 365 days old');
    const field = rowOf(element, 'a').querySelector<HTMLInputElement>('[type=date]');
    expect(field?.min).to.match(/^20\d\d-\d\d-\d\d$/);
    expect(field?.getAttribute('aria-describedby')).to.equal('start-hint');
  });

  it('notices that a target went away meanwhile', async () => {
    const { api, element } = await open();
    await choose(element, 'a', '=t2');
    api.remap('a', { targetIds: ['t1'] });
    element.refresh();
    await until(() => api.count('mappings') === 2);
    await settled(element);
    await press(element, 'Start sending');
    await until(() => text(element).includes('can no longer be chosen'));
    expect(api.count('map')).to.equal(0);
  });

  it('shows what cannot be chosen, with the reason', async () => {
    const { api, element } = await open({
      accounts: [
        account('a', { status: 'pending', name: 'Current' }),
        account('b', { status: 'pending', name: 'Savings' }),
        account('c', { status: 'connected', name: 'Card' }),
      ],
      targets: [
        { id: 't1', name: 'Bank', last4: '1200' },
        { id: 't2', name: 'Reserve' },
        { id: 't3', name: 'Dollars' },
        { id: 't4', name: 'Locked' },
      ],
      mappings: [
        mapping('a', { targetIds: ['t1', 't2', 't4'] }),
        mapping('b', { targetIds: ['t1', 't2', 't4'] }),
        mapping('c', { status: 'connected', target: { id: 't1', name: 'Bank' } }),
      ],
    });
    await choose(element, 'b', '=t2');
    api.fail('map', 'mapping_refused', {
      itemErrors: [{ itemId: 'a', code: 'mapping_refused', message: 'Locked for this year' }],
    });
    await choose(element, 'a', '=t4');
    await press(element, 'Start sending');
    await until(() => rowOf(element, 'a').querySelector('[part=refusal]'));
    await choose(element, 'a', 'later');
    api.remap('b', { status: 'connecting', target: { id: 't2', name: 'Reserve' } });
    element.refresh();
    await until(() => api.count('mappings') > 2);
    await settled(element);
    selectOf(element, 'a').focus();
    await settled(element);
    const blocked = options(element, 'a', ':disabled').join(' | ');
    expect(blocked).to.include('Bank •••• 1200, Already receives Card');
    expect(blocked).to.include('Reserve, Already receives Savings');
    expect(blocked).to.include('Dollars, Another currency or kind of account');
    expect(blocked).to.include('Locked, Refused: Locked for this year');
    await accessible(element);
  });

  it('does not let two accounts choose the same one', async () => {
    const { api, element } = await open();
    await choose(element, 'b', '=t1');
    selectOf(element, 'a').focus();
    await settled(element);
    expect(options(element, 'a', ':disabled')).to.deep.equal(['Business bank account •••• 1200, Chosen for Savings']);
    api.remap('a', { status: 'connected', target: { id: 't1', name: 'Business bank account' } });
    element.refresh();
    await until(() => rowOf(element, 'a').textContent?.includes('Connected'));
    await press(element, 'Start sending');
    await until(() => rowOf(element, 'b').textContent?.includes('is taken by another of your accounts'));
    expect(api.count('map')).to.equal(0);
  });

  it('shows a refusal at its account and lets the others go on', async () => {
    const { api, element } = await open();
    api.fail('map', 'mapping_refused', {
      itemErrors: [{ itemId: 'a', code: 'mapping_refused', message: 'A feed connection already exists' }],
    });
    await choose(element, 'a', '=t1');
    await choose(element, 'b', '=t2');
    await press(element, 'Start sending');
    await until(() => rowOf(element, 'a').querySelector('[part=refusal]'));
    expect(text(element)).to.include('A feed connection already exists');
    await until(() => rowOf(element, 'b').textContent?.includes('Checking'));
    await until(() => root(element).activeElement === selectOf(element, 'a'));
    await accessible(element);
    await choose(element, 'a', 'new');
    expect(root(element).querySelector('[part=refusal]')).to.equal(null);
    await press(element, 'Start sending');
    await until(() => rowOf(element, 'a').textContent?.includes('Checking'));
  });

  it('knows a refusal that comes as an answer, or from before', async () => {
    const { api, element } = await open({
      mappings: [mapping('a', { status: 'refused', refusal: 'Taken' }), mapping('b')],
    });
    expect(rowOf(element, 'a').querySelector('[part=refusal]')?.textContent).to.include('Taken');
    api.map = async (_connection, id) => mapping(id, { status: 'refused', refusal: 'Not in this currency' });
    await choose(element, 'b', 'new');
    await press(element, 'Start sending');
    await until(() => text(element).includes('Not in this currency'));
  });

  it('shows another failure in the row', async () => {
    const { api, element } = await open();
    api.fail('map', 'upstream_unavailable');
    await choose(element, 'a', 'new');
    await press(element, 'Start sending');
    await until(() => rowOf(element, 'a').querySelector('[part=problem]'));
    await accessible(element);
  });

  it('shows what was taken at once, while the others are still on their way', async () => {
    const { api, element } = await open();
    await choose(element, 'a', '=t1');
    await choose(element, 'b', '=t2');
    const map = api.map.bind(api);
    const second = Promise.withResolvers<void>();
    api.map = async (connectionId, id, body, more) => {
      if (id === 'b') await second.promise;
      return map(connectionId, id, body, more);
    };
    await press(element, 'Start sending');
    await until(() => rowOf(element, 'a').textContent?.includes('Checking'));
    expect(rowOf(element, 'b').querySelector('select')?.value).to.equal('=t2');
    second.resolve();
    await until(() => rowOf(element, 'b').textContent?.includes('Checking'));
  });

  it('disconnects one account after a question, and maps it again', async () => {
    const { api, element } = await open({
      mappings: [
        mapping('a', { status: 'connected', target: { id: 't1', name: 'Business bank account' } }),
        mapping('b'),
      ],
    });
    await press(element, 'Disconnect');
    await press(element, 'Keep sending');
    await until(() => !root(element).querySelector('dialog'));
    const gone = listen(element, 'bank-feed-disconnected');
    await press(element, 'Disconnect');
    const sure = await until(() => root(element).querySelector<HTMLButtonElement>('dialog[open] [value=confirm]'));
    await accessible(element);
    sure.click();
    await until(() => gone.length === 1);
    expect(gone[0]).to.include({ accountId: 'a' });
    expect(api.count('unmap')).to.equal(1);
    await until(() => all(element, 'select').length === 2);
    await until(() => said(element).includes('Current is disconnected.'));
    await choose(element, 'a', '=t2');
    await press(element, 'Start sending');
    await until(() => rowOf(element, 'a').textContent?.includes('Checking'));
  });

  it('leaves alone what is shown now when an answer comes for a company that was left', async () => {
    const { api, element } = await open();
    const heard = listen(element, 'bank-feed-mapped');
    const answered = Promise.withResolvers<void>();
    let asked = 0;
    // A host’s own way to the data may pass the end of a call over.
    api.map = async (_connection, id) => {
      asked += 1;
      await answered.promise;
      return mapping(id, { status: 'connecting', target: { id: 't2', name: 'Of another company' } });
    };
    await choose(element, 'a', '=t2');
    await press(element, 'Start sending');
    await until(() => asked > 0);
    const other = await open().then((made) => {
      made.element.remove();
      return made.api;
    });
    element.api = other;
    await until(() => !control(element, 'Starting'));
    await until(() => rowOf(element, 'a').querySelector('select'));
    answered.resolve();
    await settled(element);
    await settled(element);
    expect(selectOf(element, 'a').value).to.equal('later');
    expect(text(element)).not.to.include('Of another company');
    expect(heard).to.have.length(0);
    expect(asked).to.equal(1);
  });

  it('ties a fault to its field, whatever the host’s ids look like', async () => {
    const { element } = await open({
      accounts: [account('one two', { status: 'pending', name: 'Current' })],
      mappings: [mapping('one two')],
    });
    await choose(element, 'one two', 'new');
    const day = rowOf(element, 'one two').querySelector<HTMLInputElement>('[type=date]');
    if (!day) throw new Error('There is no field for the day');
    day.value = '';
    day.dispatchEvent(new Event('change', { bubbles: true }));
    await press(element, 'Start sending');
    await until(() => day.ariaInvalid === 'true');
    const described = root(element).getElementById(day.getAttribute('aria-describedby') ?? '');
    expect(described?.textContent).to.include('Enter the day');
    expect(described?.id).not.to.include(' ');
  });

  it('gives all accounts the same start date at once', async () => {
    const { element } = await open();
    await choose(element, 'a', 'new');
    await press(element, 'Start all on the same day');
    const field = root(element).querySelector<HTMLInputElement>('.same-day input');
    if (!field) throw new Error('There is no field for the day');
    const day = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
    field.value = day;
    await press(element, 'Use this day for all');
    await until(() => said(element).includes('All accounts start on'));
    await choose(element, 'b', 'new');
    const dates = [...root(element).querySelectorAll<HTMLInputElement>('.row [type=date]')];
    expect(dates.map(({ value }) => value)).to.deep.equal([day, day]);
    await accessible(element);
  });

  it('has the choices of a few accounts from the start, of many once somebody comes near', async () => {
    const { element: few } = await open();
    expect(options(few, 'b')).to.have.length(4);
    clear();
    const ids = Array.from({ length: 11 }, (_, index) => `a${index}`);
    const { element: many } = await open({
      accounts: ids.map((id) => account(id, { status: 'pending' })),
      mappings: ids.map((id) => mapping(id)),
    });
    expect(options(many, 'a3')).to.have.length(2);
    selectOf(many, 'a3').focus();
    await until(() => options(many, 'a3').length === 4);
    expect(options(many, 'a4')).to.have.length(2);
  });

  it('goes on showing what was chosen when the list of targets changes', async () => {
    const { api, element } = await open();
    await choose(element, 'a', '=t2');
    api.world.targets = [{ id: 't0', name: 'A new one in front' }, ...api.world.targets];
    api.world.mappings = [mapping('a', { targetIds: ['t0', 't1', 't2'] }), mapping('b')];
    element.refresh();
    await until(() => options(element, 'a').length === 5);
    expect(selectOf(element, 'a').value).to.equal('=t2');
    api.world.mappings = [mapping('a', { targetIds: ['t2'] }), mapping('b')];
    element.refresh();
    await until(() => options(element, 'a', ':disabled').length === 2);
    expect(selectOf(element, 'a').value).to.equal('=t2');
  });

  it('sends nothing more once the session is over', async () => {
    const { api, element } = await open();
    await choose(element, 'a', '=t1');
    await choose(element, 'b', '=t2');
    api.fail('map', 'unauthenticated');
    await press(element, 'Start sending');
    await until(() => control(element, 'Continue'));
    await settled(element);
    expect(api.count('map')).to.equal(1);
    expect(selectOf(element, 'b').value).to.equal('=t2');
  });
});
