/** What editors read of the elements, and what the frameworks' types say of them, held to the comments on the classes. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { elementEntries, writeManifest } from '../../../scripts/manifest.ts';
import { isBankFeedElement } from '../../../src/frameworks/vue.ts';
import { compileBeside } from '../../support/compile.ts';
import { elementDocs } from '../support/element-docs.ts';

const docs = await elementDocs();
const entries = await elementEntries();
const sorted = (names: Iterable<string>): string[] => [...names].toSorted();
const namesOf = (items: readonly { readonly name: string }[]): string[] => items.map(({ name }) => name);
const inCamelCase = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

test('the manifest has every attribute, property, event, slot and part, each with a word on it', () => {
  assert.deepEqual(sorted(entries.map(({ tagName }) => tagName)), sorted(docs.map(({ name }) => `bank-feed-${name}`)));
  for (const { name, names } of docs) {
    const entry = entries.find(({ tagName }) => tagName === `bank-feed-${name}`);
    assert.ok(entry);
    assert.deepEqual(sorted(namesOf(entry.attributes)), sorted(names.attr), name);
    const fields = entry.members.filter(({ kind }) => kind === 'field');
    const told = new Set([...names.attr.map(inCamelCase), ...names.prop]);
    assert.deepEqual(sorted(namesOf(fields)), sorted(told), name);
    assert.deepEqual(sorted(namesOf(entry.events)), sorted(names.fires), name);
    assert.deepEqual(sorted(namesOf(entry.cssParts)), sorted(names.csspart), name);
    const slots = namesOf(entry.slots).map((slot) => slot.replace(/^logo-\w+$/, 'logo-{platform}'));
    assert.deepEqual(sorted(new Set(slots)), sorted(names.slot), name);
    const { attributes, members, events, cssParts, cssProperties } = entry;
    for (const item of [attributes, members, events, entry.slots, cssParts, cssProperties].flat())
      assert.ok(item.description.length > 0, `${name}: ${item.name}`);
  }
  const methods = entries.flatMap(({ members }) => members.filter(({ kind }) => kind === 'method'));
  assert.deepEqual(sorted(new Set(namesOf(methods))), ['close', 'focus', 'refresh']);
});

test('nobody is sent to another element, or to a rule, for what a name means', () => {
  const described = entries.flatMap(({ attributes, members, slots }) => [...attributes, ...members, ...slots]);
  assert.deepEqual(
    described.map(({ description }) => description).filter((text) => /^As of|and so on|\{platform\}/.test(text)),
    [],
  );
  const setup = entries.find(({ tagName }) => tagName === 'bank-feed-setup');
  const said = (items: readonly { readonly name: string; readonly description: string }[] = [], name: string): string =>
    items.find((item) => item.name === name)?.description ?? '';
  assert.match(said(setup?.attributes, 'quickbooks-sign-in'), /user name and password for QuickBooks/);
  assert.match(said(setup?.members, 'quickbooksSignIn'), /user name and password for QuickBooks/);
  assert.match(said(setup?.slots, 'logo-netsuite'), /^Oracle NetSuite: a logo/);
});

test('a property that may be left out says so in its type', () => {
  for (const { tagName, members } of entries)
    for (const name of ['endpoint', 'getToken', 'api', 'texts'])
      assert.match(members.find((member) => member.name === name)?.type?.text ?? '', /\| undefined$/, tagName);
});

test('editors get it in their own words', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bank-feed-manifest-'));
  t.after(() => rm(folder, { recursive: true }));
  const { files } = await writeManifest(folder, '1.2.3');
  const [manifest, webTypes, html, css] = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8'))),
  );
  assert.equal(manifest.modules.length, 6);
  const setup = webTypes.contributions.html.elements.find(({ name }: { name: string }) => name === 'bank-feed-setup');
  assert.equal(webTypes.version, '1.2.3');
  assert.deepEqual(setup.attributes.find(({ name }: { name: string }) => name === 'quickbooks-sign-in').value, {
    type: "'here' | 'page'",
  });
  const tag = html.tags.find(({ name }: { name: string }) => name === 'bank-feed-setup');
  const attribute = (name: string): object => tag.attributes.find((each: { name: string }) => each.name === name);
  assert.deepEqual(Object.entries(attribute('quickbooks-sign-in')).at(-1), [
    'values',
    [{ name: 'here' }, { name: 'page' }],
  ]);
  assert.deepEqual(Object.entries(attribute('closable')).at(-1), ['valueSet', 'v']);
  assert.ok(namesOf(css.properties).includes('--bank-feed-accent'));
  assert.ok(namesOf(css.pseudoElements).includes('::part(primary-button)'));
  assert.ok(namesOf(css.pseudoClasses).includes(':state(loading)'));
});

test('the types of events and slots name what the comments name', async (t) => {
  const union = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(' | ') || 'never';
  const checks = entries.flatMap(({ tagName, events, slots }) => [
    // A provider hears all that comes from inside.
    tagName === 'bank-feed-provider'
      ? `Same<BankFeedEvents['${tagName}'], BankFeedEventName>`
      : `Same<BankFeedEvents['${tagName}'], ${union(namesOf(events))}>`,
    `Same<BankFeedSlots['${tagName}'], ${union(namesOf(slots).map((name) => name || 'default'))}>`,
  ]);
  const source = `import type { BankFeedEventName, BankFeedEvents, BankFeedSlots } from '../../src/frameworks/tags.ts';
    type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;
    export const all: [${checks.join(',\n')}] = [${checks.map(() => 'true').join(', ')}];`;
  await compileBeside(t, 'framework-types', [['checks.ts', source]]);
});

test('Vue is told which tags are elements', () => {
  assert.ok(docs.every(({ name }) => isBankFeedElement(`bank-feed-${name}`)));
  assert.ok(!isBankFeedElement('bank-feeds') && !isBankFeedElement('my-bank-feed-setup'));
});
