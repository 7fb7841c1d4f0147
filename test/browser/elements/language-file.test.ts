import { expect } from '@open-wc/testing';
import { languageFile } from '../../../src/elements/script-tag/language-file.ts';

/** The files stand in `locales/` beside this address. */
const script = new URL('../support/script.js', import.meta.url).href;

const integrityOf = async (name: string): Promise<string> => {
  const response = await fetch(new URL(`locales/${name}.js`, script));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-384', await response.arrayBuffer()));
  return `sha384-${btoa(String.fromCharCode(...digest))}`;
};

const rejection = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'nothing', String);

const run = (): unknown => Reflect.get(globalThis, 'languageFilesRun');

describe('a language file beside the script', () => {
  before(() => void Reflect.deleteProperty(globalThis, 'languageFilesRun'));

  it('does not run where it is not the one the script was built with', async () => {
    const other = await integrityOf('as-built');
    expect(await rejection(languageFile(script, 'tampered', other)())).to.contain('not the file of this version');
    // A browser keeps what became of a module: neither is it there for somebody else.
    expect(await rejection(languageFile(script, 'tampered', other)())).to.contain('not the file of this version');
    expect(run()).to.equal(undefined);
  });

  it('that is missing is told by its address', async () => {
    const { href } = new URL('locales/nobody.js', script);
    expect(await rejection(languageFile(script, 'nobody', await integrityOf('as-built'))())).to.contain(href);
  });

  it('loads once, and leaves nothing in the document', async () => {
    const scripts = document.scripts.length;
    const load = languageFile(script, 'as-built', await integrityOf('as-built'));
    expect(await load()).to.deep.equal({ 'state.connected': 'Collegato' });
    expect(await load()).to.deep.equal({ 'state.connected': 'Collegato' });
    expect(run()).to.deep.equal(['as-built']);
    expect(document.scripts).to.have.length(scripts);
  });
});
