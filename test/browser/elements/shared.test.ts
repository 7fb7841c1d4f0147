import { expect } from '@open-wc/testing';
import { HttpFeedApi } from '../../../src/client/index.ts';
import { testCompany } from '../support/company.ts';
import { account, connection, HostApi, mapping } from './support/host-api.ts';
import {
  accessible,
  clear,
  control,
  listen,
  place,
  press,
  reached,
  root,
  settled,
  show,
  tags,
  text,
  until,
} from './support/stage.ts';

const linked = () =>
  new HostApi({
    connections: [connection('linked')],
    accounts: [account('a', { status: 'connected' })],
    mappings: [mapping('a', { status: 'connected', target: { name: 'Business bank account' } })],
  });

beforeEach(clear);
afterEach(clear);

for (const tag of tags) {
  describe(`<${tag}>, like every element`, () => {
    it('shows nothing but its shape while it loads', async () => {
      const api = linked();
      const open = api.hold('state');
      const element = place(tag, api);
      await reached(element, 'loading');
      await settled(element);
      expect(element.matches(':state(loading)')).to.equal(true);
      expect(root(element).querySelector('section')?.getAttribute('aria-busy')).to.equal('true');
      expect(root(element).querySelector('.bone')).not.to.equal(null);
      await accessible(element);
      open();
      await reached(element, 'ready');
      expect(element.matches(':state(loading)')).to.equal(false);
    });

    it('says what is wrong, and tries again', async () => {
      const api = linked();
      api.fail('state', 'upstream_unavailable', { correlationId: 'abc-123' });
      api.fail('state', 'upstream_unavailable', { correlationId: 'abc-123' });
      const errors = listen(document, 'bank-feed-error');
      const element = place(tag, api);
      await reached(element, 'error');
      await settled(element);
      expect(text(element)).to.include('does not answer as it should').and.to.include('abc-123');
      expect(errors[0]).to.include({ code: 'upstream_unavailable', correlationId: 'abc-123', recoverable: true });
      await accessible(element);
      await until(() => {
        if (element.state === 'error') control(element, 'Try again')?.click();
        return element.state === 'ready';
      });
      expect(text(element)).not.to.include('does not answer');
    });

    it('keeps the last good answer, marked as such, when a later one fails', async () => {
      const api = linked();
      const element = await show(tag, api);
      const before = root(element).querySelectorAll('*').length;
      api.fail('state', 'network');
      element.refresh();
      await until(() => root(element).querySelector('[part=stale]'));
      expect(element.state).to.equal('ready');
      expect(root(element).querySelectorAll('*').length).to.be.greaterThan(before);
      await accessible(element);
      await press(element, 'Try again');
      await until(() => !root(element).querySelector('[part=stale]'));
    });

    it('offers to continue when the session is over', async () => {
      const api = linked();
      const element = await show(tag, api);
      const expired = listen(document, 'bank-feed-session-expired');
      api.fail('state', 'unauthenticated');
      element.refresh();
      await until(() => control(element, 'Continue'));
      expect(expired).to.have.length(1);
      expect(text(element)).to.include('Your session has ended');
      await accessible(element);
      const asked = api.count('state');
      await press(element, 'Continue');
      await until(() => !control(element, 'Continue'));
      expect(api.count('state')).to.be.greaterThan(asked);
      expect(element.state).to.equal('ready');
    });

    it('ends with a real session that is refused, and goes on after it is back', async () => {
      const company = await testCompany();
      const element = document.createElement(tag);
      Object.assign(element, { endpoint: company.endpoint, getToken: company.getToken });
      document.body.append(element);
      await reached(element, 'ready', 'waiting');
      await company.gate('expired');
      element.refresh();
      await until(() => control(element, 'Continue'));
      await company.gate('open');
      await press(element, 'Continue');
      await until(() => !control(element, 'Continue'));
    });

    it('tells the developer, visibly and by an event, that nothing is configured', async () => {
      const errors = listen(document, 'bank-feed-error');
      const element = place(tag);
      expect(element.state).to.equal('idle');
      await until(() => root(element).querySelector('[part=developer-note]'));
      expect(text(element)).to.include(`<${tag}> has no source of data`);
      expect(errors[0]).to.include({ code: 'invalid_configuration', recoverable: false });
      await accessible(element);
    });

    it('waits for getToken where the endpoint is on another origin, and says so when none comes', async () => {
      const company = await testCompany();
      const element = place(tag);
      element.endpoint = company.endpoint;
      await until(() => root(element).querySelector('[part=developer-note]'));
      expect(text(element)).to.include('Set its getToken property');
      element.getToken = company.getToken;
      await reached(element, 'ready', 'waiting');
      expect(root(element).querySelector('[part=developer-note]')).to.equal(null);
    });

    it('refuses a wrong endpoint, and recovers when it is put right', async () => {
      const element = place(tag);
      element.endpoint = 'feeds.example.com';
      await until(() => root(element).querySelector('[part=developer-note]'));
      expect(text(element)).to.include('endpoint is neither an absolute http(s) URL nor a path');
      Object.assign(element, { endpoint: undefined, api: linked() });
      await reached(element, 'ready');
      expect(root(element).querySelector('[part=developer-note]')).to.equal(null);
    });

    it('forgets the company before when it is given another one', async () => {
      const slow = linked();
      slow.world.organization = 'The first company';
      const open = slow.hold('state');
      const element = place(tag, slow);
      await reached(element, 'loading');
      element.api = new HostApi({ connections: [] });
      await reached(element, 'ready');
      open();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(text(element)).not.to.include('The first company').and.not.to.include('Account a');
    });

    it('shows its state from the start', () => {
      expect(place(tag).matches(':state(idle)')).to.equal(true);
    });

    it('recovers when it is moved into a provider after it has complained', async () => {
      const element = place(tag);
      await until(() => root(element).querySelector('[part=developer-note]'));
      const provider = document.createElement('bank-feed-provider');
      provider.api = linked();
      document.body.append(provider);
      provider.append(element);
      await reached(element, 'ready');
      await until(() => !root(element).querySelector('[part=developer-note]'));
    });

    it('says so again when its source is taken away', async () => {
      const element = await show(tag, linked());
      await new Promise((resolve) => setTimeout(resolve, 300));
      Object.assign(element, { api: undefined });
      await until(() => root(element).querySelector('[part=developer-note]'));
      expect(element.state).to.equal('idle');
    });

    it('keeps focus: a control that goes away hands it to the heading', async () => {
      const api = linked();
      const element = await show(tag, api);
      for (const [code, words] of [
        ['network', 'Try again'],
        ['unauthenticated', 'Continue'],
      ] as const) {
        api.fail('state', code);
        element.refresh();
        await press(element, words);
        await until(() => !control(element, words));
        await until(() => root(element).activeElement?.id === 'title');
      }
    });

    it('hears of an abortion in any words without calling it an error', async () => {
      const api = linked();
      const errors = listen(document, 'bank-feed-error');
      const { promise, resolve } = Promise.withResolvers<void>();
      api.state = async () => {
        await promise;
        throw new Error('The line was cut.');
      };
      const element = place(tag, api);
      await reached(element, 'loading');
      element.remove();
      resolve();
      await new Promise((done) => setTimeout(done, 50));
      expect(errors).to.have.length(0);
    });

    it('asks for nothing more after it has left the page, and comes back', async () => {
      const api = linked();
      const element = await show(tag, api);
      element.remove();
      const asked = api.calls.length;
      api.hint();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(api.calls.length).to.equal(asked);
      document.body.append(element);
      await until(() => api.calls.length > asked);
      await reached(element, 'ready');
    });

    it('leaves in the middle of an answer without a word', async () => {
      const api = linked();
      const errors = listen(document, 'bank-feed-error');
      const open = api.hold('state');
      const element = place(tag, api);
      await reached(element, 'loading');
      element.remove();
      open();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(errors).to.have.length(0);
    });

    it('reads again when it hears of a change', async () => {
      const api = linked();
      const element = await show(tag, api);
      await until(() => api.calls.includes('live'));
      const asked = api.count('state');
      api.hint();
      await until(() => api.count('state') > asked);
      await reached(element, 'ready');
    });

    it('follows a burst of hints with two reads, and lets the answer on its way arrive', async () => {
      const api = linked();
      const element = await show(tag, api);
      await until(() => api.calls.includes('live'));
      const asked = api.count('state');
      const open = api.hold('state');
      for (let hint = 0; hint < 20; hint++) {
        api.hint();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      open();
      await until(() => api.count('state') === asked + 2);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(api.count('state')).to.equal(asked + 2);
      await reached(element, 'ready');
    });

    it('speaks the language of the page, and follows it', async () => {
      const element = await show(tag, linked());
      const english = text(element);
      document.documentElement.lang = 'fr';
      await until(() => text(element) !== english);
      expect(root(element).querySelector('section')?.lang).to.equal('fr');
      await accessible(element);
      document.documentElement.lang = 'nl';
      await until(() => root(element).querySelector('section')?.lang === 'en');
      document.documentElement.lang = 'en-GB';
      await until(() => text(element) === english);
    });

    it('fits a page of 320 pixels, also from right to left', async () => {
      const element = place(tag, linked());
      element.style.width = '288px';
      for (const direction of ['ltr', 'rtl']) {
        element.dir = direction;
        await reached(element, 'ready');
        await settled(element);
        expect(element.scrollWidth).to.be.at.most(288);
      }
    });

    it('fits a phone with letters twice as large', async () => {
      const element = place(tag, linked());
      document.documentElement.style.fontSize = '32px';
      element.style.width = '288px';
      await reached(element, 'ready');
      await settled(element);
      expect(element.scrollWidth).to.be.at.most(288);
    });
  });
}

it('copies the reference for support, and says so', async () => {
  const copied: string[] = [];
  const { clipboard } = navigator;
  const fake = {
    writeText: async (said: string) => {
      copied.push(said);
    },
  };
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: fake });
  const api = linked();
  api.fail('state', 'upstream_unavailable', { correlationId: 'abc-123' });
  api.fail('state', 'upstream_unavailable', { correlationId: 'abc-123' });
  const element = place('bank-feed-status', api);
  await press(element, 'Copy');
  await until(() => text(element).includes('Copied'));
  expect(copied).to.deep.equal(['abc-123']);
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: clipboard });
});

it('takes the host’s own texts', async () => {
  const element = place('bank-feed-connect', linked());
  element.texts = { 'connect.title': 'Your books' };
  await reached(element, 'ready');
  expect(text(element)).to.match(/^Your books/);
});

it('tells a wrong api from a right one', async () => {
  const errors = listen(document, 'bank-feed-error');
  const element = place('bank-feed-connect');
  Object.assign(element, { api: { state: 'no function' } });
  await until(() => errors.length > 0);
  expect(errors[0]).to.have.property('message').that.includes('api must be an object');
});

it('works with the api of a real company given by the host', async () => {
  const company = await testCompany();
  const element = await show('bank-feed-connect', new HttpFeedApi(company));
  expect(text(element)).to.include('Xero');
});
