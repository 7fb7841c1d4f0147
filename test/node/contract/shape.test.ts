import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  fitting,
  list,
  Misfit,
  nullable,
  number,
  object,
  oneOf,
  open,
  optional,
  text,
  trimmed,
  type Shape,
} from '../../../src/contract/shape.ts';

const row = object({
  id: text(),
  day: optional(text(/^\d{4}$/, 'a year')),
  parts: list(object({ lines: number }), 0, 2),
});

const misfit = (shape: Shape<unknown>, value: unknown): string => {
  try {
    shape.parse(value);
  } catch (error) {
    assert(error instanceof Misfit);
    return `${error.path.join('.')}: ${error.message}`;
  }
  return 'fits';
};

test('what fits is copied, without what nobody named', () => {
  const value = { id: 'a', parts: [{ lines: 1, more: 2 }], later: true, ['__proto__']: null };
  const read = row.parse(value);
  assert.deepEqual(read, { id: 'a', parts: [{ lines: 1 }] });
  assert.deepEqual(Object.keys(read), ['id', 'parts']);
  // As types, too: what may be left out may be left out.
  const typed: { id: string; day?: string | undefined; parts: { lines: number }[] } = read;
  assert.equal(typed.day, undefined);
});

test('what does not fit is named by its place', () => {
  assert.equal(misfit(row, null), ': expected an object');
  assert.equal(misfit(row, { parts: [] }), 'id: expected a string');
  assert.equal(misfit(row, { id: 'a', day: '99', parts: [] }), 'day: expected a year');
  assert.equal(misfit(row, { id: 'a', day: null, parts: [] }), 'day: expected a year');
  assert.equal(misfit(row, { id: 'a', parts: {} }), 'parts: expected a list');
  assert.equal(misfit(row, { id: 'a', parts: [{ lines: 1 }, { lines: '1' }] }), 'parts.1.lines: expected a number');
  assert.equal(misfit(row, { id: 'a', parts: [1, 2, 3] }), 'parts: expected 0 to 2 items');
  assert.equal(misfit(number, Number.NaN), ': expected a number');
});

test('words are open to a newer proxy, or closed', () => {
  assert.equal(open(['a', 'b']).parse('b'), 'b');
  assert.equal(open(['a', 'b']).parse('constructor'), 'unknown');
  assert.equal(misfit(open(['a']), 1), ': expected a string');
  assert.equal(oneOf(['a', 'b']).parse('a'), 'a');
  assert.equal(misfit(oneOf(['a', 'b']), 'c'), ': expected one of a, b');
});

test('a text is trimmed and has an end', () => {
  assert.equal(trimmed(3).parse(' abc '), 'abc');
  assert.equal(misfit(trimmed(3), '   '), ': expected 1 to 3 characters');
  assert.equal(misfit(trimmed(3), 'abcd'), ': expected 1 to 3 characters');
});

test('null is a value only where it was named', () => {
  assert.equal(nullable(text()).parse(null), null);
  assert.equal(misfit(nullable(text()), undefined), ': expected a string');
  assert.equal(misfit(optional(text()), null), ': expected a string');
});

test('only a misfit is taken for one', () => {
  assert.equal(fitting(text(), 1), undefined);
  assert.equal(fitting(text(), 'a'), 'a');
  const broken: Shape<never> = {
    parse() {
      throw new RangeError('broken');
    },
  };
  assert.throws(() => fitting(broken, 1), RangeError);
});
