import { expect } from '@open-wc/testing';
import { scriptedServer } from '../support/scripted.ts';
import { linked } from './support/situations.ts';
import { clear, listen, root, until } from './support/stage.ts';
import { inChromium } from '../support/engine.ts';

beforeEach(clear);
afterEach(clear);

/** A page whose elements are defined, while a script of its own is still on its way. */
const loading = async () => {
  const server = await scriptedServer();
  const headers = { 'content-type': 'text/javascript' };
  await server.answer('GET /own.js', { headers, how: 'stream', body: 'dispatchEvent(new Event("own-script"));' });
  const frame = document.createElement('iframe');
  frame.srcdoc = `<!doctype html><html lang="en"><title>A page</title>
    <script type="module" src="/src/elements/define.ts"></script>
    <script defer src="${server.endpoint}/own.js"></script><body></body></html>`;
  document.body.append(frame);
  await until(() => frame.contentWindow?.customElements.get('bank-feed-setup'));
  const [page, own] = [frame.contentDocument, frame.contentWindow];
  if (!page || !own) throw new Error('The frame has no page.');
  return {
    page,
    own,
    errors: listen(page, 'bank-feed-error'),
    put: (name: 'bank-feed-connect' | 'bank-feed-provider') => page.body.appendChild(page.createElement(name)),
    /** Longer than an element of a complete page waits, by its own clock. */
    pass: () => new Promise((resolve) => own.setTimeout(resolve, 300)),
    finish: () => server.stream('end'),
  };
};

const noted = (element: Element) => root(element).querySelector('[part=developer-note]') !== null;

for (const name of ['bank-feed-connect', 'bank-feed-provider'] as const)
  inChromium.describe(`<${name}> of a page that is still loading`, () => {
    it('gives the page’s own script the time to say where the data comes from', async () => {
      const { page, own, errors, put, pass, finish } = await loading();
      const [element, bare] = [put(name), put(name)];
      await pass();
      expect(page.readyState).to.equal('interactive');
      expect(noted(element)).to.equal(false);
      own.addEventListener('own-script', () => (element.api = linked()));
      await finish();
      await until(() => noted(bare));
      expect(errors.map(({ target }) => target === bare)).to.deep.equal([true]);
      expect(noted(element)).to.equal(false);
    });

    it('says nothing once it has left', async () => {
      const { errors, put, pass, finish } = await loading();
      const [gone, stays] = [put(name), put(name)];
      await pass();
      gone.remove();
      await finish();
      await until(() => noted(stays));
      expect(noted(gone)).to.equal(false);
      expect(errors.map(({ target }) => target === stays)).to.deep.equal([true]);
    });
  });
