/** The scripts of the guide to the elements, as they stand there, each on the page it is about. */
import { expect } from '@open-wc/testing';
import { BankFeedNavigateEvent, BankFeedStepEvent } from '../../../src/elements/index.ts';
import { account, connection, HostApi } from './support/host-api.ts';
import { linked } from './support/situations.ts';
import { clear, control, press, reached, root, show, until } from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

const guide = async (): Promise<string> => (await fetch('/docs/elements.md')).text();

/** The one block of a language that has these words in it. */
const block = async (language: 'html' | 'js', words: string): Promise<string> => {
  const blocks = [...(await guide()).matchAll(/```(\w+)\n([\s\S]*?)```/g)];
  const found = blocks.filter(([, its, code = '']) => its === language && code.includes(words));
  expect(found, words).to.have.length(1);
  return found[0]?.[2] ?? '';
};

const put = async (words: string): Promise<void> => {
  const page = document.createElement('main');
  page.innerHTML = await block('html', words);
  document.body.append(page);
};

const run = async (words: string): Promise<void> => {
  const url = URL.createObjectURL(new Blob([await block('js', words)], { type: 'text/javascript' }));
  await import(url);
  URL.revokeObjectURL(url);
};

const only = <Name extends keyof HTMLElementTagNameMap>(tag: Name): HTMLElementTagNameMap[Name] => {
  const found = document.querySelector(tag);
  if (!found) throw new Error(`There is no <${tag}>.`);
  return found;
};

describe('the guide to the elements', () => {
  it('has a dialog that asks before it closes', async () => {
    await put('<dialog');
    const setup = only('bank-feed-setup');
    setup.api = new HostApi({ connections: [connection('linked')], accounts: [account('a')] });
    await run('dialog.showModal()');
    await reached(setup, 'ready');
    expect(only('dialog').open).to.equal(false);
    document.querySelector<HTMLElement>('#accounting')?.click();
    expect(only('dialog').open).to.equal(true);
    only('dialog').dispatchEvent(new Event('cancel', { cancelable: true }));
    await until(() => root(setup).querySelector('dialog[open]'));
    expect(only('dialog').open).to.equal(true);
    await press(setup, 'Leave');
    await until(() => !only('dialog').open);
  });

  it('has a dialog that is open again for whoever comes back', async () => {
    const before = location.href;
    history.replaceState(null, '', '?statusCode=200');
    try {
      await put('<dialog');
      await run('dialog.showModal()');
      expect(only('dialog').open).to.equal(true);
    } finally {
      history.replaceState(null, '', before);
    }
  });

  it('opens the software in a window, which knows nothing of the page; where that is blocked, the tab goes', async () => {
    await run('window.open');
    const { open } = window;
    const popup = { opener: window, location: { href: '' } };
    const navigate = (): boolean =>
      document.body.dispatchEvent(new BankFeedNavigateEvent('https://software.example/', 'authorize'));
    try {
      Object.assign(window, { open: () => popup });
      expect(navigate()).to.equal(false);
      expect(popup).to.deep.equal({ opener: null, location: { href: 'https://software.example/' } });
      Object.assign(window, { open: () => null });
      expect(navigate()).to.equal(true);
    } finally {
      Object.assign(window, { open });
    }
  });

  it('leads from the status to the element that helps', async () => {
    await run('bank-feed-step');
    const status = await show('bank-feed-status', linked());
    const mapping = await show('bank-feed-mapping', linked());
    status.dispatchEvent(new BankFeedStepEvent('mapping'));
    expect(root(mapping).activeElement).to.equal(root(mapping).querySelector('h2'));
  });

  it('puts texts of the bank’s in place of ours', async () => {
    const provider = document.createElement('bank-feed-provider');
    provider.api = new HostApi({ platforms: ['xero'] });
    document.body.append(provider);
    const connect = document.createElement('bank-feed-connect');
    provider.append(connect);
    await run('.texts =');
    await until(() => control(connect, 'Link Xero'));
  });

  it('gives each company a session of its own', async () => {
    await put('data-company="17"');
    const asked: unknown[] = [];
    const original = window.fetch;
    const answer = (url: unknown): Promise<Response> => {
      asked.push(url);
      return Promise.resolve(new Response('a.b.c'));
    };
    await run('dataset.company');
    Object.assign(window, { fetch: answer });
    try {
      const { signal } = new AbortController();
      for (const provider of document.querySelectorAll('bank-feed-provider'))
        expect(await provider.getToken?.({ signal, reason: 'first' })).to.equal('a.b.c');
    } finally {
      Object.assign(window, { fetch: original });
    }
    expect(asked).to.include.members(['/session?company=17', '/session?company=23']);
  });
});
