import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/fast-check.ts';
import { FileError, fileLines } from '../../../src/commands/array-lines.ts';

async function* cut(text: string, cuts: readonly number[] = []): AsyncGenerator<Buffer> {
  const whole = Buffer.from(text);
  let at = 0;
  for (const length of cuts) {
    yield whole.subarray(at, at + length);
    at += length;
  }
  yield whole.subarray(at);
}
const read = async (text: string, cuts?: readonly number[]) => {
  const { form, lines } = await fileLines(cut(text, cuts));
  const parts: Uint8Array[] = [];
  for await (const part of lines) parts.push(part);
  return { form, text: Buffer.concat(parts).toString() };
};
const values = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line));

describe('a file of transactions', () => {
  it('with one on each line is passed on as it is, without a byte order mark', async () => {
    for (const text of ['', '{"a":1}\n{"b":2}', '\n\n{"a":[1,2]}\n', 'no JSON'])
      assert.deepEqual(await read(text), { form: 'lines', text });
    assert.deepEqual(await read('\ufeff{"a":1}'), { form: 'lines', text: '{"a":1}' });
  });

  it('that is one array has its items on lines, digit for digit', async () => {
    const { form, text } = await read('\ufeff [\r\n {"amount":\n 1.10, "a": [1,\n{"b":"],[\\"\\\\"}]},\n{"c":2}\n]\n');
    assert.equal(form, 'array');
    assert.match(text, /"amount":\s+1\.10,/);
    assert.deepEqual(values(text), [{ amount: 1.1, a: [1, { b: '],["\\' }] }, { c: 2 }]);
    assert.deepEqual(values((await read('[]')).text), []);
  });

  it('that is an array without its end, or with something behind it, is said to be so', async () => {
    for (const text of ['[', '[{"a":1}', '[{"a":"]', '[1}', '[1] 2', '[1][2]'])
      await assert.rejects(read(text), FileError);
  });

  it('comes out as it went in, however it is cut and laid out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())),
        fc.array(fc.nat(9)),
        fc.constantFrom(undefined, 1, '\t'),
        async (items, cuts, indent) => {
          const json = JSON.stringify(items, undefined, indent);
          const { form, text } = await read(json, cuts);
          assert.equal(form, 'array');
          assert.deepEqual(values(text), JSON.parse(json));
        },
      ),
    );
  });
});
