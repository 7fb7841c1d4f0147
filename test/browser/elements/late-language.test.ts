import { expect } from '@open-wc/testing';
import { setLocaleLoader } from '../../../src/elements/index.ts';
import { find, words } from './support/deep.ts';
import type { HostApi } from './support/host-api.ts';
import { leftForSoftware, linked } from './support/situations.ts';
import {
  accessible,
  clear,
  listen,
  place,
  reached,
  root,
  said,
  settled,
  show,
  tags,
  text,
  until,
  type Tag,
} from './support/stage.ts';

type Words = Awaited<ReturnType<Parameters<typeof setLocaleLoader>[1]>>;

const named = (title: string): Words => ({ 'connect.title': title });

/** A language whose file comes, or does not, when the test says so. */
const gated = (language: string) => {
  const { promise, resolve, reject } = Promise.withResolvers<Words>();
  const asked = Promise.withResolvers<void>();
  setLocaleLoader(language, () => {
    asked.resolve();
    return promise;
  });
  return { come: resolve, fail: reject, asked: asked.promise };
};

/** With all that an element draws before its data is there. */
const put = (tag: Tag, api: HostApi) => {
  const element = place(tag, api);
  element.toggleAttribute('closable', tag === 'bank-feed-setup');
  return element;
};

/** All that follows from what has come is done. */
const calm = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

beforeEach(clear);
afterEach(clear);

describe('a language that comes after the page has named another loader', () => {
  it('does not take the place of the page’s own', async () => {
    const first = gated('sv');
    document.documentElement.lang = 'sv';
    const element = place('bank-feed-connect', linked());
    await first.asked;
    setLocaleLoader('sv', async () => named('Sidans'));
    await until(() => text(element).startsWith('Sidans'));
    first.come(named('Paketets'));
    await calm();
    expect(text(element)).to.match(/^Sidans/);
    expect(text(await show('bank-feed-connect', linked()))).to.match(/^Sidans/);
  });

  it('does not, where it is the one behind another that is still on its way', async () => {
    setLocaleLoader('da', async () => named('Pakkens'));
    const { promise, resolve } = Promise.withResolvers<Words>();
    let asked = 0;
    setLocaleLoader('da-GL', () => (++asked === 1 ? promise : Promise.resolve({})));
    document.documentElement.lang = 'da-GL';
    const element = place('bank-feed-connect', linked());
    await until(() => asked === 1);
    await calm();
    setLocaleLoader('da', async () => named('Sidens'));
    await until(() => text(element).startsWith('Sidens'));
    resolve({});
    await calm();
    expect(text(element)).to.match(/^Sidens/);
  });

  it('does not, where it is behind and still on its way itself', async () => {
    const behind = gated('nn');
    setLocaleLoader('nn-SJ', async () => ({}));
    document.documentElement.lang = 'nn-SJ';
    const element = place('bank-feed-connect', linked());
    await behind.asked;
    setLocaleLoader('nn', async () => named('Sidas'));
    await until(() => text(element).startsWith('Sidas'));
    behind.come(named('Pakkas'));
    await calm();
    expect(text(await show('bank-feed-connect', linked()))).to.match(/^Sidas/);
  });

  it('does not, where English is behind it', async () => {
    const first = gated('et');
    document.documentElement.lang = 'et';
    const element = place('bank-feed-connect', linked());
    await first.asked;
    const { en } = await import('../../../src/locales/en.ts');
    setLocaleLoader('en', async () => ({ ...en, ...named('Our books') }));
    first.come({});
    await until(() => text(element).startsWith('Our books'));
    setLocaleLoader('en', async () => en);
    await until(() => text(element).startsWith('Accounting software'));
  });

  it('is no fault when it fails', async () => {
    const errors = listen(document, 'bank-feed-error');
    const first = gated('fi');
    document.documentElement.lang = 'fi';
    const element = place('bank-feed-connect', linked());
    await first.asked;
    setLocaleLoader('fi', async () => named('Sivun'));
    first.fail(new TypeError('404 for fi.js'));
    await until(() => text(element).startsWith('Sivun'));
    await calm();
    expect(errors).to.have.length(0);
  });
});

