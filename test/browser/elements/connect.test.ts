import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { inChromium } from '../support/engine.ts';
import { connection, HostApi, type World } from './support/host-api.ts';
import { leftForSoftware } from './support/situations.ts';
import {
  accessible,
  all,
  clear,
  control,
  listen,
  press,
  root,
  said,
  settled,
  show,
  text,
  until,
} from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

const open = async (world: Partial<World>, more: Partial<HTMLElementTagNameMap['bank-feed-connect']> = {}) => {
  const api = new HostApi(world);
  const element = await show('bank-feed-connect', api);
  element.addEventListener('bank-feed-navigate', (event) => event.preventDefault());
  Object.assign(element, more);
  await settled(element);
  return { api, element };
};
const everyPlatform: World['platforms'] = ['quickbooks', 'xero', 'freeagent', 'netsuite', 'exact', 'sage'];
/** A new request would not lose what the page's address says. */
const withAddress = async (query: string, work: () => Promise<void>): Promise<void> => {
  const before = location.href;
  history.replaceState(null, '', `${location.pathname}?${query}`);
  try {
    await work();
  } finally {
    history.replaceState(null, '', before);
  }
};
const primaries = (element: Element) => root(element).querySelectorAll('button.primary:not(dialog *)').length;
const choose = async (element: Element, platform: string) => {
  all(element, 'input')
    .find(({ value }) => value === platform)
    ?.click();
  await new Promise((resolve) => requestAnimationFrame(resolve));
};

