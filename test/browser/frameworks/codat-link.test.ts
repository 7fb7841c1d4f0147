import { expect } from '@open-wc/testing';
import { HttpFeedApi } from '../../../src/client/index.ts';
import type { CodatBankFeedsProps, CodatLinkOptions } from '../../../src/frameworks/codat-link.ts';
import { initCodatBankFeeds } from '../../../src/frameworks/codat-link.ts';
import { testCompany, type TestCompany } from '../support/company.ts';
import { inChromium } from '../support/engine.ts';
import { clear, control, press, root, text, until } from '../elements/support/stage.ts';

const { warn } = console;
let warned: string[] = [];
beforeEach(() => {
  clear();
  Object.assign(console, { warn: (...words: unknown[]) => warned.push(words.join(' ')) });
});
afterEach(() => {
  clear();
  Object.assign(console, { warn });
});
/** What was said since it was last asked. */
const newWarnings = (): string[] => warned.splice(0).map((words) => words.replace(/^.*codat-link: (.*) See.*$/, '$1'));

type Name = Extract<keyof CodatBankFeedsProps, `on${string}`>;
interface Called {
  readonly name: Name;
  readonly args: unknown;
}

/** Props as a page has them, which note what is called. */
const propsFor = (
  { companyId, endpoint, getToken }: TestCompany,
  options: CodatLinkOptions = {},
): { props: CodatBankFeedsProps; calls: Called[]; asked: Set<string> } => {
  const calls: Called[] = [];
  const asked = new Set<string>();
  const note =
    (name: Name) =>
    (args?: unknown): void =>
      void calls.push({ name, args });
  const props: CodatBankFeedsProps = {
    companyId,
    accessToken: 'eyJ',
    options,
    onConnection: note('onConnection'),
    onConnectionStarted: note('onConnectionStarted'),
    onConsent: note('onConsent'),
    onError: note('onError'),
    onFinish: note('onFinish'),
    onClose: note('onClose'),
    bankFeed: {
      endpoint,
      getToken: (request) => {
        asked.add(request.companyId);
        return getToken(request);
      },
    },
  };
  return { props, calls, asked };
};

const place = (): HTMLElement => {
  const target = document.createElement('main');
  document.body.append(target);
  return target;
};
const setupIn = (target: Element): HTMLElementTagNameMap['bank-feed-setup'] => {
  const setup = target.querySelector('bank-feed-setup');
  if (!setup) throw new Error('There is no set-up.');
  return setup;
};
const stay = (setup: Element): void => setup.addEventListener('bank-feed-navigate', (event) => event.preventDefault());
const inside = <Tag extends keyof HTMLElementTagNameMap>(
  setup: Element,
  tag: Tag,
): Promise<HTMLElementTagNameMap[Tag]> => until(() => setup.shadowRoot?.querySelector(tag));
/** A set-up in which the customer has just come to the end. */
const ended = async (
  company: TestCompany,
  props: CodatBankFeedsProps,
): Promise<HTMLElementTagNameMap['bank-feed-setup']> => {
  const { connection, accounts } = await company.chosen();
  const target = place();
  await initCodatBankFeeds(target, props);
  const setup = setupIn(target);
  await until(() => setup.state === 'ready');
  const end = new Promise((resolve) => setup.addEventListener('bank-feed-finished', resolve));
  const api = new HttpFeedApi(company);
  for (const { id } of accounts) await api.map(connection.id, id, { targetId: null });
  setup.refresh();
  await end;
  return setup;
};
const choices = (connect: Element): string[] => [...root(connect).querySelectorAll('input')].map(({ value }) => value);