describe('a language that does not come', () => {
  it('is told by an element that is on the page, and ends as what went wrong does', async () => {
    const errors = listen(document, 'bank-feed-error');
    const missing = gated('lv');
    document.documentElement.lang = 'lv';
    const element = place('bank-feed-connect', linked());
    await missing.asked;
    element.remove();
    missing.fail(new Error('lv.js is not there, or not the file of this version.'));
    await calm();
    document.documentElement.lang = 'en-GB';
    await show('bank-feed-connect', linked());
    expect(errors).to.have.length(1);
    expect(errors[0])
      .to.have.property('message')
      .that.matches(/[^.]\.$/)
      .and.not.includes('..');
  });
});

describe('a language whose file does not answer', () => {
  const { setTimeout: usual, clearTimeout: usualClear } = globalThis;
  const waits = new Map<number, () => void>();
  let ids = 1_000_000;
  /** The time a file has is over. */
  const pass = (): void => {
    const due = [...waits.values()];
    waits.clear();
    for (const work of due) work();
  };
  beforeEach(() => {
    waits.clear();
    const timed = (work: () => void, ms?: number) => {
      if (ms !== 10_000) return usual(work, ms);
      waits.set((ids += 1), work);
      return ids;
    };
    const clearTimeout = (id?: number) => (waits.delete(id ?? 0) ? undefined : usualClear(id));
    Object.assign(globalThis, { setTimeout: timed, clearTimeout });
  });
  afterEach(() => void Object.assign(globalThis, { setTimeout: usual, clearTimeout: usualClear }));

  it('is waited for so long and no longer, and takes over where it comes after all', async () => {
    const errors = listen(document, 'bank-feed-error');
    const { promise, resolve } = Promise.withResolvers<Words>();
    let asked = 0;
    setLocaleLoader('lt', () => {
      asked += 1;
      return promise;
    });
    document.documentElement.lang = 'lt';
    const element = place('bank-feed-setup', linked());
    await until(() => asked === 1);
    await settled(element);
    expect(element.state).to.equal('loading');
    pass();
    await reached(element, 'ready');
    // Whoever comes later waits no more: the elements inside, and others.
    await until(() => words(element) !== '' && !find(element, '.bone'));
    const other = await show('bank-feed-connect', linked());
    expect(text(other)).to.match(/^Accounting software/);
    expect(root(other).querySelector('section')?.lang).to.equal('en');
    expect(errors.map((error) => Reflect.get(error, 'message')).join()).to.include('"lt" could not be loaded');
    expect(waits.size).to.equal(0);
    resolve(named('Apskaita'));
    await until(() => text(other).startsWith('Apskaita'));
    expect(root(other).querySelector('section')?.lang).to.equal('lt');
    expect([asked, errors.length]).to.deep.equal([1, 1]);
  });

  it('is asked for again once it has failed', async () => {
    const failing = Promise.withResolvers<Words>();
    const answers = [failing.promise, Promise.resolve(named('Hugbúnaður'))];
    setLocaleLoader('fo', () => answers.shift() ?? failing.promise);
    document.documentElement.lang = 'fo';
    const element = place('bank-feed-connect', linked());
    await until(() => waits.size > 0);
    pass();
    await reached(element, 'ready');
    failing.reject(new Error('fo.js is not there.'));
    await calm();
    expect(text(await show('bank-feed-connect', linked()))).to.match(/^Hugbúnaður/);
  });

  it('does not leave what stands before it without it', async () => {
    const base = gated('lb');
    setLocaleLoader('lb-LU', async () => ({ 'connect.go': 'Mat {platform} verbannen' }));
    document.documentElement.lang = 'lb-LU';
    const element = place('bank-feed-connect', linked());
    await base.asked;
    await until(() => waits.size === 1);
    pass();
    await until(() => text(element).startsWith('Accounting software'));
    base.come(named('Comptabilitéit'));
    await until(() => text(element).startsWith('Comptabilitéit'));
  });
});

