/** Every example of an answer or event satisfies its schema, and the client reads it over HTTP. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CodatClient, CodatHttpError, parseJson, readWebhook } from '../../../src/codat/index.ts';
import { documentFaults } from '../../contract/document-faults.ts';
import { eventExamples, responseExamples, type ResponseExample, schemaExamples } from '../../contract/examples.ts';
import type { OpenApiDocument } from '../../contract/document.ts';
import { ids, withCodat } from '../codat/codat-server.ts';
import { documented, unlessDocumented } from './documented.ts';

const { company, connection } = ids;

/** How the client asks for the answers of which the document has examples. */
const calls: Readonly<Record<string, (client: CodatClient) => Promise<unknown>>> = {
  'create-company': (client) => client.createCompany({ name: 'Technicalium' }),
  'list-companies': (client) => client.listCompanies(),
  'get-company': (client) => client.getCompany(company),
  'get-company-access-token': (client) => client.getCompanyAccessToken(company),
  'list-connections': (client) => client.listConnections(company),
  'create-connection': (client) => client.createConnection(company, { platformKey: 'gbol' }),
  'get-connection': (client) => client.getConnection(company, connection),
  'list-bank-accounts': (client) => client.listBankAccounts(company, connection),
  'get-create-bankAccounts-model': (client) => client.getCreateBankAccountsModel(company, connection),
  'get-bank-account-mapping': (client) => client.getMappings(company, connection),
  'create-bank-account-mapping': (client) => client.createMapping(company, connection, { sourceAccountId: 'acc-002' }),
  'generate-credentials': (client) => client.generateCredentials(company, connection),
  'generate-otp': (client) => client.generateOtp(company, connection),
  'list-source-accounts': (client) => client.listSourceAccounts(company, connection),
  'update-source-account': (client) => client.updateSourceAccount(company, connection, 'acc-002', {}),
};

/** Whole answers whose example stands beside the schema: who gives them, and in a list or alone. */
const answered: Readonly<Record<string, readonly [operation: string, as: 'itself' | 'list']>> = {
  BankAccountCredentials: ['generate-credentials', 'itself'],
  BankFeedAccountMappingResponse: ['create-bank-account-mapping', 'itself'],
  BankFeedMapping: ['get-bank-account-mapping', 'list'],
  Company: ['get-company', 'itself'],
  CompanyAccessToken: ['get-company-access-token', 'itself'],
  Connection: ['get-connection', 'itself'],
  GenerateOtpResponse: ['generate-otp', 'itself'],
  SourceAccount: ['update-source-account', 'itself'],
  SourceAccountV2: ['list-source-accounts', 'list'],
};
/** Schemas with examples that are no answer of any operation. */
const unanswered = new Set(['BankFeedAccountMapping', 'DataType', 'DateTime', 'PullOperation']);

function answersBesideSchemas(document: OpenApiDocument): readonly ResponseExample[] {
  return schemaExamples(document).flatMap(({ name, schema, value }) => {
    const [, short] = /^#\/components\/schemas\/(\w+)$/.exec(schema) ?? [];
    if (short === undefined || unanswered.has(short)) return [];
    const [id = '', as] = answered[short] ?? [];
    const operation = document.operations.get(id);
    assert.ok(operation, `${short} needs an operation that answers it`);
    const own = operation.responses.get(200)?.schema;
    return [{ name, operation, status: 200, schema: own, value: as === 'list' ? [value] : value }];
  });
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Members of the example that the client does not hand on as they are; money comes as decimal text. */
function lost(sent: unknown, read: unknown, at = ''): readonly string[] {
  if (isObject(sent)) {
    if (!isObject(read)) return [at];
    return Object.entries(sent).flatMap(([key, value]) => lost(value, read[key], `${at}/${key}`));
  }
  const same = typeof sent === 'number' && typeof read === 'string' ? Number(read) === sent : Object.is(read, sent);
  return same ? [] : [at];
}

/** Members that stand in examples and in no schema, so that the client drops them. */
const undocumented = new Set(['platform', 'QuickBooks Online Bank Feeds']);
const unexpectedly = (path: string): boolean => !undocumented.has(path.split('/').at(-1) ?? '');

async function readsAnswer({ operation, status, value }: ResponseExample): Promise<void> {
  const ask = calls[operation.id];
  assert.ok(ask, `the client needs a call for ${operation.id}`);
  await using codat = await withCodat([{ status, json: value }], { retries: 'none' });
  if (status < 400) {
    assert.deepEqual(lost(value, await ask(codat.client)).filter(unexpectedly), []);
    return;
  }
  await assert.rejects(ask(codat.client), (error) => {
    assert.ok(error instanceof CodatHttpError && isObject(value));
    assert.equal(error.status, status);
    const { service, error: words, correlationId, detailedErrorCode } = error;
    const { service: s, error: w, correlationId: c, detailedErrorCode: d } = value;
    assert.deepEqual([service, words, correlationId, detailedErrorCode], [s, w, c, d]);
    return true;
  });
}

const saysItsStatus = ({ status, value }: ResponseExample): boolean =>
  status < 400 || (isObject(value) && value['statusCode'] === status);

test('every example of an answer satisfies its schema and is read by the client', unlessDocumented, async (t) => {
  assert.ok(documented);
  const { document } = documented;
  for (const example of [...responseExamples(document), ...answersBesideSchemas(document)])
    await t.test(example.name, async () => {
      assert.ok(example.schema);
      assert.deepEqual(document.faults(example.schema, example.value), []);
      assert.equal(saysItsStatus(example), !(example.name in documentFaults));
      await readsAnswer(example);
    });
});

test('every example of an event satisfies its schema and is recognised', unlessDocumented, async (t) => {
  assert.ok(documented);
  const { document } = documented;
  for (const { name, eventType, schema, value } of eventExamples(document))
    await t.test(name, () => {
      assert.ok(schema);
      const faults = document.faults(schema, value);
      if (name in documentFaults) assert.notDeepEqual(faults, [], 'it is no longer a fault');
      else assert.deepEqual(faults, []);
      const read = readWebhook(parseJson(JSON.stringify(value)));
      assert.notEqual(read.kind, 'unknown');
      assert.ok('event' in read && 'eventType' in read.event);
      assert.equal(read.event.eventType, eventType);
      assert.deepEqual(lost(value, read.event), []);
    });
});
