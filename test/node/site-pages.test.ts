/** What would keep the guides from becoming a site is told here already, and not at its next build. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deadLinks } from '../../scripts/links.ts';
import { faultsOf, siteFaults } from '../../scripts/site/pages.ts';

test('every guide is in the contents of the site, and no link of it is dead', async () => {
  assert.deepEqual(await siteFaults(), []);
});

test('a guide that is nowhere, and one that is no guide, are told', () => {
  const told = faultsOf(new Map([['docs/another.md', '# Another']]));
  assert.ok(told.includes('docs/another.md is not in the contents'));
  assert.ok(told.includes('docs/push.md is in the contents, and nowhere else'));
});

test('a link to a missing file, and one to a missing heading, is dead', () => {
  const texts = new Map([
    [
      'docs/one.md',
      '# One\n\n[two](two.md#two-and-a-half) [self](#one) [image](images/one.png) [out](https://codat.io/)',
    ],
    ['docs/two.md', '# Two\n\n## Two, and a half\n\n[back](../README.md)'],
  ]);
  assert.deepEqual(
    deadLinks(texts, (path) => path === 'docs/images/one.png'),
    ['  docs/two.md: ](../README.md)'],
  );
  texts.set('docs/two.md', '# Two');
  assert.deepEqual(
    deadLinks(texts, () => false),
    ['  docs/one.md: ](two.md#two-and-a-half)', '  docs/one.md: ](images/one.png)'],
  );
});
