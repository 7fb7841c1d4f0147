/** On a page that has no element yet: nothing here may import one. */
import { expect } from '@open-wc/testing';
import type * as CodatLink from '../../../src/frameworks/codat-link.ts';
import type { ErrorCallbackArgs } from '../../../src/frameworks/codat-link.ts';
import { HostApi } from '../elements/support/host-api.ts';
import { reactVersion } from './support/react-version.ts';

/** Of each engine its own, as all of a run ask one server. */
const once = (): string => crypto.randomUUID();

const rejections: unknown[] = [];
const note = (event: PromiseRejectionEvent): void => void rejections.push(event.reason);
before(() => window.addEventListener('unhandledrejection', note));
after(() => window.removeEventListener('unhandledrejection', note));

const place = (): HTMLElement => {
  const made = document.createElement('main');
  document.body.append(made);
  return made;
};

describe('where the file of an element does not come', () => {
  for (const [again, tag] of [
    ['when the line is back', 'bank-feed-status'],
    ['when it is shown again', 'bank-feed-mapping'],
  ] as const)
    it(`a component says so as the element would, and asks again ${again}`, async () => {
      const { react, dom, wrappers } = await reactVersion(18, once());
      const target = place();
      const root = dom.createRoot(target);
      const show = (key: string, onBankFeedError?: (event: Event) => void): void => {
        const props = { key, api: new HostApi({}), onBankFeedError };
        const { createElement } = react;
        if (tag === 'bank-feed-status') root.render(createElement(wrappers.BankFeedStatus, props));
        else root.render(createElement(wrappers.BankFeedMapping, props));
      };
      const event = await new Promise<Event>((resolve) => show('one', resolve));
      expect([event.type, event.bubbles, event.composed]).to.deep.equal(['bank-feed-error', true, true]);
      expect(event).to.include({ code: 'network', recoverable: true, field: undefined, correlationId: undefined });
      expect(event)
        .to.have.property('message')
        .that.is.a('string')
        .and.matches(/<bank-feed-\w+>/);
      expect(event.target).to.equal(target.firstElementChild);
      expect(customElements.get(tag)).to.equal(undefined);
      if (again === 'when the line is back') window.dispatchEvent(new Event('online'));
      else show('two');
      await customElements.whenDefined(tag);
      root.unmount();
      target.remove();
      expect(rejections).to.deep.equal([]);
    });

  it('Codat’s callback says so, and the target is as it was', async () => {
    const { initCodatBankFeeds }: typeof CodatLink = await import(`/src/frameworks/codat-link.ts?late=${once()}`);
    const target = place();
    const said: ErrorCallbackArgs[] = [];
    const nothing = (): void => undefined;
    const props = {
      companyId: '1',
      onConnection: nothing,
      onFinish: nothing,
      onError: (args: ErrorCallbackArgs) => void said.push(args),
      // Without getToken nothing is asked for.
      bankFeed: { endpoint: 'https://feeds.bank.example' },
    };
    const thrown = await initCodatBankFeeds(target, props).then(nothing, (error: unknown) => error);
    expect(thrown).to.be.an('error');
    expect(target.children).to.have.length(0);
    expect(said).to.have.length(1);
    expect(said[0]).to.include({ userRecoverable: true }).and.to.have.property('message').that.is.a('string');
    await initCodatBankFeeds(target, props);
    expect(target.querySelector('bank-feed-setup')).to.be.instanceOf(customElements.get('bank-feed-setup'));
    target.remove();
  });
});
