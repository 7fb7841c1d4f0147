import { expect } from '@open-wc/testing';
import { textsOf } from '../../../src/frameworks/codat-link-options.ts';
import { initCodatBankFeeds, type CodatBankFeedsProps } from '../../../src/frameworks/codat-link.ts';
import { testCompany } from '../support/company.ts';
import { inChromium } from '../support/engine.ts';
import { clear, root, text, until } from '../elements/support/stage.ts';

const { warn } = console;
beforeEach(() => {
  clear();
  Object.assign(console, { warn: () => undefined });
});
afterEach(() => {
  clear();
  Object.assign(console, { warn });
});

/** The step of the set-up in which the customer agrees, once Xero is chosen. */
const consent = async (options: unknown, lang = 'en'): Promise<Element> => {
  const { companyId, endpoint, getToken } = await testCompany();
  const target = document.createElement('main');
  target.lang = lang;
  document.body.append(target);
  const nothing = (): void => undefined;
  const props: Omit<CodatBankFeedsProps, 'options'> = {
    companyId,
    onConnection: nothing,
    onError: nothing,
    onFinish: nothing,
    bankFeed: { endpoint, getToken },
  };
  await Reflect.apply(initCodatBankFeeds, undefined, [target, { ...props, options }]);
  const setup = target.querySelector('bank-feed-setup');
  const connect = await until(() => setup?.shadowRoot?.querySelector('bank-feed-connect'));
  const xero = await until(() => root(connect).querySelector<HTMLInputElement>('input[value=xero]'));
  xero.click();
  await until(() => root(connect).querySelector('[part~=consent]'));
  return connect;
};
const terms = (): string[] => [...document.querySelectorAll('[slot=terms]')].map(({ textContent }) => textContent);

inChromium.describe('texts that a page gave to Codat’s component', () => {
  // What takes a company is of nothing that browsers differ in.
  it('name the bank and the software wherever they stand', async () => {
    const connect = await consent({
      text: {
        companyName: 'Ca$$h & Co_op_',
        'main.title': '{companyName} and {platformName}',
        'accounting.consents.purpose': 'From {companyName} to {platformName}.',
        'accounting.consents.access': '{platformName} reads file_name_here of {companyName}.',
        'accounting.consents.retention': '_Until_ you leave {platformName}.',
        'accounting.consents.termsAndConditions':
          '{companyName} is not {platformName}: [{companyName}](https://a.example)',
      },
    });
    const words = text(connect);
    expect(words).to.include('Ca$$h & Co_op_ and your accounting software');
    expect(words).to.include('From Ca$$h & Co_op_ to Xero.');
    expect(words).to.include('Xero reads file_name_here of Ca$$h & Co_op_.');
    expect(words).to.include('Until you leave Xero.');
    expect(terms()).to.deep.equal(['Ca$$h & Co_op_ is not your accounting software: Ca$$h & Co_op_']);
  });

  it('leave no gap where the bank is not named, in the language of the page', async () => {
    const connect = await consent(
      {
        text: {
          'main.title': '{companyName} und {platformName}',
          'accounting.consents.access': 'Erlauben Sie {companyName}, an {platformName} zu senden.',
          'accounting.consents.nextButton': '{companyName} fragen',
          'accounting.consents.termsAndConditions': '{companyName} und {platformName}',
        },
      },
      'de',
    );
    const words = text(connect);
    expect(words).to.include('Ihrer Bank und Buchhaltungssoftware');
    expect(words).to.include('Erlauben Sie Ihrer Bank, an Xero zu senden.');
    expect(words).to.include('Ihrer Bank fragen');
    expect(terms()).to.deep.equal(['Ihrer Bank und Buchhaltungssoftware']);
  });

  it('may be missing in every way that JavaScript has', async () => {
    for (const options of [null, { text: null, theme: null, sourceTypes: null }, { text: { 'main.title': null } }])
      expect(text(await consent(options)), JSON.stringify(options)).to.include('What happens when you connect Xero');
    const subtitle = { 'accounting.consents.subtitle': null };
    await consent({ text: subtitle, sourceTypes: { accounting: { allowedIntegrations: null } } });
    expect(terms()).to.deep.equal([]);
  });

  it('lose the signs of Markdown and no others', () => {
    const given = '**Two**, _one_ and __two__, `code`, a_b_c, 2 * 3 * 4, _ab_c and [all](https://a.example/x_y_z).';
    expect(textsOf({ 'main.title': given })).to.deep.equal({
      'connect.title': 'Two, one and two, code, a_b_c, 2 * 3 * 4, _ab_c and all.',
    });
  });
});
