import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNode } from '../../../src/sandbox/runtime.ts';

test('a Node that would fail in the middle of an answer is named at once', () => {
  for (const version of ['18.20.4', '20.20.2', '22.12.0'])
    assert.throws(() => checkNode(version), new RegExp(`sandbox needs Node 22\\.13 or newer; this is ${version}`));
  for (const version of ['22.13.0', '24.0.0', process.versions.node]) checkNode(version);
});
