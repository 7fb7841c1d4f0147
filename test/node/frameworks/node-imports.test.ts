import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../../../scripts/guide-tables.ts';

test('what docs/browsers.md says leaves nothing behind in Node leaves nothing behind', async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  await import('../../../src/client/index.ts');
  await import('../../../src/frameworks/react.ts');
  await import('../../../src/frameworks/react-jsx.ts');
  await import('../../../src/frameworks/vue.ts');
  await import('../../../src/frameworks/codat-link.ts');
  assert.deepEqual(
    Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name)),
    [],
  );
  const [, named = ''] = /harmless\. ([^;]*) leave nothing/.exec(await readText('docs/browsers.md')) ?? [];
  assert.deepEqual(
    [...named.matchAll(/`(.+?)`/g)].map(([, entry]) => entry),
    ['client', 'react', 'react/jsx', 'vue', 'codat-link'],
  );
});
