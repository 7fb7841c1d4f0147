/** What would keep the guides from becoming a site is told here already, and not at its next build. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deadLinks } from '../../scripts/links.ts';
import { faultsOf, siteFaults, sitePages } from '../../scripts/site/pages.ts';
import { sectionPages } from '../../scripts/site/section-pages.ts';
import { platformKeys } from '../../src/contract/platforms.ts';

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

const split = {
  guide: 'docs/a.md',
  folder: 'a',
  shared: ['Facts'],
  alone: ['Else'],
  title: (section: string) => `About ${section}`,
};
const guide = `# All

Read this.

## Facts

| | One | The other |
| --- | --- | --- |
| size | small | [large](#one) |

And more.

## One

- [ ] Do one.

## The other

Do the other.

## Else

Nothing.
`;

test('a section for one reader is a page with what is for all in front, and of the table its own column', () => {
  const [one, other, ...none] = sectionPages(split, guide);
  assert.deepEqual(none, []);
  assert.equal(one?.path, 'a/one.html');
  assert.equal(
    one?.text.replaceAll(/ +/g, ' '),
    '# About One\n\nRead this.\n\n## Facts\n\n| | One |\n| --- | --- |\n| size | small |\n\nAnd more.\n\n## One\n\n- [ ] Do one.\n\n',
  );
  assert.equal(other?.path, 'a/the-other.html');
  assert.match(other?.text ?? '', /\| size +\| \[large\]\(#one\) +\|/);
  assert.throws(() => sectionPages({ ...split, alone: ['Nobody'] }, guide), /docs\/a\.md has no section "Nobody"/);
});

test('each software and each framework has a page of its own, whose links lead there from where it is', async () => {
  const pages = await sitePages();
  const xero = pages.get('checklists/xero.html') ?? '';
  assert.match(xero, /<h1 id="a-checklist-for-xero">/);
  assert.match(xero, /365 days, older is refused/);
  assert.match(xero, /href="\.\.\/push\.html"/);
  assert.doesNotMatch(xero, /7 days, older is ignored/);
  const checklists = [...pages.keys()].filter((path) => path.startsWith('checklists/'));
  assert.equal(checklists.length, platformKeys.length);
  const react = pages.get('quick-start/react-19.html') ?? '';
  assert.match(react, /export const getToken: GetToken/);
  assert.match(react, /href="\.\.\/index\.html#embed-it-in-five-minutes"/);
  assert.doesNotMatch(react, /vue-tsc/);
});
