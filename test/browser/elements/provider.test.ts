import { expect } from '@open-wc/testing';
import { connection, HostApi } from './support/host-api.ts';
import { accessible, clear, listen, reached, root, text, until } from './support/stage.ts';

const provide = (api: HostApi | undefined, ...children: Element[]) => {
  const provider = document.createElement('bank-feed-provider');
  if (api) provider.api = api;
  provider.append(...children);
  document.body.append(provider);
  return provider;
};
const named = (organization: string) => new HostApi({ connections: [connection('linked')], organization });

beforeEach(clear);
afterEach(clear);

describe('<bank-feed-provider>', () => {
  it('gives one source to everything inside, and reads the state once for all', async () => {
    const api = named('Maple');
    const connect = document.createElement('bank-feed-connect');
    const status = document.createElement('bank-feed-status');
    const deep = document.createElement('div');
    deep.append(status);
    provide(api, connect, deep);
    await reached(connect, 'ready');
    await reached(status, 'ready');
    expect(text(connect)).to.include('Maple');
    expect(api.count('state')).to.equal(1);
    await until(() => api.count('live') === 1);
  });

  it('stands beside others for other companies', async () => {
    const [one, two] = [document.createElement('bank-feed-connect'), document.createElement('bank-feed-connect')];
    provide(named('One'), one);
    provide(named('Two'), two);
    await reached(one, 'ready');
    await reached(two, 'ready');
    expect(text(one)).to.include('One');
    expect(text(two)).to.include('Two');
  });

  it('passes a new source on, and an element that moves takes the one it is in', async () => {
    const element = document.createElement('bank-feed-connect');
    const first = provide(named('One'), element);
    const second = provide(named('Two'));
    await reached(element, 'ready');
    first.api = named('Three');
    await until(() => text(element).includes('Three'));
    second.append(element);
    await until(() => text(element).includes('Two'));
  });

  it('gives its texts, behind those of the element itself', async () => {
    const element = document.createElement('bank-feed-connect');
    const provider = provide(named('One'), element);
    provider.texts = { 'connect.title': 'Books', 'state.connected': 'Linked' };
    await until(() => text(element).startsWith('Books'));
    element.texts = { 'connect.title': 'My books' };
    await until(() => text(element).startsWith('My books'));
    expect(text(element)).to.include('Linked');
  });

  it('says once what is missing, and the elements inside stay quiet', async () => {
    const errors = listen(document, 'bank-feed-error');
    const element = document.createElement('bank-feed-connect');
    const provider = provide(undefined, element);
    await until(() => root(provider).querySelector('[part=developer-note]'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(errors).to.have.length(1);
    expect(text(element)).to.equal('');
    expect(element.state).to.equal('idle');
    await accessible(provider);
  });

  it('says what is wrong with an endpoint', async () => {
    const errors = listen(document, 'bank-feed-error');
    const provider = document.createElement('bank-feed-provider');
    provider.setAttribute('endpoint', '//elsewhere.example');
    document.body.append(provider);
    await until(() => errors.length === 1);
    expect(root(provider).textContent).to.include('endpoint is neither');
    provider.api = named('One');
    await until(() => !root(provider).querySelector('[part=developer-note]'));
    provider.remove();
  });

  it('takes a getToken without an endpoint for the mistake it is', async () => {
    const provider = document.createElement('bank-feed-provider');
    provider.getToken = () => 'token';
    document.body.append(provider);
    await until(() => root(provider).textContent?.includes('endpoint is missing'));
  });
});
