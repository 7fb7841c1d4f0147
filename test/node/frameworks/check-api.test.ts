import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference } from '../../../scripts/check-api.ts';

test('a change of what the package offers is told by its place', () => {
  const before = ['<one> One\n  event a\n  slot x', '<two> Two\n  event a\n  slot x', 'class Gone {\n}'].join('\n\n');
  const now = ['<one> One\n  event a\n  slot x', '<two> Two\n  event a\n  slot y', 'class Come {\n}'].join('\n\n');
  assert.deepEqual(difference(`${before}\n`, `${now}\n`).split('\n'), [
    '    <two> Two',
    '  -   slot x',
    '  +   slot y',
    '  - class Gone {',
    '  + class Come {',
  ]);
  assert.equal(difference(now, now), '');
});
