import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/fast-check.ts';
import {
  JsonError,
  moneyMembers,
  parseJson,
  parseJsonAsWritten,
  stringifyJson,
} from '../../../src/codat/schemas/json.ts';

const faultOf = (text: string): string => {
  try {
    parseJson(text);
  } catch (error) {
    assert.ok(error instanceof JsonError);
    assert.equal(error.message.includes('1e400') || error.message.includes('secret'), false);
    return error.code;
  }
  return 'none';
};

describe('parseJson', () => {
  it('reads money digit for digit', () => {
    const text = '{"amount": 1.10, "balance" : -9007199254740993.010 ,"sourceBalance":0, "overdraftLimit":-0.0\n}';
    assert.deepEqual(parseJson(text), {
      amount: '1.10',
      balance: '-9007199254740993.010',
      sourceBalance: '0',
      overdraftLimit: '-0.0',
    });
  });

  it('writes exponents out', () => {
    const cases = {
      '1e2': '100',
      '1.25E+1': '12.5',
      '-12.5e-3': '-0.0125',
      '0e5': '0',
      '1.5e0': '1.5',
      '10e-1': '1.0',
    };
    for (const [source, plain] of Object.entries(cases)) {
      assert.deepEqual(parseJson(`[{"amount":${source}}]`), [{ amount: plain }], source);
    }
  });

  it('leaves every other number, and every string, alone', () => {
    const value = {
      statusCode: 202,
      note: '"amount":1',
      escaped: 'a\\"balance":2,',
      'x"amount': 3,
      balance: null,
      nested: { availableBalance: 'none' },
    };
    assert.deepEqual(parseJson(JSON.stringify(value)), value);
  });

  it('refuses what is not JSON, and says nothing of what it read', () => {
    for (const text of [
      '',
      '<html>secret</html>',
      '{"amount":01}',
      '{"amount":1.}',
      '{"amount":1',
      '{"a":NaN}',
      '[1,]',
    ]) {
      assert.equal(faultOf(text), 'not-json', text);
    }
  });

  it('refuses numbers out of range and prototype members, however they are spelled', () => {
    assert.equal(faultOf('{"amount":1e400}'), 'number-out-of-range');
    assert.equal(faultOf('{"amount":1e-999999999}'), 'number-out-of-range');
    assert.equal(faultOf('{"statusCode":1e400}'), 'number-out-of-range');
    assert.equal(faultOf(`{"statusCode":${'9'.repeat(400)}}`), 'number-out-of-range');
    for (const blanks of [0, 1, 150, 290, 299, 300, 601])
      for (const digits of [309, 310, 599])
        assert.equal(faultOf(`{${' '.repeat(blanks)}"statusCode":-${'9'.repeat(digits)}}`), 'number-out-of-range');
    assert.equal(faultOf('{"__proto__":{"admin":true}}'), 'forbidden-member');
    assert.equal(faultOf(String.raw`{"\u005f_proto_\u005F":1}`), 'forbidden-member');
    assert.equal(faultOf(String.raw`{"__\u0070roto__":1}`), 'forbidden-member');
    assert.deepEqual(parseJson('{"note":"see __proto__, 1e400"}'), { note: 'see __proto__, 1e400' });
  });

  it('refuses a nesting that would exhaust the stack', () => {
    const deep = `${'['.repeat(200_000)}"__proto__"${']'.repeat(200_000)}`;
    assert.equal(faultOf(deep), 'too-deep');
  });
});

describe('parseJsonAsWritten', () => {
  it('refuses an object that names a member twice, and nothing that only looks so', () => {
    for (const text of [
      '{"amount":1,"amount":2}',
      '[{"a":1},{"b":{"c":1 , "c" :1}}]',
      '{"a":1,"\\u0061":2}',
      '{"id":"x","id":"x"}',
    ])
      assert.throws(
        () => parseJsonAsWritten(text),
        (error) => error instanceof JsonError && error.code === 'doubled-member',
        text,
      );
    for (const text of [
      '[{"a":1},{"a":2}]',
      '{"a":{"a":{"a":"a"}},"b":["a","a"]}',
      '{"a":"\\"a\\": 1, \\\\","b":"\\\\"}',
      '"a"',
      '{"__proto__":{"id":1},"id":2}',
    ])
      assert.deepEqual(JSON.stringify(parseJsonAsWritten(text)), JSON.stringify(JSON.parse(text)));
  });

  it('keeps the spelling of money, and refuses nothing but what is no JSON', () => {
    assert.deepEqual(parseJsonAsWritten('{"amount":1e400,"balance":-0.10,"id":1e400,"note":"\\"amount\\":1"}'), {
      amount: '1e400',
      balance: '-0.10',
      id: Infinity,
      note: '"amount":1',
    });
    const parsed = parseJsonAsWritten('{"__proto__":{"id":"x"}}');
    assert.ok(typeof parsed === 'object' && parsed !== null && !('id' in parsed));
    for (const text of ['', '{', '{"amount":NaN}', '{"amount":01}', '{"amount":1}}'])
      assert.throws(
        () => parseJsonAsWritten(text),
        (error) => error instanceof JsonError && error.code === 'not-json',
      );
  });
});

describe('stringifyJson', () => {
  it('writes money as numbers and everything else as it is', () => {
    const value = { amount: '1.10', balance: '-0', id: '12', note: '"amount":"1"', list: [{ sourceBalance: '7' }] };
    assert.equal(
      stringifyJson(value),
      '{"amount":1.10,"balance":-0,"id":"12","note":"\\"amount\\":\\"1\\"","list":[{"sourceBalance":7}]}',
    );
  });

  it('leaves a string that is no plain decimal for the reader to refuse', () => {
    assert.equal(stringifyJson({ amount: '1e5', balance: '007' }), '{"amount":"1e5","balance":"007"}');
  });

  it('never turns a tag into a number', () => {
    const value = { tags: { balance: '5', 'a"}b': '\\', amount: '6' }, balance: '5' };
    assert.equal(stringifyJson(value), '{"tags":{"balance":"5","a\\"}b":"\\\\","amount":"6"},"balance":5}');
  });

  it('is the inverse of parseJson for any text and any decimal', () => {
    const decimal = fc
      .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.stringMatching(/^\d{0,8}$/))
      .map(([minus, whole, fraction]) => `${minus ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`);
    const money = fc.record(Object.fromEntries(moneyMembers.map((name) => [name, decimal])), { requiredKeys: [] });
    const names = fc.string().filter((name) => name !== '__proto__');
    const text = fc.dictionary(names, fc.oneof(fc.string(), fc.constant('"amount":1,'), fc.boolean()));
    fc.assert(
      fc.property(fc.array(fc.tuple(money, text, names)), (rows) => {
        const value = rows.map(([amounts, other, name]) => ({ x: { ...other, [`${name}"balance`]: 3 }, ...amounts }));
        assert.deepEqual(parseJson(stringifyJson(value)), value);
      }),
    );
  });
});
