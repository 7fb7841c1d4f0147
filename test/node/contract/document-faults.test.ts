/** Examples that stand beside schemas, and the list of the document's own faults. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentFaults } from '../../contract/document-faults.ts';
import { countExamples, everyExample, schemaExamples } from '../../contract/examples.ts';
import { documented, unlessDocumented } from './documented.ts';

test('every example of the document is known by a name of its own', unlessDocumented, () => {
  assert.ok(documented);
  const names = everyExample(documented.document).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.equal(names.length, countExamples(documented.path));
});

test('each fault that is held against the document is one of its examples', unlessDocumented, () => {
  assert.ok(documented);
  const names = new Set(everyExample(documented.document).map(({ name }) => name));
  for (const name of Object.keys(documentFaults)) assert.ok(names.has(name), name);
});

test('an example beside a schema satisfies it', unlessDocumented, async (t) => {
  assert.ok(documented);
  const { document } = documented;
  for (const { name, schema, value } of schemaExamples(document))
    await t.test(name, () => {
      const faults = document.faults(schema, value);
      if (name in documentFaults) assert.notDeepEqual(faults, [], 'it is no longer a fault');
      else assert.deepEqual(faults, []);
    });
});
