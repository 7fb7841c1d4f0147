import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { test } from 'node:test';
import type * as ReactNow from 'react';
import type * as ServerNow from 'react-dom/server';
import type * as Wrappers from '../../../src/frameworks/react.ts';

// What is asked for with `?react=18` has that version.
registerHooks({
  resolve: (specifier, context, next) => {
    const eighteen = context.parentURL?.includes('react=18') || context.parentURL?.includes('react-dom-18');
    return next(specifier === 'react' && eighteen ? 'react-18' : specifier, context);
  },
});

for (const [version, name] of [
  ['18', 'react-dom-18'],
  ['19', 'react-dom'],
] as const)
  test(`React ${version} on a server draws the tag, without an element and without a word on the console`, async (t) => {
    const { BankFeedSetup }: typeof Wrappers = await import(`../../../src/frameworks/react.ts?react=${version}`);
    const { renderToString }: typeof ServerNow = await import(`${name}/server`);
    const react: typeof ReactNow = await import(version === '18' ? 'react-18' : 'react');
    assert.equal(react.version.split('.')[0], version);
    const error = t.mock.method(console, 'error', () => undefined);
    const props = {
      endpoint: '/feeds',
      id: 'one',
      className: 'wide',
      getToken: () => 'token',
      onBankFeedClose: () => 1,
    };
    const html = renderToString(react.createElement(BankFeedSetup, props, 'Loading'));
    assert.equal(html, '<bank-feed-setup id="one" class="wide">Loading</bank-feed-setup>');
    assert.deepEqual(
      error.mock.calls.map(({ arguments: words }) => words),
      [],
    );
  });
