import { expect } from '@open-wc/testing';
import { defineElements } from '../../../src/elements/elements.ts';
import { account, connection, HostApi } from './support/host-api.ts';
import { clear, press, root, until } from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

const host = () => new HostApi({ connections: [connection('linked')], accounts: [account('a1'), account('a2')] });

const namesIn = (element: Element): string[] =>
  [...root(element).querySelectorAll('*')].map(({ localName }) => localName).filter((name) => name.includes('-'));

const put = (name: string, to: HTMLElement | ShadowRoot = document.body): HTMLElement => {
  to.innerHTML = `<${name} closable></${name}>`;
  const [element] = to.children;
  if (!(element instanceof HTMLElement)) throw new Error(`There is no ${name}.`);
  Object.assign(element, { api: host() });
  return element;
};

/** From choosing accounts to the next step, as a customer does; the element of that step. */
const choose = async (setup: HTMLElement, names: { readonly accounts: string; readonly mapping: string }) => {
  const accounts = await until(() => root(setup).querySelector(names.accounts));
  const [first] = await until(() => {
    const boxes = root(accounts).querySelectorAll<HTMLInputElement>('[data-account] input');
    return boxes.length > 0 && [...boxes];
  });
  first?.click();
  await press(accounts, 'Use ');
  return until(() => root(setup).querySelector(names.mapping));
};

describe('elements under names of the page’s own', () => {
  it('work, and so do those inside the set-up', async () => {
    defineElements({ prefix: 'acme-feed' });
    const setup = put('acme-feed-setup');
    expect(setup).to.not.be.instanceOf(customElements.get('bank-feed-connect'));
    const mapping = await choose(setup, { accounts: 'acme-feed-accounts', mapping: 'acme-feed-mapping' });
    expect(namesIn(setup)).to.deep.equal(['acme-feed-mapping']);
    expect(mapping.getAttribute('exportparts')).to.include('row');
  });

  it('hear a provider of such a name, and say what is missing without one', async () => {
    defineElements({ prefix: 'acme' });
    document.body.innerHTML = '<acme-provider><acme-status></acme-status></acme-provider><acme-connect></acme-connect>';
    const [provider, alone] = document.body.children;
    Object.assign(provider ?? {}, { api: host() });
    const inside = await until(() => provider?.firstElementChild);
    await until(() => root(inside).querySelector('h2'));
    await until(() => alone && root(alone).textContent?.includes('<acme-connect> has no source of data'));
  });

  it('stay with whoever has a name already', () => {
    defineElements({ prefix: 'twice' });
    const first = customElements.get('twice-setup');
    defineElements({ prefix: 'twice' });
    defineElements();
    expect(customElements.get('twice-setup')).to.equal(first);
  });

  it('take no prefix that names cannot begin with', () => {
    for (const prefix of ['', 'Acme', '1st', 'acme-', 'acme feed', 'ácme'])
      expect(() => defineElements({ prefix }), prefix).to.throw(TypeError, /prefix must begin with a letter/);
  });
});

describe('elements in a registry of the page’s own', () => {
  it('are apart from the page’s, also inside the set-up', async function () {
    const registry = newRegistry();
    // Firefox does not know them yet.
    if (!registry) return this.skip();
    defineElements({ registry });
    const place = document.createElement('div');
    document.body.append(place);
    const options = { mode: 'open', customElementRegistry: registry } as const;
    const setup = put('bank-feed-setup', place.attachShadow(options));
    expect(setup).to.be.instanceOf(registry.get('bank-feed-setup'));
    expect(setup).to.not.be.instanceOf(customElements.get('bank-feed-status'));
    const mapping = await choose(setup, { accounts: 'bank-feed-accounts', mapping: 'bank-feed-mapping' });
    expect(mapping).to.be.instanceOf(registry.get('bank-feed-mapping'));
    expect(registry.get('bank-feed-mapping')).to.not.equal(customElements.get('bank-feed-mapping'));
  });
});

function newRegistry(): CustomElementRegistry | undefined {
  try {
    return new CustomElementRegistry();
  } catch {
    return undefined;
  }
}
