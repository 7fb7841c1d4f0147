import { expect } from '@open-wc/testing';
import type { ReactNode } from 'react';
import type { Root } from 'react-dom/client';
import '../../../src/elements/define.ts';
import { BankFeedErrorEvent } from '../../../src/elements/index.ts';
import { FeedApiError } from '../../../src/client/index.ts';
import { properties } from '../../../src/frameworks/tags.ts';
import { HostApi } from '../elements/support/host-api.ts';
import { clear, until } from '../elements/support/stage.ts';
import { reactVersion, type ReactVersion } from './support/react-version.ts';
import { inChromium } from '../support/engine.ts';

beforeEach(clear);
afterEach(clear);

for (const version of [18, 19] as const) {
  inChromium.describe(`the components of React ${version}`, () => {
    let react: ReactVersion['react'];
    let dom: ReactVersion['dom'];
    let wrappers: ReactVersion['wrappers'];
    let root: Root;
    const draw = (node: ReactNode): void => dom.flushSync(() => root.render(node));
    const found = <Name extends keyof HTMLElementTagNameMap>(tag: Name): HTMLElementTagNameMap[Name] => {
      const element = document.querySelector(tag);
      if (!element) throw new Error(`There is no <${tag}>.`);
      return element;
    };

    before(async () => {
      ({ react, dom, wrappers } = await reactVersion(version));
    });
    beforeEach(() => {
      const place = document.createElement('main');
      document.body.append(place);
      root = dom.createRoot(place);
    });
    afterEach(() => root.unmount());

    it('are of that version', () => {
      expect(react.version.split('.')[0]).to.equal(String(version));
    });

    it('set properties as properties, take them back, and leave the rest to React', async () => {
      const api = new HostApi({ platforms: ['xero'] });
      const { BankFeedSetup } = wrappers;
      draw(
        react.createElement(BankFeedSetup, {
          api,
          closable: true,
          country: 'NL',
          mappingMode: 'codat',
          className: 'wide',
          id: 'one',
          hidden: false,
          lang: 'nl',
        }),
      );
      const setup = found('bank-feed-setup');
      expect([setup.api, setup.closable, setup.country, setup.mappingMode]).to.deep.equal([api, true, 'NL', 'codat']);
      expect(Object.fromEntries([...setup.attributes].map(({ name, value }) => [name, value]))).to.deep.equal({
        class: 'wide',
        id: 'one',
        lang: 'nl',
      });
      await until(() => setup.state === 'ready');
      draw(react.createElement(BankFeedSetup, { api, hidden: true }));
      expect(found('bank-feed-setup')).to.equal(setup);
      expect([setup.api, setup.closable, setup.country, setup.hidden]).to.deep.equal([api, undefined, undefined, true]);
    });

    it('write no flag of HTML that is false', () => {
      for (const flag of ['hidden', 'inert', 'itemScope', 'autoFocus'] as const) {
        const is = (value: boolean): boolean => {
          draw(react.createElement(wrappers.BankFeedStatus, { [flag]: value }));
          return found('bank-feed-status').hasAttribute(flag);
        };
        expect([is(false), is(true), is(false)], flag).to.deep.equal([false, true, false]);
      }
    });

    it('hear events, always by the handler of the last drawing', () => {
      const heard: string[] = [];
      const { BankFeedStatus } = wrappers;
      const show = (word: string | undefined): void =>
        draw(
          react.createElement(BankFeedStatus, {
            onBankFeedError: word === undefined ? undefined : ({ code }) => heard.push(`${word} ${code}`),
          }),
        );
      const fail = (): boolean =>
        found('bank-feed-status').dispatchEvent(
          new BankFeedErrorEvent(new FeedApiError('network', { detail: 'nothing came' })),
        );
      show('first');
      fail();
      show('second');
      fail();
      show(undefined);
      fail();
      expect(heard).to.deep.equal(['first network', 'second network']);
    });

    it('warn once of a getToken that is new at each drawing, and begin a session for each company', () => {
      const { warn } = console;
      const said: string[] = [];
      Object.assign(console, { warn: (...words: unknown[]) => said.push(words.join(' ')) });
      const show = (getToken: () => null): void =>
        draw(react.createElement(wrappers.BankFeedProvider, { endpoint: '/nowhere', getToken }));
      try {
        const [one, other] = [(): null => null, (): null => null];
        // Many companies, each with its own: a page that knows what it does.
        for (let company = 0; company < 9; company++) {
          const kept = (): null => null;
          show(kept);
          show(kept);
        }
        for (const getToken of [one, one, other, other, one]) show(getToken);
        expect(found('bank-feed-provider').getToken).to.equal(one);
        expect(said).to.deep.equal([]);
        for (let drawing = 0; drawing < 9; drawing++) show(() => null);
      } finally {
        Object.assign(console, { warn });
      }
      expect(said).to.have.length(1);
      expect(said[0]).to.include('<bank-feed-provider>: getToken');
    });

    it('have refs and children, also under strict mode, and work when they come again', async () => {
      const { BankFeedConnect, BankFeedProvider } = wrappers;
      const api = new HostApi({ platforms: ['xero'] });
      const ref = react.createRef<HTMLElementTagNameMap['bank-feed-connect']>();
      const errors: unknown[] = [];
      const app = (): ReactNode =>
        react.createElement(
          react.StrictMode,
          null,
          react.createElement(
            BankFeedProvider,
            { api, onBankFeedError: (event) => errors.push(event) },
            react.createElement(
              BankFeedConnect,
              { ref },
              react.createElement('b', { slot: 'partner-name' }, 'Northbridge'),
            ),
          ),
        );
      for (const time of [1, 2]) {
        draw(app());
        const connect = found('bank-feed-connect');
        expect(ref.current, `time ${time}`).to.equal(connect);
        await until(() => connect.state === 'ready');
        expect(connect.shadowRoot?.querySelector<HTMLSlotElement>('slot[name=partner-name]')?.assignedElements()[0])
          .to.have.property('textContent')
          .that.equals('Northbridge');
        draw(null);
        expect(ref.current).to.equal(null);
      }
      expect(errors).to.deep.equal([]);
    });
  });
}

inChromium.describe('what the frameworks are told of the elements', () => {
  it('is every property of theirs', () => {
    const own = new Set<string>();
    for (const name of ['provider', 'connect', 'accounts', 'mapping', 'status', 'setup']) {
      const element = customElements.get(`bank-feed-${name}`);
      const all: unknown = element && Reflect.get(element, 'elementProperties');
      if (!(all instanceof Map)) throw new Error(`bank-feed-${name} has no properties.`);
      for (const [key, options] of all) if (options.state !== true) own.add(String(key));
    }
    expect([...own]).to.have.members([...properties]);
  });
});
