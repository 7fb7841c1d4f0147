import { test } from 'node:test';
import { compileBeside } from '../../support/compile.ts';

const names = ['provider', 'connect', 'accounts', 'mapping', 'status', 'setup'];

test('a page that imports one element has its class, the types of its tag and of its events', async (t) => {
  // A program each, as types of one reach all its files.
  await Promise.all(
    names.map(async (name) => {
      const tag = `BankFeed${name[0]?.toUpperCase()}${name.slice(1)}`;
      const page = `import { ${tag} } from 'bank-feed-elements/${name}';
        const element: ${tag} = document.createElement('bank-feed-${name}');
        element.getToken = () => null;
        element.addEventListener('bank-feed-error', ({ code }) => code === 'network');
        document.addEventListener('bank-feed-connected', ({ connectionId }) => connectionId.length);
        export class Own extends ${tag} {}`;
      await compileBeside(t, `single-entries-${name}`, [['page.ts', page]]);
    }),
  );
});

test('a page that imports the script-tag file as a module has the same', async (t) => {
  await compileBeside(t, 'script-tag-module', [
    [
      'page.ts',
      `import { setLocaleLoader, BankFeedSetup } from 'bank-feed-elements/bank-feed-elements.js';
        setLocaleLoader('it', () => Promise.resolve({ 'connect.title': 'Software' }));
        const setup: BankFeedSetup = document.createElement('bank-feed-setup');
        setup.closable = true;`,
    ],
  ]);
});
