import { expect } from '@open-wc/testing';
import { HttpFeedApi } from '../../../src/client/index.ts';
import { setLocaleLoader } from '../../../src/elements/index.ts';
import { testCompany } from '../support/company.ts';
import { inChromium } from '../support/engine.ts';
import { button, count, find, focused, push, words } from './support/deep.ts';
import { account, connection, feed, HostApi, push as pushed, type Method } from './support/host-api.ts';
import { inSituation, linked, situations } from './support/situations.ts';
import {
  accessible,
  clear,
  listen,
  passesAxe,
  place,
  press,
  reached,
  root,
  settled,
  show,
  tags,
  text,
  until,
  type Tag,
} from './support/stage.ts';

/** Whatever an answer sets going by itself is done. */
const calm = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** All that is inside has something to show. */
const arrived = (element: Element): Promise<unknown> => until(() => find(element, 'h2') && !find(element, '.bone'));

beforeEach(clear);
afterEach(clear);

/** How light a colour comes out, from 0 to 1. */
const lightness = (color: string): number => {
  const canvas = document.createElement('canvas').getContext('2d');
  if (!canvas) throw new Error('There is no canvas.');
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return (red + green + blue) / 765;
};

/** What a customer sets going, up to the click, and the call it ends in. */
const clicks: Record<Tag, { readonly api: () => HostApi; readonly call: Method; readonly way: readonly string[] }> = {
  'bank-feed-connect': {
    api: () => new HostApi({ platforms: ['xero'] }),
    call: 'createConnection',
    way: ['Connect Xero'],
  },
  'bank-feed-accounts': {
    api: () => new HostApi({ connections: [connection('linked')], accounts: [account('a')] }),
    call: 'chooseAccounts',
    way: ['[type=checkbox]', 'Use this account'],
  },
  'bank-feed-mapping': { api: linked, call: 'unmap', way: ['Disconnect', 'dialog .danger'] },
  'bank-feed-status': {
    api: () =>
      new HostApi({
        ...linked().world,
        feeds: [feed('a', { counts: { delivered: 5, waiting: 0, held: 0 } })],
        pushes: Array.from({ length: 60 }, (_, index) => pushed(`p${index}`)),
      }),
    call: 'pushes',
    way: ['All deliveries', 'Show more deliveries'],
  },
  'bank-feed-setup': {
    api: () => new HostApi({ platforms: ['xero'] }),
    call: 'createConnection',
    way: ['Connect Xero'],
  },
};

