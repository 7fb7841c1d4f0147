/** The checklists, held to what the widget and the proxy go by. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platformFacts, platformHeads } from '../../scripts/platform-facts.ts';
import { platformKeys, platforms } from '../../src/contract/platforms.ts';
import { inThePortal } from '../../src/commands/doctor/portal.ts';
import { readText, tableBelow } from '../../scripts/guide-tables.ts';

const page = await readText('docs/checklists.md');

test('the table of facts is that of the platforms: node scripts/platform-facts.ts writes it', () => {
  assert.deepEqual(tableBelow(page, 'Facts'), platformFacts());
  const [, heads = ''] = /\n## Facts\n\n\|(.*)\|\n/.exec(page) ?? [];
  assert.deepEqual(
    heads.split('|').map((cell) => cell.trim()),
    platformHeads(),
  );
});

test('every software has its checklist, and says what the table cannot', () => {
  const headings = new Set([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading));
  for (const key of platformKeys) assert.ok(headings.has(platforms[key].name), platforms[key].name);
  for (const section of page
    .split('\n## ')
    .slice(1)
    .filter((text) => !text.startsWith('Facts')))
    assert.ok((section.match(/^- \[ \] /gm) ?? []).length >= 3, section.split('\n')[0]);
});

test('what doctor says of the portal is on the list for all', () => {
  const [first] = inThePortal;
  assert.ok(page.includes(first.replace(/\.$/, '')), first);
});
