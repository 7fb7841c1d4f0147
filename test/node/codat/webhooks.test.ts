import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readWebhook } from '../../../src/codat/index.ts';
import { companyJson, connectionJson, ids } from './codat-server.ts';

const referenceCompany = { id: ids.company, name: 'Toft stores', links: { portal: 'https://app.codat.io/x' } };
const event = (eventType: string, payload: unknown) => ({
  id: 'ba29118f-5406-4e59-b05c-ba307ca38d01',
  eventType,
  generatedDate: '2022-10-23T00:00:00.000Z',
  payload,
});

describe('a webhook', () => {
  it('is sorted by its type', () => {
    const account = { referenceCompany, connectionId: ids.connection, sourceAccount: { id: 'acc', balance: '99.99' } };
    const write = {
      id: ids.operation,
      type: 'Create',
      referenceCompany,
      connectionId: ids.connection,
      status: 'Success',
    };
    const legacy = {
      CompanyId: ids.company,
      RuleId: 'r',
      Data: { dataType: 'bankTransactions', status: 'Success', pushOperationKey: ids.operation },
    };
    const cases: [string, unknown][] = [
      ['source-account', event('bankFeeds.sourceAccount.connected', account)],
      ['source-account', event('bankFeeds.sourceAccount.disconnected', account)],
      ['write', event('bankTransactions.write.successful', write)],
      ['write', event('bankTransactions.write.unsuccessful', { ...write, status: 'Failed', record: null })],
      ['connection', event('connection.deleted', { referenceCompany, connection: connectionJson })],
      ['company', event('company.deleted', companyJson)],
      ['company', event('company.created', { id: ids.company })],
      ['rate-limit', event('client.rateLimit.reached', { dailyQuota: 12000, quotaRemaining: 0, expiryDate: 'x' })],
      ['push-operation-status-changed', legacy],
    ];
    for (const [kind, body] of cases) assert.equal(readWebhook(body).kind, kind, JSON.stringify(body));
  });

  it('keeps what matters', () => {
    const sourceAccount = { id: 'acc', balance: '99.990', status: 'pending', feedStartDate: null };
    const read = readWebhook(
      event('bankFeeds.sourceAccount.connected', { referenceCompany, connectionId: ids.connection, sourceAccount }),
    );
    assert.ok(read.kind === 'source-account');
    assert.deepEqual(read.event.payload.sourceAccount, sourceAccount);
    assert.equal(read.event.payload.referenceCompany?.id, ids.company);
  });

  it('of an unknown type, or that is none, is unknown', () => {
    assert.deepEqual(readWebhook(event('read.completed', {})), { kind: 'unknown', eventType: 'read.completed' });
    assert.deepEqual(readWebhook(event('company.deleted', {})), { kind: 'unknown', eventType: 'company.deleted' });
    for (const body of [null, 5, 'x', [], {}, { eventType: 5 }]) {
      assert.deepEqual(readWebhook(body), { kind: 'unknown', eventType: undefined });
    }
  });
});
