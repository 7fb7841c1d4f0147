/** On a page that has no element yet: nothing here may import one. */
import { expect } from '@open-wc/testing';
import type { BankFeedStateChangeEvent } from '../../../src/elements/index.ts';
import { HostApi } from '../elements/support/host-api.ts';
import { reactVersion } from './support/react-version.ts';

describe('the components of React 18, before their element is there', () => {
  it('load it, which finds its properties, and is heard from its first word', async () => {
    const { react, dom, wrappers } = await reactVersion(18);
    const { BankFeedStatus } = wrappers;
    const place = document.createElement('main');
    document.body.append(place);
    const root = dom.createRoot(place);
    const states: string[] = [];
    let ready: (() => void) | undefined;
    const came = new Promise<void>((resolve) => (ready = resolve));
    const onBankFeedStateChange = ({ state }: BankFeedStateChangeEvent): void => {
      states.push(state);
      if (state === 'ready') ready?.();
    };
    dom.flushSync(() =>
      root.render(
        react.createElement(BankFeedStatus, { api: new HostApi({}), steps: true, lang: 'en', onBankFeedStateChange }),
      ),
    );
    expect(customElements.get('bank-feed-status')).to.equal(undefined);
    await came;
    expect(states).to.deep.equal(['loading', 'ready']);
    expect(document.querySelector('bank-feed-status')).to.have.property('steps', true);
    // What is not on the page is not loaded.
    expect(customElements.get('bank-feed-mapping')).to.equal(undefined);
    root.unmount();
    place.remove();
  });
});