describe('<bank-feed-connect>', () => {
  it('says what will happen before it does, and asks nobody before the click', async () => {
    const { api, element } = await open({});
    expect(control(element, 'Connect')).to.equal(undefined);
    await accessible(element);
    await choose(element, 'xero');
    expect(text(element)).to.include('What happens when you connect Xero');
    expect(api.calls).not.to.include('createConnection');
    await accessible(element);
  });

  it('says what is shared, for how long, and takes the host’s own words for it', async () => {
    const { element } = await open({ platforms: ['xero'] });
    expect(text(element)).to.include('What Xero gets from your bank').and.to.include('Until you disconnect');
    element.innerHTML = `<span slot="partner-name">Northbridge</span><p slot="purpose">Books.</p>
      <p slot="access">Lines.</p><p slot="retention">Seven years.</p><p slot="terms">Our terms.</p>`;
    for (const name of ['partner-name', 'purpose', 'access', 'retention', 'terms']) {
      const slot = root(element).querySelector<HTMLSlotElement>(`slot[name=${name}]`);
      expect(slot?.assignedElements()).to.have.length(1);
    }
    // A paragraph of the host's stands where ours would.
    const [fact] = all(element, 'dd');
    const purpose = element.querySelector('[slot=purpose]');
    expect(purpose?.getBoundingClientRect().top).to.equal(fact?.getBoundingClientRect().top);
    await accessible(element);
  });

  it('puts software without feeds in the company’s country last, with the reason, and lets it be chosen all the same', async () => {
    const { element } = await open({ platforms: everyPlatform }, { country: 'GB' });
    const names = all(element, 'label').filter((label) => label.matches('.choice'));
    expect(names.slice(-2).map(({ textContent }) => textContent?.replace(/\s+/g, ' '))).to.satisfy(
      ([quickbooks, exact]: string[]) =>
        quickbooks?.includes('For companies in: United States and Canada') === true &&
        exact?.includes('For companies in: Netherlands') === true,
    );
    await accessible(element);
    await choose(element, 'quickbooks');
    expect(text(element)).to.include('may not suit your company');
    expect(control(element, 'Connect QuickBooks Online')).to.be.an('htmlbuttonelement');
    await accessible(element);
    element.country = 'ca';
    await until(() => !text(element).includes('may not suit'));
    expect(all(element, 'input').find(({ type }) => type === 'radio')?.value).to.equal('quickbooks');
  });

  it('finds software by a few letters where there is much of it, and Enter there connects nothing', async () => {
    const { api, element } = await open({ platforms: everyPlatform });
    await choose(element, 'sage');
    const field = await until(() => root(element).querySelector<HTMLInputElement>('[type=search]'));
    field.focus();
    await sendKeys({ type: 'net' });
    await until(() => all(element, 'input').length === 3);
    expect(text(element)).to.include('Oracle NetSuite').and.not.to.include('FreeAgent');
    await sendKeys({ press: 'Enter' });
    await sendKeys({ type: 'zzz' });
    await until(() => all(element, 'input').length === 2);
    await choose(element, 'sage');
    expect(api.calls).not.to.include('createConnection');
    const { element: few } = await open({});
    expect(root(few).querySelector('[type=search]')).to.equal(null);
  });

  it('brings what a choice leads to into sight', async () => {
    const { element } = await open({ platforms: everyPlatform });
    const moved = new Promise<Element>((resolve) => {
      const { scrollIntoView } = Element.prototype;
      Element.prototype.scrollIntoView = function scrolled() {
        Element.prototype.scrollIntoView = scrollIntoView;
        resolve(this);
      };
    });
    await choose(element, 'xero');
    expect((await moved).textContent)
      .to.include('What happens when you connect')
      .and.to.include('Connect Xero');
  });

  // Elsewhere a radio button that a script has focused is not taken for one reached by the keyboard.
  inChromium.it('leaves who chooses by the keyboard where they are', async () => {
    const moved: Element[] = [];
    const { scrollIntoView } = Element.prototype;
    Element.prototype.scrollIntoView = function scrolled() {
      moved.push(this);
    };
    try {
      const { element } = await open({ platforms: everyPlatform });
      await choose(element, 'xero');
      await until(() => moved.length === 1);
      all(element, 'input')
        .find(({ value }) => value === 'xero')
        ?.focus();
      await sendKeys({ press: 'ArrowDown' });
      await until(() => control(element, 'Connect FreeAgent'));
      await settled(element);
      expect(moved).to.have.length(1);
    } finally {
      Element.prototype.scrollIntoView = scrollIntoView;
    }
  });

  it('says so where nothing is found', async () => {
    const { element } = await open({ platforms: everyPlatform });
    const field = await until(() => root(element).querySelector<HTMLInputElement>('[type=search]'));
    field.focus();
    await sendKeys({ type: 'abacus' });
    await until(() => text(element).includes('Nothing here is called “abacus”.'));
    expect(root(element).querySelector('[role=status]:not(.unseen)')?.textContent).to.include('abacus');
    await accessible(element);
  });

  it('does not ask for a choice where there is none', async () => {
    const { element } = await open({ platforms: ['xero'] });
    expect(all(element, 'input')).to.have.length(0);
    expect(control(element, 'Connect Xero')).to.be.an('htmlbuttonelement');
    const { element: empty } = await open({ platforms: [] });
    expect(text(empty)).to.include('no accounting software to connect');
  });

  it('does nothing twice on a double click', async () => {
    const { api, element } = await open({ platforms: ['xero'] });
    const release = api.hold('createConnection');
    const events = listen(element, 'bank-feed-consent', 'bank-feed-navigate');
    const button = await press(element, 'Connect Xero');
    button.click();
    await settled(element);
    expect(control(element, 'Opening Xero')?.getAttribute('aria-disabled')).to.equal('true');
    control(element, 'Opening Xero')?.click();
    release();
    await until(() => control(element, 'Continue in Xero'));
    expect(api.count('createConnection')).to.equal(1);
    expect(events.map(({ type }) => type)).to.deep.equal(['bank-feed-consent', 'bank-feed-navigate']);
    await until(() => root(element).activeElement?.id === 'title');
  });

  it('shows why a connection was not made, and keeps the way open', async () => {
    const { api, element } = await open({ platforms: ['xero'] });
    api.fail('createConnection', 'connection_active', { correlationId: 'ref-9' });
    await press(element, 'Connect Xero');
    await until(() => root(element).querySelector('[part=problem]'));
    expect(text(element)).to.include('Disconnect it first').and.to.include('ref-9');
    expect(control(element, 'Connect Xero')?.getAttribute('aria-disabled')).to.equal('false');
    await accessible(element);
  });

  it('refuses a link that is no web address', async () => {
    const { api, element } = await open({ platforms: ['xero'] });
    api.link = async () => ({ url: 'javascript:alert(1)' });
    const navigated = listen(element, 'bank-feed-navigate');
    await press(element, 'Connect Xero');
    await until(() => root(element).querySelector('[part=problem]'));
    expect(navigated).to.have.length(0);
  });

  it('resumes an unfinished attempt with a fresh link, or cancels it', async () => {
    const { api, element } = await open({ connections: [connection('pending')] });
    expect(element.state).to.equal('waiting');
    const navigated = listen(element, 'bank-feed-navigate');
    await press(element, 'Continue in Xero');
    await until(() => navigated.length === 1);
    expect(api.count('link')).to.equal(1);
    await accessible(element);
    await until(() => control(element, 'Continue in Xero')?.getAttribute('aria-disabled') === 'false');
    await press(element, 'Cancel this attempt');
    await until(() => all(element, 'input').length > 0);
    expect(api.count('cancelConnection')).to.equal(1);
  });

  for (const [code, words] of [
    ['refused', 'access was not granted there'],
    ['failed', 'Connecting Xero did not work'],
  ] as const) {
    it(`explains an attempt that was ${code}, and lets it be tried again or cancelled`, async () => {
      const attempt = { ...connection('pending'), problem: { code } };
      const { element } = await open({ connections: [attempt] });
      expect(text(element)).to.include(words).and.to.include('nothing is lost').and.to.include('Needs attention');
      expect(element.state).to.equal('ready');
      expect(primaries(element)).to.equal(1);
      await accessible(element);
      const navigated = listen(element, 'bank-feed-navigate');
      await press(element, 'Try again');
      await until(() => navigated.length === 1);
      expect(navigated[0]).to.include({ reason: 'authorize' });
      await until(() => control(element, 'Cancel this attempt')?.getAttribute('aria-disabled') === 'false');
      await press(element, 'Cancel this attempt');
      await until(() => all(element, 'input').length > 0);
    });
  }

  it('takes from the address no more than a hint, never its text, and only until the next step', async () => {
    await withAddress('statusCode=403&errorMessage=Call+0800+123', async () => {
      const { element } = await open({ connections: [connection('pending')] });
      expect(text(element)).to.include('access was not granted there').and.not.to.include('0800');
      const navigated = listen(element, 'bank-feed-navigate');
      await press(element, 'Try again');
      await until(() => navigated.length === 1);
      await until(() => control(element, 'Continue in Xero'));
      const { element: connected } = await open({ connections: [connection('linked')] });
      expect(text(connected)).to.include('Connected').and.not.to.include('not granted');
      const { element: nothing } = await open({});
      expect(text(nothing)).not.to.include('not granted');
      const { element: later } = await open({ connections: [connection('pending')] });
      expect(text(later)).not.to.include('not granted');
    });
    await withAddress('statusCode=200', async () => {
      const { element } = await open({ connections: [connection('pending')] });
      expect(control(element, 'Continue in Xero')).to.be.an('htmlbuttonelement');
    });
  });

  it('says what changes while the customer looks, and not what they find', async () => {
    const { api, element } = await open({ connections: [connection('pending')] });
    await until(() => api.calls.includes('live'));
    const becomes = async (next: ReturnType<typeof connection>, words: string) => {
      api.world.connections = [next];
      element.refresh();
      await until(() => said(element).includes(words));
    };
    await becomes({ ...connection('pending'), problem: { code: 'refused' } }, 'access was not granted there');
    await becomes(connection('linked'), 'Xero is connected.');
    await becomes(connection('deauthorized'), 'no longer lets us send');
    const { element: found } = await open({ connections: [connection('deauthorized')] });
    found.refresh();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(said(found)).to.equal('');
  });

  it('forgets a failure that is past once the software is connected', async () => {
    const { api, element } = await open({ connections: [connection('pending')] });
    api.fail('link', 'upstream_unavailable', { correlationId: 'ref-5' });
    await press(element, 'Continue in Xero');
    await until(() => text(element).includes('ref-5'));
    api.world.connections = [connection('linked')];
    element.refresh();
    await until(() => control(element, 'Disconnect Xero'));
    expect(text(element)).not.to.include('ref-5');
  });

  it('asks for a fresh link once, however often it is clicked', async () => {
    const { api, element } = await open({ connections: [connection('pending')] });
    const navigated = listen(element, 'bank-feed-navigate');
    const release = api.hold('link');
    const button = await press(element, 'Continue in Xero');
    button.click();
    await settled(element);
    control(element, 'Cancel this attempt')?.click();
    release();
    await until(() => navigated.length === 1);
    expect(api.count('link')).to.equal(1);
    expect(api.calls).not.to.include('cancelConnection');
  });

  it('hands the step over only where the host wants it, and never with a link', async () => {
    const { element } = await open({ connections: [connection('pending')] });
    expect(control(element, 'Ask my accountant')).to.equal(undefined);
    const asked = listen(document, 'bank-feed-handover');
    element.handover = true;
    await press(element, 'Ask my accountant');
    expect(asked[0]).to.include({ connectionId: 'c1', platform: 'xero' });
    expect(JSON.stringify(asked[0])).not.to.include('http');
    await accessible(element);
    const { api, element: fresh } = await open({}, { handover: true });
    await press(fresh, 'Ask my accountant');
    await choose(fresh, 'sage');
    await press(fresh, 'Ask my accountant');
    expect(asked).to.have.length(3);
    expect(asked[1]).to.include({ connectionId: undefined, platform: undefined });
    expect(asked[2]).to.include({ connectionId: undefined, platform: 'sage' });
    expect(api.calls).not.to.include('link');
  });

  it('announces and tells that the software became connected', async () => {
    const { api, element } = await open({ connections: [connection('pending')] });
    const connected = listen(element, 'bank-feed-connected');
    api.world.connections = [connection('linked')];
    api.world.organization = 'Maple & Sons';
    await until(() => api.calls.includes('live'));
    api.hint();
    await until(() => connected.length === 1);
    expect(connected[0]).to.include({ connectionId: 'c1', platform: 'xero' });
    expect(text(element)).to.include('Maple & Sons').and.to.include('Connected since 3 March 2026');
    await until(() => said(element) === 'Xero is connected.');
    await accessible(element);
  });

  for (const tag of ['bank-feed-connect', 'bank-feed-setup'] as const)
    it(`is told once that it became connected, by <${tag}>, where the customer had left this page for it`, async () => {
      await leftForSoftware();
      const toldOn = async (status: 'pending' | 'linked') => {
        const connected = listen(document, 'bank-feed-connected');
        const page = await show(tag, new HostApi({ connections: [connection(status)] }));
        page.remove();
        return connected.map((event) => Reflect.get(event, 'connectionId'));
      };
      expect(await toldOn('pending')).to.deep.equal([]);
      expect(await toldOn('linked')).to.deep.equal(['c1']);
      expect(await toldOn('linked')).to.deep.equal([]);
    });

  it('asks before it disconnects, and does nothing on Escape or Keep', async () => {
    const { api, element } = await open({ connections: [connection('linked')] });
    await press(element, 'Disconnect Xero');
    const dialog = await until(() => root(element).querySelector<HTMLDialogElement>('dialog[open]'));
    expect(dialog.textContent).to.include('What stops').and.to.include('What stays');
    await accessible(element);
    dialog.close();
    await until(() => !root(element).querySelector('dialog'));
    await press(element, 'Disconnect Xero');
    await press(element, 'Keep it connected');
    await until(() => !root(element).querySelector('dialog'));
    expect(api.calls).not.to.include('disconnect');
    const gone = listen(element, 'bank-feed-disconnected');
    await press(element, 'Disconnect Xero');
    const sure = await until(() => root(element).querySelector<HTMLButtonElement>('dialog[open] [value=confirm]'));
    sure.click();
    await until(() => gone.length === 1);
    await until(() => text(element).includes('Disconnected'));
    await until(() => said(element).startsWith('Xero is disconnected.'));
  });

  it('forgets a question when it leaves the page', async () => {
    const { api, element } = await open({ connections: [connection('linked')] });
    await press(element, 'Disconnect Xero');
    await until(() => root(element).querySelector('dialog[open]'));
    element.remove();
    document.body.append(element);
    await settled(element);
    expect(root(element).querySelector('dialog')).to.equal(null);
    expect(api.calls).not.to.include('disconnect');
  });

  it('leads back after permission was withdrawn, or to another software, with one primary button at a time', async () => {
    const { element } = await open({ connections: [connection('deauthorized')] });
    expect(text(element)).to.include('Needs attention').and.to.include('no longer lets us send');
    expect(primaries(element)).to.equal(1);
    await accessible(element);
    await press(element, 'Use other accounting software');
    await until(() => all(element, 'input').length > 0);
    expect(all(element, 'input').map(({ value }) => value)).not.to.include('xero');
    await choose(element, 'freeagent');
    await until(() => control(element, 'Connect FreeAgent'));
    expect(primaries(element)).to.equal(1);
    await accessible(element);
  });

  it('switches to another software after a question that says what is disconnected first', async () => {
    const { api, element } = await open({ connections: [connection('linked')] });
    const heard = listen(element, 'bank-feed-consent', 'bank-feed-disconnected', 'bank-feed-connection-started');
    const ask = async () => {
      await press(element, 'Use other accounting software');
      await until(() => all(element, 'input').length > 0);
      await choose(element, 'freeagent');
      await accessible(element);
      await press(element, 'Switch to FreeAgent');
      return until(() => root(element).querySelector<HTMLDialogElement>('dialog[open]'));
    };
    const question = await ask();
    expect(question.textContent).to.include('Xero is disconnected first').and.to.include('What stays');
    await accessible(element);
    await press(element, 'Keep it connected');
    await until(() => !root(element).querySelector('dialog'));
    expect(heard).to.have.length(0);
    expect(api.calls).not.to.include('disconnect');
    await press(element, 'Switch to FreeAgent');
    const sure = await until(() => root(element).querySelector<HTMLButtonElement>('dialog[open] [value=confirm]'));
    sure.click();
    await until(() => control(element, 'Continue in FreeAgent'));
    expect(heard.map(({ type }) => type)).to.deep.equal([
      'bank-feed-consent',
      'bank-feed-disconnected',
      'bank-feed-connection-started',
    ]);
    expect(api.calls.filter((call) => ['disconnect', 'createConnection', 'link'].includes(call))).to.deep.equal([
      'disconnect',
      'createConnection',
      'link',
    ]);
  });

  it('stays with what is true where the old software is gone and the new one was not made', async () => {
    const { api, element } = await open({ connections: [connection('linked')] });
    api.fail('createConnection', 'upstream_unavailable', { correlationId: 'ref-7' });
    await press(element, 'Use other accounting software');
    await until(() => all(element, 'input').length > 0);
    await choose(element, 'sage');
    await press(element, 'Switch to Sage');
    const sure = await until(() => root(element).querySelector<HTMLButtonElement>('dialog[open] [value=confirm]'));
    sure.click();
    await until(() => text(element).includes('ref-7'));
    await until(() => control(element, 'Connect Xero again'));
  });

  it('says that an unknown status is being checked', async () => {
    const { element } = await open({ connections: [connection('unknown', 'unknown')] });
    expect(text(element)).to.include('Checking').and.to.include('Your accounting software');
    await accessible(element);
  });
});
