import { expect } from '@open-wc/testing';
import { render } from 'lit';
import { AnnounceController } from '../../../src/elements/controllers/announce.ts';

const { setTimeout: usualTimeout } = globalThis;

/** An announcer whose moments the test passes by itself. */
const stage = () => {
  const moments = new Map<number, () => void>();
  Object.assign(globalThis, { setTimeout: (work: () => void, wait: number) => moments.set(wait, work) });
  const place = document.createElement('div');
  let language = 'en';
  const host = {
    addController() {},
    removeController() {},
    requestUpdate: () => render(announcer.template(language), place),
    updateComplete: Promise.resolve(true),
  };
  const announcer = new AnnounceController(host);
  host.requestUpdate();
  return {
    announcer,
    said: () => place.textContent?.trim(),
    pass: (wait = 100) => moments.get(wait)?.(),
    speak: (to: string) => {
      language = to;
      host.requestUpdate();
    },
  };
};

describe('what is announced', () => {
  afterEach(() => {
    Object.assign(globalThis, { setTimeout: usualTimeout });
  });

  it('is said together, and is gone after a while', () => {
    const { announcer, said, pass } = stage();
    announcer.say('One.');
    announcer.say('Two.');
    expect(said()).to.equal('');
    pass();
    expect(said()).to.equal('One. Two.');
    pass(5_000);
    expect(said()).to.equal('');
  });

  it('does not stay in a language that was left', () => {
    const { announcer, said, pass, speak } = stage();
    announcer.say('One.');
    pass();
    speak('en');
    expect(said()).to.equal('One.');
    announcer.say('Two.');
    speak('fr');
    expect(said()).to.equal('');
    pass();
    expect(said()).to.equal('');
    announcer.say('Trois.');
    pass();
    expect(said()).to.equal('Trois.');
  });
});
