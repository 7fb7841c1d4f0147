/** The guide to the elements, held to what the comments on their classes say, and those to the code. */
import assert from 'node:assert/strict';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { codesIn, readText, tableBelow } from '../../scripts/guide-tables.ts';
import { compileBeside } from '../support/compile.ts';
import { elementDocs, pathsOf, type DocTag } from './support/element-docs.ts';

const guide = await readText('docs/elements.md');
const elements = await elementDocs();
const inCamelCase = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const sorted = (names: Iterable<unknown>): string[] => Array.from(names, String).toSorted();

/** The elements that a cell means. */
const meant = (cell: string): string[] =>
  cell.startsWith('all')
    ? elements.map(({ name }) => name).filter((name) => cell === 'all' || name !== 'provider')
    : cell.split(', ');

const pairs = (rows: Iterable<readonly [element: string, name: string]>): string[] =>
  [...rows].map(([element, name]) => `${element}: ${name}`).toSorted();

/** Of a table whose first two cells are a name and the elements that have it. */
const listed = (heading: string, want: (name: string) => boolean = () => true): string[] =>
  pairs(
    tableBelow(guide, heading).flatMap(([first = '', of = '']) => {
      const name = codesIn(first)[0] ?? '';
      return want(name) ? meant(of).map((element) => [element, name] as const) : [];
    }),
  );

const documented = (tag: DocTag): string[] =>
  pairs(elements.flatMap(({ name, names }) => names[tag].map((each) => [name, each] as const)));

/** An element's file, and those it imports, with their texts. */
const reachable = async (path: string, found = new Map<string, string>()): Promise<Map<string, string>> => {
  if (found.has(path) || !path.startsWith('src/elements/')) return found;
  const source = await readText(path);
  found.set(path, source);
  for (const [, to = ''] of source.matchAll(/from '(\.[^']+)'/g)) await reachable(join(dirname(path), to), found);
  return found;
};

test('every attribute, slot and event of every element is in the guide, and no other', () => {
  assert.equal(elements.length, 6);
  assert.deepEqual(listed('Attributes'), documented('attr'));
  assert.deepEqual(listed('Slots'), documented('slot'));
  assert.deepEqual(listed('Events'), documented('fires'));
});

test('so is every property, and the methods are there', () => {
  const isMethod = (name: string): boolean => name.endsWith('()');
  assert.deepEqual(
    listed('Properties and methods', (name) => !isMethod(name)),
    documented('prop'),
  );
  const known = elements.map(({ source }) => source).join('');
  for (const [first = ''] of tableBelow(guide, 'Properties and methods'))
    for (const name of codesIn(first).filter(isMethod))
      assert.match(`${known} override focus(): void, refresh(): void`, new RegExp(`\\b${name.slice(0, -2)}\\(\\)`));
});

test('so is every part', () => {
  const rows = tableBelow(guide, 'Parts').flatMap(([of = '', parts = '']) =>
    meant(of).flatMap((element) => codesIn(parts).map((part) => [element, part] as const)),
  );
  assert.deepEqual(pairs(rows), documented('csspart'));
});

test('so are the states', async () => {
  const [, type = ''] = /type ElementState = (.*);/.exec(await readText('src/elements/events/state-change.ts')) ?? [];
  const states = tableBelow(guide, 'States').flatMap(([first = '']) => codesIn(first));
  assert.deepEqual(states.toSorted(), type.replaceAll("'", '').split(' | ').toSorted());
});

test('events have the fields that the guide names', async () => {
  const fields = new Map<string, string[]>();
  for (const path of await pathsOf('src/elements/events/*.ts')) {
    const source = await readText(path);
    const [, name = ''] = /super\('([a-z-]+)'/.exec(source) ?? [];
    fields.set(
      name,
      [...source.matchAll(/^ {2}readonly (\w+):/gm)].map(([, field = '']) => field),
    );
  }
  const inGuide = tableBelow(guide, 'Events').map(
    ([name = '', , all = '']) => [codesIn(name)[0] ?? '', codesIn(all)] as const,
  );
  assert.deepEqual(new Map(inGuide), fields);
});

test('what the comments name is what the classes have', async () => {
  const classes: Readonly<Record<string, unknown>> = await import('bank-feed-elements');
  for (const { name, path, names } of elements) {
    const found = classes[`BankFeed${name[0]?.toUpperCase()}${name.slice(1)}`];
    assert.ok(typeof found === 'function' && 'observedAttributes' in found && 'elementProperties' in found);
    assert.deepEqual(sorted(names.attr), sorted([found.observedAttributes].flat()), name);
    assert.ok(found.elementProperties instanceof Map);
    const inner = ({ state }: { readonly state?: boolean }): boolean => state === true;
    const properties = [...found.elementProperties].flatMap(([key, options]) => (inner(options) ? [] : [key]));
    const told = [...names.attr.map(inCamelCase), ...names.prop.filter((key) => key !== 'state')];
    assert.deepEqual(sorted(properties), sorted(told), name);

    // The set-up hands on what the elements inside fire.
    if (name === 'setup' || name === 'provider') continue;
    const sources = [...(await reachable(path)).values()].join('');
    const fired = new Set([...sources.matchAll(/new (BankFeed\w+)Event\(/g)].map(([, event]) => event));
    assert.deepEqual(sorted(fired), sorted(names.fires.map((event) => inCamelCase(`-${event}`))), name);
  }
});

test('the languages of the guide are those at hand', async () => {
  const [, list = ''] = /Portuguese and Arabic \(([^)]*)\)/.exec(guide.replaceAll('\n', ' ')) ?? [];
  const there = (await pathsOf('src/locales/*.ts')).map((path) => basename(path, '.ts'));
  assert.deepEqual(codesIn(list).toSorted(), there.toSorted());
});

test('the pages in the texts use elements and attributes that exist', async () => {
  const known = new Map(elements.map(({ name, names }) => [`bank-feed-${name}`, names.attr]));
  const global = /^(id|class|slot|lang|dir|data-.+)$/;
  for (const page of [guide, await readText('README.md')])
    for (const [, html = ''] of page.matchAll(/```html\n([\s\S]*?)```/g))
      for (const [, tag = '', rest = ''] of html.matchAll(/<(bank-feed-[\w-]+)([^>]*)>/g)) {
        const attributes = known.get(tag);
        assert.ok(attributes, tag);
        for (const [, name = ''] of rest.matchAll(/([\w-]+)(?:="[^"]*")?/g))
          assert.ok(global.test(name) || attributes.includes(name), `${tag} ${name}`);
      }
});

test('the scripts of the guide compile', async (t) => {
  const scripts = [...guide.matchAll(/```(js|ts)\n([\s\S]*?)```/g)];
  assert.ok(scripts.length >= 7);
  const files = scripts.map(
    ([, language = '', code = ''], index) => [`${index}.${language}`, `import 'bank-feed-elements';\n${code}`] as const,
  );
  // On a page whose elements are there, as the guide shows them.
  const there = { allowJs: true, checkJs: true, strictNullChecks: false, exactOptionalPropertyTypes: false };
  await compileBeside(t, 'elements-guide', files, { compilerOptions: there });
});
