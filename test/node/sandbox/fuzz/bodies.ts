/** Request bodies as the document has them, and what becomes of them in careless or unkind hands. */
import { fc } from '../../support/fast-check.ts';

/** Written as it stands: numbers no double holds, members twice, nesting without end. */
class Verbatim {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** As JSON.stringify does it, but for what is verbatim. */
function written(value: unknown): string | undefined {
  if (value instanceof Verbatim) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => written(item) ?? 'null').join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([key, member]) => {
    const text = written(member);
    return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`];
  });
  return `{${members.join(',')}}`;
}

/** Any UTF-16, whole characters or not. */
export const anyText = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.nat(0xffff), { maxLength }).map((units) => String.fromCharCode(...units));

/** The first is there from the beginning. */
const accountId = fc.oneof(
  { weight: 3, arbitrary: fc.constant('acc-1') },
  { weight: 2, arbitrary: fc.constantFrom('a b/c', 'ü%2F', 'new-1', 'new-2', 'new-3', '__proto__') },
);
const amount = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -1e8, max: 1e8 }).map((cents) => cents / 100) },
  fc
    .constantFrom('0.10', '-0', '1e3', '123456789012345678901234567890.12', '-12.345678901234567', '5e-324')
    .map((text) => new Verbatim(text)),
);
const day = fc.constantFrom('2026-06-01', '2026-06-05T10:00:00', '2026-06-09T23:59:59.1234567', '2026-06-10T08:00:00Z');
const words = fc.constantFrom('Millbrook Flour', 'Zoë & Söhne', '漢字 🥐', '', 'a\u202eb', '\u0000');
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(maybe(arbitrary), { nil: null });

const company = fc.record({
  name: fc.constantFrom('Brightwater Trading', 'Company (Codat[1])', 'A & B, Ltd.', '<b>Bold</b>'),
  description: orNull(words),
  tags: orNull(fc.dictionary(fc.constantFrom('region', 'team', 'a b', '__proto__'), words, { maxKeys: 3 })),
});
const sourceAccount = fc.record({
  id: accountId,
  accountName: orNull(words),
  accountType: fc.constantFrom('checking', 'savings', 'loan', 'creditCard', 'prepaidCard', 'Credit', 'Debit'),
  accountNumber: orNull(fc.constantFrom('31510604', '70124242')),
  sortCode: orNull(fc.constant('040004')),
  currency: fc.constantFrom('GBP', 'GBP', 'USD', 'EUR', 'JPY'),
  balance: orNull(amount),
  modifiedDate: maybe(day),
  routingInfo: orNull(fc.record({ bankCode: words, type: fc.constantFrom('sortcode', 'iban', 'bankcode') })),
  accountInfo: orNull(fc.record({ nickname: words, accountOpenDate: day, availableBalance: amount })),
});
const line = fc.record({
  id: fc.constantFrom('t-1', 't-2', 't-3'),
  date: day,
  description: orNull(words),
  counterparty: orNull(words),
  reference: orNull(words),
  reconciled: orNull(fc.boolean()),
  amount,
  balance: amount,
  transactionType: fc.constantFrom('Credit', 'Debit', 'Xfer', 'Unknown', null),
});

const lines = fc.array(line, { minLength: 1, maxLength: 4 });

/** By operationId; what is not here takes no body. */
const valid: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'create-company': company,
  'replace-company': company,
  'update-company': company,
  'create-connection': fc.record({ platformKey: fc.constantFrom('gbol', 'hcws', 'olpr', 'fbrh', 'akxx', 'qudb') }),
  'unlink-connection': fc.constant({ status: 'Unlinked' }),
  'update-connection-authorization': fc.record({ authorizationId: fc.uuid(), bankId: maybe(words) }),
  'generate-credentials': fc.json().map((text) => new Verbatim(text)),
  'create-source-account': sourceAccount,
  'create-batch-source-account': fc.array(sourceAccount, { maxLength: 4 }),
  'update-source-account': fc.record({
    id: maybe(accountId),
    accountName: orNull(words),
    balance: maybe(amount),
    status: maybe(fc.constantFrom('disconnected', 'connected')),
  }),
  'create-bank-account-mapping': fc.record({
    sourceAccountId: accountId,
    targetAccountId: fc.constantFrom(undefined, null, 'unknown'),
    feedStartDate: maybe(day),
  }),
  'create-bank-account': fc.record({
    accountName: words,
    accountType: fc.constantFrom('Credit', 'Debit', 'Unknown'),
    accountNumber: maybe(fc.constant('31510604')),
    sortCode: maybe(fc.constant('040004')),
    currency: fc.constantFrom('GBP', 'EUR', 'USD'),
    balance: maybe(amount),
  }),
  'create-bank-transactions': fc.record({
    accountId,
    transactions: fc.oneof(
      lines,
      lines.map((some) => some.toSorted((a, b) => a.date.localeCompare(b.date))),
    ),
  }),
  'create-webhook-consumer': fc.record({
    url: fc.constantFrom('https://receiver.test/hook', 'not an address', 'javascript:alert(1)'),
    eventTypes: fc.subarray(['company.created', 'bankTransactions.write.successful', '*', '__proto__']),
    disabled: maybe(fc.boolean()),
    companyTags: maybe(fc.subarray(['region:uk', 'nonsense', ':', 'constructor:x'])),
  }),
};

const nested = (depth: number): Verbatim => new Verbatim(`${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`);

/** What nobody should send as the value of a member. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    '',
    ' ',
    [],
    {},
    [null],
    [[]],
    '\ud800',
    '\udfff\ud800',
    '\uffff',
    "' OR 1=1",
  ),
  fc
    .constantFrom(
      '1e400',
      '-0',
      '9'.repeat(30),
      `1${'0'.repeat(500)}`,
      '1e-400',
      '1E99999999999999999999',
      '{"__proto__":{"status":"connected"},"a":1,"a":2}',
      '{"constructor":{"prototype":{"polluted":true}}}',
      '{"toString":null,"length":-1,"then":1}',
    )
    .map((text) => new Verbatim(text)),
  fc.constantFrom('2026-02-30', '0000-00-00', '9999-12-31', '-271821-04-19', '2026-06-10T25:00:00', 'today'),
  fc.constantFrom(10, 201, 4001, 20_000).map((length) => 'x'.repeat(length)),
  fc.constantFrom(3, 50, 3000).map(nested),
  anyText(12),
  fc.jsonValue({ maxDepth: 2 }),
);

interface Change {
  readonly at: number;
  readonly kind: 'drop' | 'replace' | 'add' | 'repeat';
  readonly by: unknown;
}

/** The holders and keys of all members, outermost first. */
function members(value: unknown, found: { holder: object; key: string }[] = []): { holder: object; key: string }[] {
  if (typeof value !== 'object' || value === null || value instanceof Verbatim) return found;
  for (const key of Object.keys(value)) found.push({ holder: value, key });
  for (const member of Object.values(value)) members(member, found);
  return found;
}

function changed(value: unknown, changes: readonly Change[]): unknown {
  const root = { body: structuredCloneOf(value) };
  for (const { at, kind, by } of changes) {
    const all = members(root);
    const { holder, key } = all[at % all.length] ?? { holder: root, key: 'body' };
    const before: unknown = Reflect.get(holder, key);
    if (kind === 'drop') Reflect.deleteProperty(holder, key);
    else if (kind === 'replace') Reflect.set(holder, key, by);
    else if (kind === 'repeat') Reflect.set(holder, key, [before, before]);
    else
      Object.defineProperty(holder, typeof by === 'string' ? by : '__proto__', {
        value: by,
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
  return root.body;
}

/** Deep, but for what is written verbatim. */
function structuredCloneOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCloneOf);
  if (typeof value !== 'object' || value === null || value instanceof Verbatim) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, structuredCloneOf(member)]));
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(40),
  kind: fc.constantFrom('drop', 'replace', 'add', 'repeat'),
  by: junk,
});

/** Not JSON, or not what was announced. */
const raw = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '{',
    '[',
    'null',
    '"',
    '{"a":}',
    '{"name":"x",}',
    'name=x&y=z',
    '\ufeff{}',
    '[1,2',
    'NaN',
    '<a/>',
  ),
  fc.constantFrom(100, 20_000).map((depth) => '['.repeat(depth)),
  anyText(20),
);

export function bodyFor(operationId: string): fc.Arbitrary<string | undefined> {
  const plain = valid[operationId] ?? fc.constant({});
  return fc.oneof(
    { weight: 6, arbitrary: plain.map(written) },
    {
      weight: 6,
      arbitrary: fc
        .tuple(plain, fc.array(change, { minLength: 1, maxLength: 3 }))
        .map(([value, changes]) => written(changed(value, changes))),
    },
    { weight: 1, arbitrary: junk.map(written) },
    { weight: 1, arbitrary: raw },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}
