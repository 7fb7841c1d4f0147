/** Every example of a request, sent to a sandbox in which it makes sense, is carried out. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as z from 'zod';
import { createClock } from '../../../src/sandbox/index.ts';
import { documentFaults } from '../../contract/document-faults.ts';
import { requestExamples } from '../../contract/examples.ts';
import { sourceAccount, standing } from '../sandbox/harness.ts';
import { documented, unlessDocumented } from './documented.ts';
import { type ApiRequest, someCompany, type Stage } from './situations/situation.ts';

const folder = mkdtempSync(join(tmpdir(), 'contract-'));
after(() => rmSync(folder, { recursive: true }));

type Placed = { readonly stage: Stage; readonly request: ApiRequest };
type Place = (body: unknown, label: string) => Promise<Placed>;

const somewhere =
  (request: (stage: Stage) => Promise<Omit<ApiRequest, 'body'>>): Place =>
  async (body) => {
    const stage = standing();
    return { stage, request: { ...(await request(stage)), body } };
  };

/** Which software an example of transactions is for. */
const platforms: Readonly<Record<string, string>> = {
  Xero: 'gbol',
  'QuickBooks Online Bank Feeds': 'hcws',
  FreeAgent: 'fbrh',
  Sage: 'olpr',
};
const push = z.object({ accountId: z.string(), transactions: z.array(z.object({ date: z.string() })).min(1) });
const mapping = z.object({ sourceAccountId: z.string(), targetAccountId: z.string() });

const places: Readonly<Record<string, Place>> = {
  'create-company': somewhere(async () => ({ method: 'POST', path: '/companies' })),
  'replace-company': somewhere(async (stage) => ({ method: 'PUT', path: await someCompany(stage) })),
  'update-company': somewhere(async (stage) => ({ method: 'PATCH', path: await someCompany(stage) })),
  'unlink-connection': somewhere(async ({ linked }) => ({ method: 'PATCH', path: (await linked()).base })),
  'create-source-account': somewhere(async ({ linked }) => ({
    method: 'POST',
    path: `${(await linked()).base}/connectionInfo/bankFeedAccounts`,
  })),
  /** Ids of the software are its own, so a kept state is given the one that the example names. */
  'create-bank-account-mapping': async (body) => {
    const { sourceAccountId, targetAccountId } = mapping.parse(body);
    const dataFile = join(folder, 'state.json');
    const before = standing({ dataFile });
    const { base } = await before.linked();
    const created = await before.call(
      'POST',
      `${base}/connectionInfo/bankFeedAccounts`,
      sourceAccount({ id: sourceAccountId }),
    );
    assert.equal(created.status, 200, created.text);
    const path = `${base}/bankFeedAccounts/mapping`;
    const [target] = (await before.call('GET', path)).body[0].targetAccountOptions;
    await before.sandbox.stop();
    writeFileSync(dataFile, readFileSync(dataFile, 'utf8').replaceAll(target.id, targetAccountId));
    return { stage: standing({ dataFile }), request: { method: 'POST', path, body } };
  },
  'create-bank-transactions': async (body, label) => {
    const { accountId, transactions } = push.parse(body);
    // The day after the last line, for the rules about age and future.
    const last = Date.parse(transactions.at(-1)?.date ?? '');
    const stage = standing({ clock: createClock({ start: last + 24 * 3_600_000, running: false }) });
    const { companyId, connectionId, base } = await stage.linked(platforms[label]);
    const created = await stage.call(
      'POST',
      `${base}/connectionInfo/bankFeedAccounts`,
      sourceAccount({ id: accountId }),
    );
    assert.equal(created.status, 200, created.text);
    stage.sandbox.control.authorize(companyId, connectionId, {
      accountIds: [accountId],
      feedStartDate: transactions[0]?.date.slice(0, 10),
    });
    const path = `${base}/push/bankAccounts/${accountId}/bankTransactions`;
    return { stage, request: { method: 'POST', path, body } };
  },
};

test('every example of a request is carried out', unlessDocumented, async (t) => {
  assert.ok(documented);
  const { document } = documented;
  for (const { name, label, value, operation, schema } of requestExamples(document))
    await t.test(name, async () => {
      assert.ok(schema);
      assert.deepEqual(document.faults(schema, value), []);
      const place = places[operation.id];
      assert.ok(place, `${operation.id} needs a place to send its example to`);
      const { stage, request } = await place(value, label);
      const answer = await stage.call(request.method, request.path, request.body);
      if (name in documentFaults) {
        assert.equal(answer.status, 400, 'it is no longer a fault');
        return;
      }
      const success = [...operation.responses.keys()].filter((status) => status < 300);
      assert.ok(success.includes(answer.status), answer.text);
      // Lines that are handed over also arrive, in QuickBooks once a day.
      await stage.clock.advance(48 * 3_600_000);
      if (operation.id === 'create-bank-transactions') assert.equal(stage.sandbox.ledger.entries().length, 3);
    });
});

test('every example of a parameter is understood', unlessDocumented, async (t) => {
  assert.ok(documented);
  const { document } = documented;
  const parameters = [...document.schemaExamples].flatMap(([schema, examples]) => {
    const [, name] = /\/parameters\/(\w+)\/schema$/.exec(schema) ?? [];
    // The one that stands with its operation and not with the shared ones is the tags of the list of companies.
    return name === undefined ? [] : examples.map(({ value }) => ({ name: name === '4' ? 'tags' : name, value }));
  });
  assert.ok(parameters.length > 0);
  const queries = parameters.filter(({ name }) => ['page', 'pageSize', 'query', 'orderBy', 'tags'].includes(name));
  assert.equal(queries.length, 5);
  for (const { name, value } of queries)
    await t.test(`${name}=${String(value)}`, async () => {
      const stage = standing();
      const { base } = await stage.linked();
      await stage.clock.advance(60_000);
      const path = name === 'tags' ? '/companies' : `${base}/data/bankAccounts`;
      const answer = await stage.call('GET', `${path}?${new URLSearchParams({ [name]: String(value) })}`);
      assert.equal(answer.status, 200, answer.text);
    });
});