for (const tag of tags) {
  describe(`<${tag}>, like every element`, () => {
    for (const [name, situation] of Object.entries(situations)) {
      it(`is accessible in light and dark, and fits a phone in both directions, when ${name}`, async () => {
        const element = await inSituation(tag, situation);
        expect(situation.states).to.include(element.state);
        for (const state of ['idle', 'loading', 'waiting', 'ready', 'error'])
          expect(element.matches(`:state(${state})`), state).to.equal(state === element.state);
        await accessible(element);
        element.style.width = '288px';
        for (const direction of ['rtl', 'ltr']) {
          element.dir = direction;
          // What is said to developers is English.
          const section = root(element).querySelector('section');
          if (section) expect(getComputedStyle(section).direction).to.equal(direction);
          expect(element.scrollWidth, direction).to.be.at.most(288);
        }
        document.documentElement.style.fontSize = '32px';
        expect(element.scrollWidth, 'with letters twice as large').to.be.at.most(288);
      });
    }

    it('shows nothing but its shape while it loads', async () => {
      const api = linked();
      const open = api.hold('state');
      const element = place(tag, api);
      await reached(element, 'loading');
      await settled(element);
      expect(root(element).querySelector('section')?.getAttribute('aria-busy')).to.equal('true');
      open();
      await reached(element, 'ready');
      await until(() => !find(element, '.bone'));
    });

    it('says what is wrong, and tries again', async () => {
      const api = linked();
      for (let time = 0; time < 2; time++) api.fail('state', 'upstream_unavailable', { correlationId: 'abc-123' });
      const errors = listen(document, 'bank-feed-error');
      const element = place(tag, api);
      await reached(element, 'error');
      await settled(element);
      expect(words(element)).to.include('does not answer as it should').and.to.include('abc-123');
      expect(errors[0]).to.include({ code: 'upstream_unavailable', correlationId: 'abc-123', recoverable: true });
      await until(() => {
        if (element.state === 'error') button(element, 'Try again')?.click();
        return element.state === 'ready';
      });
      expect(words(element)).not.to.include('does not answer');
    });

    it('keeps the last good answer, marked as such, when a later one fails', async () => {
      const api = linked();
      const element = await show(tag, api);
      await arrived(element);
      const before = count(element);
      api.fail('state', 'network');
      element.refresh();
      await until(() => find(element, '[part=stale]'));
      expect(element.state).to.equal('ready');
      expect(count(element)).to.be.greaterThan(before);
      await push(element, 'Try again');
      await until(() => !find(element, '[part=stale]'));
    });

    it('offers to continue when the session is over', async () => {
      const api = linked();
      const element = await show(tag, api);
      const expired = listen(document, 'bank-feed-session-expired');
      api.fail('state', 'unauthenticated');
      element.refresh();
      await until(() => button(element, 'Continue'));
      expect(expired).to.have.length(1);
      expect(words(element)).to.include('Your session has ended');
      const asked = api.count('state');
      await push(element, 'Continue');
      await until(() => !words(element).includes('Your session has ended'));
      expect(api.count('state')).to.be.greaterThan(asked);
      expect(element.state).to.equal('ready');
    });

    it('ends with a real session that is refused, and goes on after it is back', async () => {
      const company = await testCompany();
      const element = place(tag);
      Object.assign(element, { endpoint: company.endpoint, getToken: company.getToken });
      await reached(element, 'ready', 'waiting');
      await company.gate('expired');
      element.refresh();
      await until(() => words(element).includes('Your session has ended'));
      await company.gate('open');
      await push(element, 'Continue');
      await until(() => !words(element).includes('Your session has ended'));
    });

    it('tells the developer, visibly and by an event, that nothing is configured', async () => {
      const errors = listen(document, 'bank-feed-error');
      const element = place(tag);
      expect(element.state).to.equal('idle');
      expect(element.matches(':state(idle)'), 'from the start').to.equal(true);
      await until(() => root(element).querySelector('[part=developer-note]'));
      expect(text(element)).to.include(`<${tag}> has no source of data`);
      expect(errors[0]).to.include({ code: 'invalid_configuration', recoverable: false });
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

    it('keeps what was set before it was defined', async () => {
      // A document that nobody looks at defines no elements.
      const early = document.implementation.createHTMLDocument().createElement(tag);
      Object.assign(early, { api: linked(), texts: { 'state.connected': 'All good' } });
      expect(early).not.to.be.instanceOf(customElements.get(tag));
      document.body.append(early);
      expect(early).to.be.instanceOf(customElements.get(tag));
      await reached(early, 'ready');
      expect(early.texts).to.deep.equal({ 'state.connected': 'All good' });
    });

    it('forgets the company before when it is given another one, and hears no late answer', async () => {
      const slow = linked();
      slow.world.organization = 'The first company';
      const open = slow.hold('state');
      const element = place(tag, slow);
      await reached(element, 'loading');
      element.api = new HostApi({ connections: [] });
      await reached(element, 'ready');
      open();
      await calm();
      await settled(element);
      expect(words(element)).not.to.include('The first company').and.not.to.include('Account a');
      element.api = linked();
      await arrived(element);
      element.api = new HostApi({ connections: [] });
      await until(() => element.state === 'ready' && !words(element).includes('Account a'));
    });

    it('does nothing twice on a double click', async () => {
      const { api: make, call, way } = clicks[tag];
      const api = make();
      const element = await show(tag, api);
      element.addEventListener('bank-feed-navigate', (event) => event.preventDefault());
      const next = (step: string) => until(() => button(element, step) ?? (/[[ ]/.test(step) && find(element, step)));
      const last = way.at(-1) ?? '';
      for (const step of way.slice(0, -1)) (await next(step)).click();
      const control = await next(last);
      const before = api.count(call);
      const open = api.hold(call);
      control.click();
      control.click();
      await until(() => api.count(call) > before);
      await settled(element);
      (button(element, last) ?? control).click();
      await calm();
      expect(api.count(call)).to.equal(before + 1);
      open();
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
      Object.assign(element, { api: undefined });
      await until(() => root(element).querySelector('[part=developer-note]'));
      expect(element.state).to.equal('idle');
    });

    it('keeps focus: a control that goes away hands it to the heading', async () => {
      const api = linked();
      const element = await show(tag, api);
      for (const [code, label] of [
        ['network', 'Try again'],
        ['unauthenticated', 'Continue'],
      ] as const) {
        api.fail('state', code);
        element.refresh();
        await push(element, label);
        await until(() => focused()?.matches('h2'));
      }
    });

    it('leaves in the middle of an answer, or of a failure, without a word', async () => {
      const errors = listen(document, 'bank-feed-error');
      for (const ends of ['well', 'badly']) {
        const api = linked();
        const { promise, resolve } = Promise.withResolvers<void>();
        const state = api.state.bind(api);
        api.state = async () => {
          await promise;
          if (ends === 'well') return state();
          throw new Error('The line was cut.');
        };
        const element = place(tag, api);
        await reached(element, 'loading');
        element.remove();
        resolve();
        await calm();
      }
      expect(errors).to.have.length(0);
    });

    it('asks for nothing more after it has left the page, and comes back as often as it is put there', async () => {
      const api = linked();
      const element = await show(tag, api);
      for (let time = 0; time < 3; time++) {
        element.remove();
        await calm();
        const asked = api.calls.length;
        api.hint();
        await calm();
        expect(api.calls.length).to.equal(asked);
        document.body.append(element);
        await until(() => api.calls.length > asked);
        await arrived(element);
      }
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
      await calm();
      const asked = api.count('state');
      const open = api.hold('state');
      for (let hint = 0; hint < 20; hint++) {
        api.hint();
        await calm();
      }
      open();
      await until(() => api.count('state') === asked + 2);
      await calm();
      expect(api.count('state')).to.equal(asked + 2);
      await reached(element, 'ready');
    });

    it('speaks the language of the page, and follows it', async () => {
      const element = await show(tag, linked());
      await arrived(element);
      const english = words(element);
      const section = root(element).querySelector('section');
      document.documentElement.lang = 'fr';
      await until(() => section?.lang === 'fr' && words(element) !== english);
      const french = words(element);
      await passesAxe(element);
      document.documentElement.lang = 'zh';
      await until(() => section?.lang === 'en' && words(element) !== french);
      document.documentElement.lang = 'fr-BE';
      await until(() => section?.lang === 'fr' && words(element) === french);
      document.documentElement.lang = 'en-GB';
      await until(() => words(element) === english);
    });

    it('follows the colour scheme of the page, at once', async () => {
      const element = await show(tag, linked());
      const title = await until(() => find(element, 'h2'));
      const inScheme = (scheme: string): number => {
        document.documentElement.style.colorScheme = scheme;
        return lightness(getComputedStyle(title).color);
      };
      expect(inScheme('light')).to.be.lessThan(0.3);
      expect(inScheme('dark')).to.be.greaterThan(0.7);
    });

    inChromium.it('gives its memory back when it is removed', async () => {
      const gone = (await Promise.all(Array.from({ length: 5 }, () => visit(tag)))).flat();
      const kept = new WeakRef(place(tag, linked()));
      expect(gc).to.be.a('function');
      // From an empty stack: what is left on one by chance counts as held.
      while (gone.some((each) => each.deref() !== undefined)) await gc?.({ type: 'major', execution: 'async' });
      expect(kept.deref()?.isConnected, 'what is still there').to.equal(true);
    });
  });
}

/** Shows an element, removes it, and remembers it and its source only as long as somebody else does. */
const visit = async (tag: Tag): Promise<readonly WeakRef<object>[]> => {
  const api = linked();
  const element = await show(tag, api);
  await arrived(element);
  element.remove();
  await calm();
  return [new WeakRef(element), new WeakRef(api)];
};

it('has the direction that the page says, whatever the language', async () => {
  setLocaleLoader('ar', async () => ({ 'connect.title': 'برنامج المحاسبة' }));
  document.documentElement.lang = 'ar-EG';
  const element = await show('bank-feed-connect', linked());
  const section = await until(() => root(element).querySelector('section'));
  await until(() => text(element).startsWith('برنامج'));
  expect([section.lang, getComputedStyle(section).direction]).to.deep.equal(['ar', 'ltr']);
  document.documentElement.dir = 'rtl';
  expect(getComputedStyle(section).direction).to.equal('rtl');
  document.documentElement.removeAttribute('dir');
  element.dir = 'rtl';
  expect(getComputedStyle(section).direction).to.equal('rtl');
  await passesAxe(element);
});

it('is looked at for targets that are too small to be hit', async () => {
  const row = document.createElement('div');
  for (const name of ['One', 'Two']) {
    const small = document.createElement('button');
    small.textContent = name;
    small.style.cssText = 'inline-size: 12px; block-size: 12px; padding: 0; font-size: 4px';
    row.append(small);
  }
  document.body.append(row);
  const failure = await passesAxe(row).catch(({ message }: Error) => message);
  expect(failure).to.include('target-size');
});

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