inChromium.describe('in place of Codat’s component, against the real proxy and sandbox', () => {
  // Long, and of nothing that browsers differ in.
  it('leads from consent to the finish, each callback called with what Codat’s gives', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    const { props, calls, asked } = propsFor(company, {
      theme: { colors: { primary: '#0b6b57' } },
      sourceTypes: {
        accounting: { optional: false, enableIntegrations: true, allowedIntegrations: ['gbol', 'hcws', 'zzzz'] },
      },
      text: {
        companyName: 'Northbridge',
        'main.title': 'Your **books**',
        'accounting.consents.purpose': '{companyName} sends transactions to {platformName}.',
        'accounting.consents.nextButton': 'Agree and go to {platformName}',
        'accounting.consents.termsAndConditions':
          'See the [terms](https://bank.example/terms) and [no script](javascript:void).',
        'landing.title': 'Welcome',
      },
    });
    const target = place();
    const done = initCodatBankFeeds(target, props);
    // Codat's example looks whether the target is empty before it calls a second time.
    expect(target.children).to.have.length(1);
    await done;
    const setup = setupIn(target);
    stay(setup);
    expect(newWarnings()).to.deep.equal([
      'accessToken is not used: take it out of the page.',
      'options.text["landing.title"] has no place.',
      'allowedIntegrations has "zzzz", which takes no bank feed.',
    ]);
    expect(setup.style.getPropertyValue('--bank-feed-accent')).to.equal('#0b6b57');

    const connect = await inside(setup, 'bank-feed-connect');
    await until(() => choices(connect).length > 0 && choices(connect));
    expect(choices(connect)).to.have.members(['xero', 'quickbooks']);
    expect(text(connect)).to.include('Your books');
    root(connect).querySelector<HTMLInputElement>('input[value=xero]')?.click();
    await press(connect, 'Agree and go to Xero');
    await until(() => calls.some(({ name }) => name === 'onConnectionStarted'));
    expect([...asked]).to.deep.equal([company.companyId]);
    const api = new HttpFeedApi(company);
    const [connection] = (await api.state()).connections;
    const xero = {
      connectionId: connection?.id,
      integrationId: '',
      integrationKey: 'gbol',
      platformName: 'Xero',
      sourceId: '',
      sourceType: 'Accounting',
    };
    const [consent, started] = calls.splice(0);
    expect(consent?.name).to.equal('onConsent');
    expect(consent?.args).to.have.all.keys('text');
    expect(String(Object(consent?.args).text).split('\n')).to.include.members([
      'What happens when you connect Xero',
      'Northbridge sends transactions to Xero.',
      'See the terms and no script.',
    ]);
    expect(newWarnings()).to.deep.equal([]);
    expect(started).to.deep.equal({ name: 'onConnectionStarted', args: xero });
    expect(newWarnings()).to.have.length(3);
    const anchors = [...setup.querySelectorAll('a')].map(({ href }) => href);
    expect(anchors).to.deep.equal(['https://bank.example/terms']);

    await company.authorize();
    await until(() => calls.length > 0);
    expect(calls.splice(0)).to.deep.equal([{ name: 'onConnection', args: xero }]);
    // Once a page is enough.
    expect(newWarnings()).to.deep.equal([]);

    const offered = await api.accounts(connection?.id ?? '');
    const ids = offered.items.map(({ id }) => id);
    await api.chooseAccounts(connection?.id ?? '', ids);
    for (const id of ids) await api.map(connection?.id ?? '', id, { targetId: null });
    setup.refresh();
    await press(setup, 'Done');
    expect(calls.splice(0)).to.deep.equal([{ name: 'onFinish', args: undefined }]);
    setup.remove();
  });

  it('says what went wrong as Codat’s does, and tells leaving from finishing', async () => {
    const company = await testCompany();
    await company.connected();
    const { props, calls } = propsFor(company);
    const target = place();
    await initCodatBankFeeds(target, props);
    const setup = setupIn(target);
    await until(() => setup.state === 'ready');
    // They came to look.
    await setup.close();
    expect(calls.splice(0)).to.deep.equal([{ name: 'onClose', args: undefined }]);

    await company.gate('expired');
    setup.refresh();
    await until(() => calls.length > 0);
    const [ended] = calls.splice(0);
    expect(ended?.name).to.equal('onError');
    expect(ended?.args).to.include({ errorCode: 401, userRecoverable: true });
    await company.gate('open');
  });

  it('has no button to leave without onClose, and tells the finish at once', async () => {
    const company = await testCompany();
    const { connection, accounts } = await company.chosen();
    const { props, calls } = propsFor(company);
    const { onClose: _, ...without } = props;
    const target = place();
    await initCodatBankFeeds(target, without);
    const setup = setupIn(target);
    await until(() => setup.state === 'ready');
    expect(setup.shadowRoot?.querySelector('[part~=close]')).to.equal(null);
    for (const { id } of accounts) await new HttpFeedApi(company).map(connection.id, id, { targetId: null });
    setup.refresh();
    await until(() => calls.length > 0);
    expect(calls).to.deep.equal([{ name: 'onFinish', args: undefined }]);
    expect(control(setup, 'Done')).to.equal(undefined);
  });

  it('tells whoever disconnects after the end, and leaves, as leaving', async () => {
    const company = await testCompany();
    const { props, calls } = propsFor(company);
    const setup = await ended(company, props);
    await press(setup, 'Accounting software');
    const connect = await inside(setup, 'bank-feed-connect');
    await press(connect, 'Disconnect Xero');
    const left = new Promise((resolve) => setup.addEventListener('bank-feed-disconnected', resolve));
    const sure = await until(() => root(connect).querySelector<HTMLElement>('dialog[open] [value=confirm]'));
    sure.click();
    await left;
    await setup.close();
    expect(calls.splice(0)).to.deep.equal([{ name: 'onClose', args: undefined }]);
  });

  it('tells whoever came to the end as finished, also where the software then ended it', async () => {
    const company = await testCompany();
    const { props, calls } = propsFor(company);
    const setup = await ended(company, props);
    await company.revoke();
    setup.refresh();
    await until(() => control(setup, 'Done') === undefined);
    await setup.close();
    expect(calls.splice(0)).to.deep.equal([{ name: 'onFinish', args: undefined }]);
  });

  it('tells a page without a source what it lacks, on the page and in onError', async () => {
    const company = await testCompany();
    const { endpoint } = company;
    for (const [bankFeed, lacks] of [
      [undefined, 'endpoint'],
      [{ endpoint }, 'getToken'],
    ] as const)
      for (const allowedIntegrations of [undefined, ['gbol']]) {
        const accounting = {
          optional: false,
          enableIntegrations: true,
          ...(allowedIntegrations && { allowedIntegrations }),
        };
        const { props, calls } = propsFor(company, { sourceTypes: { accounting } });
        const target = place();
        await Reflect.apply(initCodatBankFeeds, undefined, [target, { ...props, bankFeed }]);
        await until(() => calls.length > 0);
        expect(calls[0]?.args).to.include({ userRecoverable: false });
        expect(text(setupIn(target))).to.include(lacks);
      }
  });
});
