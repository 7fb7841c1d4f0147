import { expect } from '@open-wc/testing';
import { connection, HostApi, type World } from './support/host-api.ts';
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

const open = (world: Partial<World>) => {
  const api = new HostApi(world);
  return show('bank-feed-connect', api).then((element) => {
    element.addEventListener('bank-feed-navigate', (event) => event.preventDefault());
    return { api, element };
  });
};
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

  it('tells honestly that QuickBooks and Sage cannot be connected here yet', async () => {
    const { element } = await open({});
    for (const [platform, name] of [
      ['quickbooks', 'QuickBooks Online'],
      ['sage', 'Sage'],
    ] as const) {
      await choose(element, platform);
      expect(text(element)).to.include(`${name} cannot be connected here yet`);
      expect(control(element, 'Connect')).to.equal(undefined);
      await accessible(element);
    }
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

  it('announces and tells that the software became connected', async () => {
    const { api, element } = await open({ connections: [connection('pending')] });
    const connected = listen(element, 'bank-feed-connected');
    api.world.connections = [connection('linked')];
    api.world.organization = 'Maple & Sons';
    await until(() => api.calls.includes('live'));
    api.hint();
    await until(() => connected.length === 1);
    expect(text(element)).to.include('Maple & Sons').and.to.include('Connected since 3 March 2026');
    await until(() => said(element) === 'Xero is connected.');
    await accessible(element);
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

  it('leads back after permission was withdrawn, or to another software', async () => {
    const { element } = await open({ connections: [connection('deauthorized')] });
    expect(text(element)).to.include('Needs attention').and.to.include('no longer lets us send');
    await accessible(element);
    await press(element, 'Use other accounting software');
    await until(() => all(element, 'input').length > 0);
    await choose(element, 'freeagent');
    await until(() => control(element, 'Connect FreeAgent'));
    await accessible(element);
  });

  it('says that an unknown status is being checked, and a lost software without screens is not offered', async () => {
    const { element } = await open({ connections: [connection('unknown', 'unknown')] });
    expect(text(element)).to.include('Checking');
    const { element: lost } = await open({ connections: [connection('unlinked', 'quickbooks')] });
    expect(text(lost)).to.include('cannot be connected here yet');
    expect(control(lost, 'Connect QuickBooks')).to.equal(undefined);
  });
});
