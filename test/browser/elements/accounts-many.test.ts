import { expect } from '@open-wc/testing';
import { account, connection, HostApi } from './support/host-api.ts';
import { accessible, all, clear, control, press, root, said, settled, show, text, until } from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

const many = (count: number, status: 'offered' | 'connected' | 'pending') =>
  Array.from({ length: count }, (_, index) =>
    account(`x${index}`, {
      status,
      name: index === 7 ? 'Épargne projet' : `Branch ${index}`,
      last4: String(1000 + index),
      currency: index % 2 === 0 ? 'GBP' : 'EUR',
    }),
  );
const open = async (accounts: ReturnType<typeof many>) => {
  const api = new HostApi({ connections: [connection('linked')], accounts });
  return { api, element: await show('bank-feed-accounts', api) };
};
const search = async (element: HTMLElement & { updateComplete: Promise<unknown> }, words: string) => {
  const field = root(element).querySelector<HTMLInputElement>('#search');
  if (!field) throw new Error('There is no search.');
  field.value = words;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await settled(element);
};
const shown = (element: Element) => root(element).querySelectorAll('[data-account]').length;

describe('<bank-feed-accounts> with many accounts', () => {
  it('has a search from thirteen accounts on', async () => {
    const { element } = await open(many(12, 'offered'));
    expect(root(element).querySelector('#search')).to.equal(null);
    const { element: longer } = await open(many(13, 'offered'));
    expect(root(longer).querySelector('#search')).not.to.equal(null);
  });

  it('finds by name, number, kind and currency, and keeps what is ticked out of sight', async () => {
    const { element } = await open(many(30, 'offered'));
    await search(element, 'epargne');
    expect(shown(element)).to.equal(1);
    await until(() => said(element) === '1 account found.');
    all(element, 'input')
      .find(({ type }) => type === 'checkbox')
      ?.click();
    await search(element, '1012');
    expect(text(element)).to.include('Branch 12');
    all(element, 'input')
      .find(({ type }) => type === 'checkbox')
      ?.click();
    await until(() => control(element, 'Use 2 accounts'));
    await search(element, 'current eur');
    expect(shown(element)).to.equal(15);
    await accessible(element);
    await search(element, 'nothing like it');
    expect(text(element)).to.include('No account matches “nothing like it”');
    await accessible(element);
    await search(element, '');
    expect(shown(element)).to.equal(30);
    await press(element, 'Use 2 accounts');
    await until(() => root(element).querySelectorAll('li[data-account]').length === 2);
  });

  it('shows what it finds among the accounts to add, and says that there is none only where that is so', async () => {
    const { element } = await open([...many(13, 'connected'), account('z', { name: 'Zebra' })]);
    const adding = root(element).querySelector('details');
    expect(adding?.open).to.equal(false);
    await search(element, 'zebra');
    expect(adding?.open).to.equal(true);
    expect(shown(element)).to.equal(1);
    expect(text(element)).not.to.include('No account matches');
    await accessible(element);
    await search(element, 'epargne');
    expect(shown(element)).to.equal(1);
    expect(text(element)).not.to.include('No account matches');
    await search(element, 'nothing like it');
    expect(text(element).match(/No account matches/g)).to.have.length(1);
    await search(element, '');
    expect(adding?.open).to.equal(false);
  });

  it('keeps its search while something is searched for, however few accounts are left', async () => {
    const { api, element } = await open(many(13, 'offered'));
    await search(element, 'epargne');
    api.world.accounts = many(5, 'offered');
    element.refresh();
    await until(() => text(element).includes('No account matches'));
    await search(element, '');
    await until(() => shown(element) === 5);
    expect(root(element).querySelector('#search')).to.equal(null);
  });

  it('ticks all that the search shows', async () => {
    const { element } = await open(many(30, 'offered'));
    await search(element, 'eur');
    all(element, 'input')
      .find(({ type }) => type === 'checkbox')
      ?.click();
    await until(() => control(element, 'Use 15 accounts'));
  });

  for (const width of [320, 800, 1280]) {
    it(`renders of a thousand accounts only those in sight at ${width} px, and goes to the last without a jump`, async () => {
      const { element } = await open(many(1000, 'pending'));
      element.style.inlineSize = `${width}px`;
      const rows = [...root(element).querySelectorAll<HTMLElement>('li[data-account]')];
      expect(rows).to.have.length(1000);
      expect(getComputedStyle(rows[500] ?? element).contentVisibility).to.equal('auto');
      const last = rows[999];
      last?.scrollIntoView();
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
      const { top = 0, bottom = 0 } = last?.getBoundingClientRect() ?? {};
      expect(top).to.be.below(innerHeight);
      expect(bottom).to.be.above(0);

      await search(element, 'branch 999');
      expect(shown(element)).to.equal(1);
    });
  }
});
