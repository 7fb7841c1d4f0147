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
const choose = async (element: HTMLElementTagNameMap['bank-feed-mapping'], row: number, value: string) => {
  const select = all(element, 'select')[row];
  if (!select) throw new Error(`There is no row ${row}`);
  select.value = value;
  select.dispatchEvent(new Event('change'));
  await settled(element);
};
const date = (element: HTMLElementTagNameMap['bank-feed-mapping'], row: number, value: string) => {
  const field = all(element, 'input')[row];
  if (!field) throw new Error(`There is no row ${row}`);
  field.value = value;
  field.dispatchEvent(new Event('change'));
};

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
    api.map = (connectionId, id, body, options) => {
      sent.push([id, body]);
      return map(connectionId, id, body, options);
    };
    await accessible(element);
    await choose(element, 0, '=t1');
    await choose(element, 1, 'new');
    date(element, 0, '2026-10-01');
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
    await accessible(element);

    api.remap('a', { status: 'connected' });
    api.remap('b', { status: 'connected' });
    await until(() => api.calls.includes('live'));
    api.hint();
    await until(() => control(element, 'Disconnect'));
    expect(element.state).to.equal('ready');
    await until(() => said(element).includes('Current is connected.'));
    expect(text(element)).to.include('1 October 2026');
    await accessible(element);
  });

  it('says at the field what is wrong, and sends nothing', async () => {
    const { api, element } = await open();
    await press(element, 'Start sending');
    await until(() => text(element).includes('Choose an account in Xero for at least one'));
    await choose(element, 0, '=t1');
    for (const [value, words] of [
      ['1999-01-01', 'takes nothing older'],
      ['2999-01-01', 'Choose today or an earlier day'],
      ['', 'Enter the day to start from'],
    ] as const) {
      date(element, 0, value);
      await press(element, 'Start sending');
      await until(() => text(element).includes(words));
      expect(root(element).activeElement).to.equal(all(element, 'input')[0]);
      await accessible(element);
    }
    expect(api.count('map')).to.equal(0);
  });

  it('notices that a target went away meanwhile', async () => {
    const { api, element } = await open();
    await choose(element, 0, '=t2');
    api.remap('a', { targetIds: ['t1'] });
    element.refresh();
    await until(() => !root(element).querySelector('[data-account=a] option[value="=t2"]'));
    await press(element, 'Start sending');
    await until(() => text(element).includes('can no longer be chosen'));
    expect(api.count('map')).to.equal(0);
  });

  it('shows a refusal at its account and lets the others go on', async () => {
    const { api, element } = await open();
    api.fail('map', 'mapping_refused', {
      itemErrors: [{ itemId: 'a', code: 'mapping_refused', message: 'A feed connection already exists' }],
    });
    await choose(element, 0, '=t1');
    await choose(element, 1, '=t2');
    await press(element, 'Start sending');
    await until(() => root(element).querySelector('[data-account=a] [part=refusal]'));
    expect(text(element)).to.include('A feed connection already exists');
    await until(() => root(element).querySelector('[data-account=b]')?.textContent?.includes('is confirming'));
    await accessible(element);
    await choose(element, 0, 'new');
    await until(() => !root(element).querySelector('[part=refusal]'));
    await press(element, 'Start sending');
    await until(() => text(element).includes('is confirming'));
  });

  it('knows a refusal that comes as an answer, or from before', async () => {
    const { api, element } = await open({
      mappings: [mapping('a', { status: 'refused', refusal: 'Taken' }), mapping('b')],
    });
    expect(root(element).querySelector('[data-account=a] [part=refusal]')?.textContent).to.include('Taken');
    api.map = async (_connection, id) => mapping(id, { status: 'refused', refusal: 'Not in this currency' });
    await choose(element, 1, 'new');
    await press(element, 'Start sending');
    await until(() => text(element).includes('Not in this currency'));
  });

  it('shows another failure in the row', async () => {
    const { api, element } = await open();
    api.fail('map', 'upstream_unavailable');
    await choose(element, 0, 'new');
    await press(element, 'Start sending');
    await until(() => root(element).querySelector('[data-account=a] [part=problem]'));
    await accessible(element);
  });

  it('disconnects one account after a question', async () => {
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
    sure.click();
    await until(() => gone.length === 1);
    expect(gone[0]).to.include({ accountId: 'a' });
    expect(api.count('unmap')).to.equal(1);
    await until(() => all(element, 'select').length === 2);
  });

  it('explains where it happens in software that asks by itself', async () => {
    const { element } = await open({ connections: [connection('linked', 'quickbooks')] });
    expect(text(element)).to.include('You choose this inside QuickBooks Online');
    expect(all(element, 'select')).to.have.length(0);
    await accessible(element);
  });

  it('goes on showing what was chosen when the list of targets changes', async () => {
    const { api, element } = await open();
    await choose(element, 0, '=t2');
    api.world.targets = [{ id: 't0', name: 'A new one in front' }, ...api.world.targets];
    api.world.mappings = [mapping('a', { targetIds: ['t0', 't1', 't2'] }), mapping('b')];
    element.refresh();
    await until(() => all(element, 'select')[0]?.options.length === 5);
    expect(all(element, 'select')[0]?.value).to.equal('=t2');
    api.world.mappings = [mapping('a', { targetIds: ['t2'] }), mapping('b')];
    element.refresh();
    await until(() => all(element, 'select')[0]?.options.length === 3);
    expect(all(element, 'select')[0]?.value).to.equal('=t2');
  });

  it('sends nothing more once the session is over', async () => {
    const { api, element } = await open();
    await choose(element, 0, '=t1');
    await choose(element, 1, '=t2');
    api.fail('map', 'unauthenticated');
    await press(element, 'Start sending');
    await until(() => control(element, 'Continue'));
    await settled(element);
    expect(api.count('map')).to.equal(1);
  });
});