describe('a language behind another one that fails', () => {
  it('is asked for again by whoever comes later', async () => {
    const answers = [Promise.reject(new Error('ga.js is not there.')), Promise.resolve(named('Bogearraí'))];
    setLocaleLoader('ga', () => answers.shift() ?? Promise.resolve({}));
    setLocaleLoader('ga-GB', async () => ({}));
    document.documentElement.lang = 'ga-GB';
    expect(text(await show('bank-feed-connect', linked()))).to.match(/^Accounting software/);
    expect(text(await show('bank-feed-connect', linked()))).to.match(/^Bogearraí/);
  });
});

for (const tag of tags) {
  describe(`<${tag}> whose language is on its way`, () => {
    it('keeps its shape, says nothing and is not ready', async () => {
      const language = gated('is');
      document.documentElement.lang = 'is';
      const api = linked();
      const answer = api.hold('state');
      const element = put(tag, api);
      const changes = listen(element, 'bank-feed-state-change');
      await language.asked;
      await reached(element, 'loading');
      await settled(element);
      expect(element.offsetHeight).to.be.greaterThan(70);
      expect(words(element)).to.equal('');
      const section = () => root(element).querySelector('section');
      expect(section()?.ariaBusy).to.equal('true');
      expect(section()?.lang).to.equal('');
      await accessible(element);

      answer();
      await until(() => api.count('state') === 1);
      await calm();
      await settled(element);
      expect(element.state).to.equal('loading');
      expect(find(element, '.bone')).not.to.equal(undefined);
      expect(words(element)).to.equal('');

      language.come({});
      await reached(element, 'ready');
      await until(() => find(element, 'h2')?.textContent?.trim());
      expect(changes.map((change) => Reflect.get(change, 'state'))).to.deep.equal(['loading', 'ready']);
    });

    it('is as high as while its data is on its way', async () => {
      const language = gated('is');
      document.documentElement.lang = 'is';
      const api = linked();
      api.hold('state');
      const element = put(tag, api);
      await language.asked;
      await reached(element, 'loading');
      await settled(element);
      const height = element.offsetHeight;
      language.come({});
      await until(() => root(element).querySelector('section')?.lang === 'is');
      expect(element.offsetHeight).to.equal(height);
    });

    it('says what is wrong once it is there', async () => {
      const errors = listen(document, 'bank-feed-error');
      const language = gated('is');
      document.documentElement.lang = 'is';
      const api = linked();
      api.fail('state', 'upstream_unavailable');
      const element = place(tag, api);
      await until(() => errors.length > 0);
      await settled(element);
      expect(element.state).to.equal('loading');
      expect(find(element, '.bone')).not.to.equal(undefined);
      language.come({});
      await reached(element, 'error');
      expect(words(element)).to.include('does not answer as it should');
    });
  });
}

for (const tag of ['bank-feed-connect', 'bank-feed-setup'] as const)
  it(`is waited for by <${tag}> before it says that the customer comes back connected`, async () => {
    await leftForSoftware();

    const language = gated('is');
    document.documentElement.lang = 'is';
    const back = linked();
    const element = place(tag, back);
    const connected = listen(element, 'bank-feed-connected');
    await language.asked;
    await until(() => back.count('state') === 1);
    await calm();
    language.come({ 'connect.linked': '{platform} er tengt.' });
    await until(() => said(element) === 'Xero er tengt.');
    expect(connected).to.have.length(1);
    expect(connected[0]).to.include({ connectionId: 'c1', platform: 'xero' });
  });
