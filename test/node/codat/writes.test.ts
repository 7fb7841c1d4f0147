/** Writes that are repeated: by the client's option or the call's, under which key, and when no more. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CodatInvalidRequestError,
  createCodatClient,
  TransportError,
  type CodatClient,
} from '../../../src/codat/index.ts';
import { publishedRetries, waitAfter } from '../../../src/codat/retry.ts';
import { companyJson, errorJson, errorOf, ids, withCodat, type Script } from './codat-server.ts';
import { account, withSandbox } from './sandbox-client.ts';

const { company, connection } = ids;
const hangUp: Script = (request) => request.socket.destroy();
const failure = (status: number, correlationId: string): Script => ({
  status,
  json: errorJson(status, { correlationId }),
});

describe('a write of a client with `writeRetries`', () => {
  it('is repeated under a key of its own, which a PUT and a DELETE do not need', async () => {
    await using codat = await withCodat(
      [
        hangUp,
        { json: companyJson },
        hangUp,
        { json: companyJson },
        hangUp,
        { json: companyJson },
        hangUp,
        { status: 204 },
      ],
      { writeRetries: { initialInterval: 10 } },
    );
    await codat.client.createCompany({ name: 'A' });
    await codat.client.updateCompany(company, { name: 'A' });
    await codat.client.replaceCompany(company, { name: 'A' });
    await codat.client.deleteCompany(company);
    const keys = codat.seen.map(({ headers }) => headers['idempotency-key']);
    const [create, , update] = keys;
    assert.ok(create !== undefined && update !== undefined && create !== update);
    assert.deepEqual(keys, [create, create, update, update, undefined, undefined, undefined, undefined]);
    assert.deepEqual(codat.clock.slept, [10, 10, 10, 10]);
  });

  it('keeps the key that the call gives, and is sent once where the call says so', async () => {
    await using codat = await withCodat([hangUp, { json: companyJson }, hangUp], { writeRetries: {} });
    await codat.client.createCompany({ name: 'A' }, { idempotencyKey: 'mine' });
    const error = await errorOf(codat.client.createCompany({ name: 'A' }, { retries: 'none' }));
    assert.equal(error.kind, 'connection');
    assert.deepEqual(
      codat.seen.map(({ headers }) => headers['idempotency-key']),
      ['mine', 'mine', undefined],
    );
  });

  it('has options that are checked', () => {
    const make = () => createCodatClient({ apiKey: 'k', writeRetries: { maxElapsedTime: -1 } });
    assert.throws(
      make,
      (error) => error instanceof CodatInvalidRequestError && error.field === 'writeRetries.maxElapsedTime',
    );
  });
});

describe('a write that is repeated', () => {
  it('waits while Codat is still at the first attempt, whose answer was lost', async () => {
    const busy = (id: string) => failure(409, id);
    await using codat = await withCodat([hangUp, busy('a'), busy('b'), { json: companyJson }]);
    await codat.client.createCompany({ name: 'A' }, { retries: {} });
    assert.equal(codat.seen.length, 4);
    assert.deepEqual(codat.clock.slept, [500, 750, 1125]);
  });

  it('ends with a conflict that is one: as the first answer, kept under the key, or told in a list', async () => {
    await using first = await withCodat([failure(409, 'a')]);
    const error = await errorOf(first.client.createCompany({ name: 'A' }, { retries: {}, idempotencyKey: 'k' }));
    assert.equal(error.kind === 'http' && error.status, 409);
    assert.equal(first.seen.length, 1);

    await using kept = await withCodat([hangUp, failure(409, 'a')]);
    await errorOf(kept.client.createCompany({ name: 'A' }, { retries: {} }));
    assert.equal(kept.seen.length, 3);

    const item = { sourceAccountId: 'a', result: { statusCode: '409', error: 'It exists.' } };
    await using batch = await withCodat([hangUp, { status: 409, json: [item] }]);
    const made = await batch.client.createSourceAccounts(company, connection, [{ id: 'a' }], { retries: {} });
    assert.equal(made.status, 409);
    assert.equal(batch.seen.length, 2);
  });

  it('ends when the answer is the one that Codat keeps under the key, and goes on while it is another', async () => {
    await using kept = await withCodat([failure(500, 'a')]);
    const error = await errorOf(kept.client.createCompany({ name: 'A' }, { retries: {} }));
    assert.equal(error.kind === 'http' && error.correlationId, 'a');
    assert.equal(kept.seen.length, 2);
    await using fresh = await withCodat([
      failure(503, 'a'),
      failure(503, 'b'),
      failure(502, 'b'),
      { json: companyJson },
    ]);
    await fresh.client.createCompany({ name: 'A' }, { retries: {} });
    assert.equal(fresh.seen.length, 4);
    await using reads = await withCodat([failure(503, 'a'), failure(503, 'a'), { json: companyJson }]);
    await reads.client.getCompany(company);
    assert.equal(reads.seen.length, 3);
  });

  it('does not end as certainly not sent where an earlier attempt may have arrived', async () => {
    const full: Script = { status: 429, headers: { 'retry-after': '7200' }, json: errorJson(429) };
    const make = (client: CodatClient) => client.createCompany({ name: 'A' }, { retries: { maxElapsedTime: 1_000 } });
    for (const scripts of [
      [hangUp, full],
      [hangUp, failure(409, 'a'), failure(409, 'b')],
    ]) {
      await using lost = await withCodat(scripts);
      const error = await errorOf(make(lost.client));
      assert.equal(error.kind === 'connection' && error.code, 'broken');
    }
    for (const [first, retries] of [
      ['broken', {}],
      ['timed-out', { retryConnectionErrors: true, maxElapsedTime: 1_000 }],
    ] as const) {
      let attempt = 0;
      const transport = async () => Promise.reject(new TransportError(attempt++ === 0 ? first : 'unreachable'));
      await using lost = await withCodat([], { transport });
      const error = await errorOf(lost.client.deleteCompany(company, { retries }));
      assert.equal(error.kind === 'connection' ? error.code : error.kind, first === 'broken' ? 'broken' : 'timeout');
    }
    await using held = await withCodat([full]);
    const error = await errorOf(make(held.client));
    assert.equal(error.kind === 'http' && error.status, 429);
  });

  it('is carried out once at the sandbox, whose first answer was lost', async () => {
    await using codat = await withSandbox({ writeRetries: { initialInterval: 1 } });
    const [companyId, connectionId] = await codat.linked();
    codat.sandbox.control.faults.add({ operation: 'create-source-account', kind: 'lost-reply' });
    const made = await codat.client.createSourceAccount(companyId, connectionId, account);
    assert.equal(made.id, account.id);
    assert.equal((await codat.client.listSourceAccounts(companyId, connectionId)).length, 1);
    codat.sandbox.control.faults.add({ operation: 'create-company', kind: 'status', status: 500, times: 2 });
    const error = await errorOf(codat.client.createCompany({ name: 'B' }));
    assert.equal(error.kind === 'http' && error.status, 500);
    const left = codat.sandbox.control.faults.list().at(-1)?.left;
    assert.equal(left, 1, 'the second answer was the kept one, so the fault struck once');
  });
});

describe('the wait between two attempts', () => {
  it('is none where none is asked for, after however many', () => {
    for (const attempt of [1, 2, 1_000, 10_000]) {
      assert.equal(
        waitAfter({ ...publishedRetries, initialInterval: 0 }, attempt, 0, () => 1),
        0,
      );
      assert.ok(waitAfter(publishedRetries, attempt, 0, () => 1) <= 60_000);
    }
  });
});

describe('a client that is closed', () => {
  it('ends the calls under way, of every kind, and makes no more', async () => {
    const silence: Script = () => {};
    await using codat = await withCodat([silence]);
    const { client } = codat;
    const calls = [
      client.getCompany(company),
      client.createCompany({ name: 'A' }, { retries: {} }),
      client.createBankTransactions(company, connection, 'a', '{}', { commit: () => true }),
    ].map(errorOf);
    while (codat.seen.length < 3) await new Promise((resolve) => setImmediate(resolve));
    await client.close();
    for (const error of [...(await Promise.all(calls)), await errorOf(client.getCompany(company))]) {
      assert.ok(error.kind === 'aborted');
      assert.equal(error.by, 'close');
      assert.match(error.message, /^\w+ ended: the client is closed\.$/);
    }
    assert.equal(codat.seen.length, 3);
    await client.close();
  });

  it("wakes from the wait for a repeat, and tells its own end from the caller's", async () => {
    const asleep = Promise.withResolvers<void>();
    const clock = {
      now: () => 0,
      sleep: (_ms: number, signal?: AbortSignal) =>
        new Promise<void>((resolve) => {
          signal?.addEventListener('abort', () => resolve());
          asleep.resolve();
        }),
    };
    await using codat = await withCodat([{ status: 500 }], { clock });
    const waiting = errorOf(codat.client.getCompany(company));
    await asleep.promise;
    await codat.client.close();
    const error = await waiting;
    assert.equal(error.kind === 'aborted' && error.by, 'close');
    const aborted = await errorOf(codat.client.getCompany(company, { signal: AbortSignal.abort() }));
    assert.equal(aborted.kind === 'aborted' && aborted.by, 'caller');
    assert.equal(codat.seen.length, 1);
  });

  it('leaves the transport it was given to its owner, and what was asked of it ends all the same', async () => {
    const asked = Promise.withResolvers<void>();
    const silent = () => {
      asked.resolve();
      return new Promise<never>(() => {});
    };
    const client = createCodatClient({ apiKey: 'k', transport: silent });
    const call = errorOf(client.getCompany(company));
    await asked.promise;
    await client[Symbol.asyncDispose]();
    assert.equal((await call).kind, 'aborted');
  });
});
