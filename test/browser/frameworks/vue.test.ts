import { expect } from '@open-wc/testing';
import type { App, Component } from 'vue';
import '../../../src/elements/define.ts';
import { FeedApiError } from '../../../src/client/index.ts';
import { BankFeedErrorEvent } from '../../../src/elements/index.ts';
import { isBankFeedElement } from '../../../src/frameworks/vue.ts';
import { HostApi } from '../elements/support/host-api.ts';
import { clear, until } from '../elements/support/stage.ts';
import { inChromium } from '../support/engine.ts';

/** The build that has the compiler in it, for templates in a page. */
const address = '/node_modules/vue/dist/vue.esm-browser.js';

beforeEach(clear);
afterEach(clear);

inChromium.describe('Vue, told which tags are elements', () => {
  it('sets properties, before the element is defined by .prop, hears events and fills slots, without a warning', async () => {
    const { createApp }: { createApp: (root: Component) => App } = await import(address);
    const heard: unknown[] = [];
    const warned: string[] = [];
    const api = new HostApi({ platforms: ['xero'] });
    const app = createApp({
      template: `<bank-feed-provider :api="api" @bank-feed-error="hear">
        <bank-feed-setup class="wide" closable quickbooks-sign-in="page" mappingMode="codat" country="GB">
          <p slot="purpose">For your books</p>
        </bank-feed-setup>
      </bank-feed-provider>
      <bank-feed-later :getToken.prop="getToken" :getOther="getToken"></bank-feed-later>`,
      setup: () => ({ api, getToken: () => 'token', hear: ({ code }: BankFeedErrorEvent) => heard.push(code) }),
    });
    app.config.compilerOptions.isCustomElement = isBankFeedElement;
    app.config.warnHandler = (message) => void warned.push(message);
    const place = document.createElement('main');
    document.body.append(place);
    app.mount(place);
    const setup = place.querySelector('bank-feed-setup');
    if (!setup) throw new Error('There is no set-up.');
    expect([setup.closable, setup.quickbooksSignIn, setup.mappingMode, setup.country, setup.className]).to.deep.equal([
      true,
      'page',
      'codat',
      'GB',
      'wide',
    ]);
    await until(() => setup.state === 'ready');
    setup.dispatchEvent(new BankFeedErrorEvent(new FeedApiError('network', { detail: 'nothing came' })));
    expect(heard).to.deep.equal(['network']);
    const later = place.querySelector('bank-feed-later');
    expect(later).to.have.property('getToken').that.is.a('function');
    // This is why the guide says so: a function as an attribute is its source.
    expect(later?.getAttribute('getother')).to.include('token');
    expect(warned).to.deep.equal([]);
    app.unmount();
  });
});
