/** What a host may hand over by mistake, over HTTP, as JSON and by lines: each is answered, and nothing else is harmed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PushResult } from '../../../src/outbox/model.ts';
import { Problem } from '../../../src/proxy/problem.ts';
import { connectXero, hostAccounts, lines, serverSecret, startWorld } from './support.ts';

const accountId = hostAccounts[0].id;

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const plain = (id: string): string => `{"id":${JSON.stringify(id)},"date":"${yesterday}","amount":1.00,"balance":2.00}`;

test('bad input', async (t) => {
  const world = await startWorld(t);
  await connectXero(world);
  const { companyId } = world;
  let good = 0;
  const wanted: string[] = [];

  const post = async (body: BodyInit, contentType: string) => {
    const response = await fetch(`${world.url}/v1/push`, {
      method: 'POST',
      headers: { authorization: `Bearer ${serverSecret}`, 'content-type': contentType },
      body,
    });
    return { status: response.status, text: await response.text() };
  };
  const asJson = (transactions: readonly string[], ids: object = {}) =>
    post(
      `${JSON.stringify({ companyId, accountId, ...ids }).slice(0, -1)},"transactions":[${transactions.join(',')}]}`,
      'application/json',
    );
  const byLines = async (transactions: readonly string[]) => {
    const { text } = await post(
      `${JSON.stringify({ companyId, accountId })}\n${transactions.join('\n')}`,
      'application/x-ndjson',
    );
    return text
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
  };

  /** What is said of each, the same in both forms, with a good line before and one behind them. */
  const saidOf = async (transactions: readonly string[]): Promise<string[][]> => {
    good += 1;
    const between = (form: string): string[] => [
      plain(`${form}-${good}-1`),
      ...transactions,
      plain(`${form}-${good}-2`),
    ];
    // The account was connected a moment ago: every line lies before its start date, which Xero takes as a hint.
    const told = ({ code }: { readonly code?: unknown }): boolean => code !== 'start_date_hint';
    const { status, text } = await asJson(between('json'));
    assert.equal(status, 200, text);
    const result = JSON.parse(text) as PushResult;
    const inJson = result.issues
      .filter(told)
      .map(({ index, severity, code, field }) => `${index} ${severity} ${code} ${field}`);
    const answers = await byLines(between('line'));
    const inLines = answers
      .filter((answer) => answer['type'] === 'issue' && told(answer))
      .map(
        (said) =>
          `${Number(said['line']) - 2} ${String(said['severity'])} ${String(said['code'])} ${String(said['field'])}`,
      );
    assert.deepEqual(inLines, inJson, 'both forms say the same');
    const refused = new Set(inJson.filter((said) => said.includes(' error ')).map((said) => Number.parseInt(said, 10)));
    const taken = transactions.length - refused.size;
    assert.deepEqual([result.accepted, result.refused], [taken + 2, refused.size]);
    // What was taken is known the second time.
    assert.partialDeepStrictEqual(answers.at(-1), { accepted: 2, duplicates: taken, refused: refused.size });
    return transactions.map((_, at) =>
      inJson.flatMap((said) => (said.startsWith(`${at + 1} `) ? [said.replace(/^\d+ /, '')] : [])),
    );
  };
  let ids = 0;
  const withField = (member: string): string => {
    ids += 1;
    const name = /^"(\w+)"/.exec(member)?.[1];
    const rest = { id: `"id-${ids}"`, date: `"${yesterday}"`, amount: '1', balance: '2' };
    const others = Object.entries(rest).flatMap(([key, value]) => (key === name ? [] : [`"${key}":${value}`]));
    return `{${[member, ...others].join(',')}}`;
  };
  /** A member in an otherwise good line, and what is said of it. */
  const say = async (cases: readonly (readonly [member: string, ...expected: string[]])[]): Promise<void> => {
    const said = await saidOf(cases.map(([member]) => withField(member)));
    for (const [at, [member, ...expected]] of cases.entries())
      assert.deepEqual(said[at], expected, member.slice(0, 80));
  };

  await t.test('an account nobody offers, and a company that is not the one', async () => {
    const other = await world.proxy.companies.ensure({ reference: 'customer-2', name: 'Other Ltd' });
    const cases = [
      [{ accountId: 'GB00NOBODY' }, 'accountId'],
      [{ accountId: '..' }, 'accountId'],
      [{ accountId: 7 }, 'accountId'],
      [{ companyId: crypto.randomUUID() }, 'companyId'],
      [{ companyId: 'customer-1' }, 'companyId'],
      [{ connectionId: crypto.randomUUID() }, 'connectionId'],
      [{ companyId: other.id, accountId: 'GB00NOBODY' }, 'accountId'],
    ] as const;
    for (const [wrong, field] of cases) {
      const { status, text } = await asJson([plain('nowhere')], wrong);
      assert.partialDeepStrictEqual(JSON.parse(text), { status: 400, code: 'invalid_request', field });
      assert.equal(status, 400);
    }
  });

  await t.test('ten megabytes in one line', async () => {
    const { status, text } = await asJson([
      plain('beside-1'),
      withField(`"description":"${'x'.repeat(10_000_000)}"`),
      plain('beside-2'),
    ]);
    assert.equal(status, 200);
    assert.partialDeepStrictEqual(JSON.parse(text), {
      accepted: 2,
      refused: 1,
      issues: [{ index: 1, code: 'too_long', field: 'description' }],
    });
    assert.ok(text.length < 1000, 'the answer does not repeat it');
    const answers = await byLines([
      plain('beside-3'),
      withField(`"description":"${'x'.repeat(10_000_000)}"`),
      plain('beside-4'),
    ]);
    assert.partialDeepStrictEqual(
      answers.find(({ line }) => line === 3),
      { type: 'issue', code: 'too_long' },
    );
    assert.partialDeepStrictEqual(answers.at(-1), { accepted: 2, refused: 1 });
    const tooMuch = await asJson([withField(`"description":"${'x'.repeat(17_000_000)}"`)]);
    assert.equal(tooMuch.status, 413);
    assert.match(tooMuch.text, /smaller parts/);
  });

  await t.test('what is no number, and numbers that no amount has', async () => {
    await say([
      ['"amount":"NaN"', 'error amount_invalid amount'],
      ['"amount":null', 'error amount_invalid amount'],
      ['"amount":true', 'error amount_invalid amount'],
      ['"amount":[1]', 'error amount_invalid amount'],
      ['"amount":1e400', 'error too_long amount'],
      ['"amount":-1e-400', 'error too_long amount'],
      ['"balance":1e400', 'error too_long balance'],
      ['"amount":"Infinity"', 'error amount_invalid amount'],
      [`"amount":${'9'.repeat(61)}`, 'error too_long amount'],
      [`"amount":${'9'.repeat(100_000)}`, 'error too_long amount'],
      ['"id":1e400', 'error id_missing id'],
    ]);
    // NaN is no JSON: one body of it is refused as a whole, of many lines the one.
    assert.equal((await asJson([plain('a'), withField('"amount":NaN')])).status, 400);
    const answers = await byLines([plain('nan-1'), withField('"amount":NaN'), plain('nan-2')]);
    assert.partialDeepStrictEqual(
      answers.find(({ line }) => line === 3),
      { type: 'issue', code: 'not_json' },
    );
    assert.partialDeepStrictEqual(answers.at(-1), { accepted: 2, refused: 1 });
  });

  await t.test('an id twice in one call, and in another one', async () => {
    const same = await asJson([plain('twice'), plain('twice'), plain('once')]);
    assert.partialDeepStrictEqual(JSON.parse(same.text), { accepted: 2, duplicates: 1, refused: 0 });
    const again = await asJson([plain('twice').replace('1.00', '1.0')]);
    assert.partialDeepStrictEqual(JSON.parse(again.text), { accepted: 0, duplicates: 1, refused: 0, issues: [] });
    const changed = [plain('twice').replace('1.00', '1.01'), plain('once').replace(yesterday, '2026-01-01')];
    assert.deepEqual(await saidOf(changed), [['error changed_content id'], ['error changed_content id']]);
  });

  await t.test('dates with offsets, of leap years, of the far future and none at all', async () => {
    const none = ['2025-02-29', '2100-02-29', '2026-02-30', '29/02/2024', '', 'tomorrow', '+275760-09-13'];
    const far = ['9999-12-31', '2999-02-28T00:00:00', '2096-02-29'];
    await say([
      [`"date":"${yesterday}T23:30:00+14:00"`, 'warning offset_ignored date'],
      [`"date":"${yesterday}T00:30:00Z"`, 'warning offset_ignored date'],
      ['"date":"2024-02-29"', 'error too_old date'],
      ...none.map((date) => [`"date":"${date}"`, 'error date_invalid date'] as const),
      ...far.map((date) => [`"date":"${date}"`, 'error date_in_future date'] as const),
      ['"date":1767225600000', 'error date_invalid date'],
    ]);
  });

  await t.test('scripts from right to left, emoji, and characters that are none', async () => {
    const texts = [
      'שלום \u200fעולם',
      'مرحبا \u202eabc\u202c',
      '👩‍👩‍👧‍👦 🇬🇧',
      'e\u0301 ﷽ \u00a0',
      '</script>\u2028',
      "'; drop table txn; --",
    ];
    await say([
      ...texts.map((text) => [`"description":${JSON.stringify(text)}`] as const),
      [String.raw`"description":"a\u0000b"`, 'error invalid_characters description'],
      [String.raw`"description":"\ud83d"`, 'error invalid_characters description'],
      [String.raw`"counterparty":"\u001b[2J"`, 'error invalid_characters counterparty'],
    ]);
  });

  await t.test('ids of two hundred characters, and of more', async () => {
    await say([
      [`"id":"${'i'.repeat(200)}"`],
      [`"id":"${'🙂'.repeat(100)}"`],
      [`"id":"${'i'.repeat(201)}"`, 'error too_long id'],
      ['"id":""', 'error id_missing id'],
      ['"id":5', 'error id_missing id'],
      [String.raw`"id":"a\nb"`, 'error invalid_characters id'],
      ['"id":"__proto__"'],
      ['"__proto__":{"id":"x"}', 'warning unknown_field __proto__'],
    ]);
  });

  await t.test('what is no transaction at all, and what is no JSON', async () => {
    const none = ['null', '5', '"text"', '[]', '[[]]'];
    assert.deepEqual(await saidOf([...none, '{}']), [
      ...none.map(() => ['error not_an_object ']),
      [
        'error id_missing id',
        'error date_invalid date',
        'error amount_invalid amount',
        'error balance_missing balance',
      ],
    ]);
    for (const body of ['', '{', 'null', '[]', '"x"', '{"companyId":1}', `[${'['.repeat(100_000)}`, '\ufeff{}']) {
      const { status, text } = await post(body, 'application/json');
      assert.deepEqual(
        [status, (JSON.parse(text) as { code: string }).code],
        [400, 'invalid_request'],
        body.slice(0, 20),
      );
    }
    const notUtf8 = await post(Uint8Array.of(0x7b, 0xff, 0x7d), 'application/json');
    assert.equal(notUtf8.status, 400);
  });

  await t.test('in process: the same, and what JSON cannot say', async () => {
    const { push } = world.proxy;
    for (const [wrong, field] of [
      [{ accountId: 'GB00NOBODY' }, 'accountId'],
      [{ companyId: crypto.randomUUID() }, 'companyId'],
      [{ connectionId: crypto.randomUUID() }, 'connectionId'],
    ] as const)
      await assert.rejects(
        push({ companyId, accountId, transactions: lines(1, 'nowhere'), ...wrong }),
        (error) => error instanceof Problem && error.code === 'invalid_request' && error.field === field,
      );

    const fine = { date: yesterday, amount: '1.00', balance: '2.00' };
    const cases: readonly (readonly [fields: object | null | undefined, ...expected: string[]])[] = [
      [{ description: 'x'.repeat(10_000_000) }, 'error too_long description'],
      [{ amount: Number.NaN }, 'error amount_invalid amount'],
      [{ amount: Number('1e400') }, 'error amount_invalid amount'],
      [{ amount: '1e400' }, 'error too_long amount'],
      [{ amount: 10n }, 'error amount_invalid amount'],
      [{ amount: 0.1 + 0.2 }, 'error amount_not_exact amount'],
      [{ balance: -Infinity }, 'error amount_invalid balance'],
      [{ date: new Date() }, 'error date_invalid date'],
      [{ date: `${yesterday}T23:30:00-11:00` }, 'warning offset_ignored date'],
      [{ date: '2024-02-29' }, 'error too_old date'],
      [{ date: '2025-02-29' }, 'error date_invalid date'],
      [{ date: '9999-12-31' }, 'error date_in_future date'],
      [{ description: '\u202eשלום עולם 👩‍👩‍👧‍👦' }],
      [{ id: '🚲'.repeat(100) }],
      [{ id: `${'🚲'.repeat(100)}!` }, 'error too_long id'],
      [{ id: Symbol('id') }, 'error id_missing id'],
      [null, 'error not_an_object '],
      [undefined, 'error not_an_object '],
    ];
    const given = cases.map(([fields], n): unknown => fields && { ...fine, id: `own-${n}`, ...fields });
    const twice = { ...fine, id: 'own-twice' };
    const changed = { ...twice, amount: '1.01' };
    const transactions = [...lines(1, 'own-first'), ...given, twice, twice, changed, ...lines(1, 'own-last')];
    const input: unknown = { companyId, accountId, transactions };
    const call = () => push(input as Parameters<typeof push>[0]);
    const { issues, ...counts } = await call();
    const said = (at: number): string[] =>
      issues
        .filter(({ index, code }) => index === at && code !== 'start_date_hint')
        .map(({ severity, code, field }) => `${severity} ${code} ${field}`);
    for (const [n, [, ...expected]] of cases.entries()) assert.deepEqual(said(n + 1), expected, `case ${n}`);
    assert.deepEqual(said(cases.length + 3), ['error changed_content id']);
    const refused = 1 + cases.filter(([, first]) => first?.startsWith('error')).length;
    const accepted = transactions.length - refused - 1;
    assert.partialDeepStrictEqual(counts, { accepted, duplicates: 1, refused, held: 0, skipped: 0 });
    assert.partialDeepStrictEqual(await call(), { accepted: 0, duplicates: accepted + 1, refused });
    wanted.push('own-first-1', 'own-last-1', 'own-twice', '🚲'.repeat(100));
  });

  await t.test('and all that was good is delivered, once', async () => {
    const [last] = lines(1, 'last');
    assert.ok(last);
    await asJson([JSON.stringify(last)]);
    const ledger = () => world.sandbox.ledger.entries({ companyId }).map(({ transaction }) => transaction.id);
    wanted.push('last-1');
    for (let n = 1; n <= good; n += 1)
      for (const form of ['json', 'line']) wanted.push(`${form}-${n}-1`, `${form}-${n}-2`);
    const missing = (): string[] => {
      const landed = new Set(ledger());
      return wanted.filter((id) => !landed.has(id));
    };
    for (let tries = 0; tries < 400 && missing().length > 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 25));
    assert.deepEqual(missing(), []);
    assert.equal(new Set(ledger()).size, ledger().length);
  });
});
