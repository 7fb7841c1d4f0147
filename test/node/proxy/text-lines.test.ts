import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/fast-check.ts';
import { createLineReader, type TextLine } from '../../../src/proxy/text-lines.ts';

const read = (parts: readonly Uint8Array[], mostBytes = 100): TextLine[] => {
  const reader = createLineReader(mostBytes);
  return [...parts.flatMap((part) => reader.push(part)), ...reader.end()];
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('lines of a text', () => {
  it('are numbered from 1, the last one with or without its end', () => {
    const expected = [
      { number: 1, text: 'a' },
      { number: 2, text: '' },
      { number: 3, text: 'b\r' },
    ];
    assert.deepEqual(read([bytes('a\n\nb\r\n')]), expected);
    assert.deepEqual(read([bytes('a\n\nb\r')]), expected);
    assert.deepEqual(read([]), []);
  });

  it('that are too long or no UTF-8 are named, and those after them are whole', () => {
    const faults = read([bytes(`${'x'.repeat(101)}\nfine\n`), Uint8Array.of(0x22, 0xff, 0x22, 0x0a), bytes('too')]);
    assert.deepEqual(faults, [
      { number: 1, text: '', fault: 'too_long' },
      { number: 2, text: 'fine' },
      { number: 3, text: '', fault: 'not_utf8' },
      { number: 4, text: 'too' },
    ]);
  });

  it('are not kept where they are too long', () => {
    const reader = createLineReader(1000);
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 100; n += 1) assert.deepEqual(reader.push(new Uint8Array(1_000_000)), []);
    assert.ok(process.memoryUsage().arrayBuffers - before < 100_000_000);
    assert.deepEqual(reader.push(bytes('\nnext\n')), [
      { number: 1, text: '', fault: 'too_long' },
      { number: 2, text: 'next' },
    ]);
  });

  it('are the same however the bytes are cut', () => {
    const line = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll(/\n|^\ufeff/g, ' '));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.array(fc.nat(20)), (texts, cuts) => {
        const whole = bytes(texts.join('\n'));
        const parts: Uint8Array[] = [];
        let at = 0;
        for (const length of cuts) {
          parts.push(whole.subarray(at, at + length));
          at += length;
        }
        parts.push(whole.subarray(at));
        const last = texts.at(-1) === '' ? texts.slice(0, -1) : texts;
        assert.deepEqual(
          read(parts).map(({ text }) => text),
          last.map((text) => text.toWellFormed()),
        );
      }),
    );
  });
});
