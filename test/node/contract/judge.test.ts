/** The judge itself, on a small document: what it refuses, and what it lets pass. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ObservedAnswer } from '../../../src/sandbox/observation.ts';
import { readDocument } from '../../contract/document.ts';
import { createJudge } from '../../contract/judge.ts';

const folder = mkdtempSync(join(tmpdir(), 'judge-'));
after(() => rmSync(folder, { recursive: true }));

const text = { type: 'string' };
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const account = (more: object) => ({
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: { id: text, ...more },
});

const path = join(folder, 'document.json');
writeFileSync(
  path,
  JSON.stringify({
    openapi: '3.1.0',
    paths: {
      '/things/{id}': {
        get: {
          operationId: 'get-thing',
          responses: {
            '200': json({ oneOf: [{ $ref: '#/components/schemas/New' }, { $ref: '#/components/schemas/Old' }] }),
            '404': { $ref: '#/components/responses/Not-Found' },
          },
        },
        delete: { operationId: 'delete-thing', responses: { '204': { description: 'Gone' } } },
      },
    },
    webhooks: {
      '{dataType}.made': { post: { requestBody: json({ $ref: '#/components/schemas/Old' }), responses: {} } },
    },
    components: {
      responses: { 'Not-Found': json({ $ref: '#/components/schemas/ErrorMessage' }) },
      schemas: {
        DateTime: text,
        New: account({ name: { ...text, nullable: true }, made: { $ref: '#/components/schemas/DateTime' } }),
        Old: account({ seen: { $ref: '#/components/schemas/DateTime', nullable: true } }),
        ErrorMessage: { type: 'object', properties: { statusCode: { type: 'integer' }, error: text } },
      },
    },
  }),
);

const judge = createJudge([readDocument(path)]);
const answer = (status: number, body?: unknown, more: Partial<ObservedAnswer> = {}) =>
  judge.answer({
    operationId: 'get-thing',
    method: 'GET',
    path: '/things/:id',
    status,
    body: body === undefined ? undefined : JSON.stringify(body),
    injected: false,
    ...more,
  });

test('an answer in either version passes, in both at once too', () => {
  assert.deepEqual(answer(200, { id: 'a' }), []);
  assert.deepEqual(answer(200, { id: 'a', name: null, made: '2026-06-10T09:30:00.1234567' }), []);
  assert.deepEqual(answer(200, { id: 'a', seen: '2026-06-10' }), []);
});

test('what no version describes is refused, with the place and the value', () => {
  assert.ok(answer(200, { id: 7 })?.includes('/id must be string: 7'));
  assert.ok(answer(200, {})?.some((problem) => problem.includes("required property 'id'")));
  assert.ok(answer(200, { id: 'a', more: 1 })?.some((problem) => problem.includes('"more"')));
  assert.ok(answer(200, { id: 'a', made: '10.06.2026' })?.some((problem) => problem.startsWith('/made ')));
});

test('a member that the document does not describe is refused, also where it leaves the object open', () => {
  const more = answer(404, { statusCode: 404, error: 'Not found', hint: 'Try again' });
  assert.deepEqual(
    more?.map((problem) => problem.slice(0, 56)),
    ['body must NOT have unevaluated properties ("hint"): {"st'],
  );
});

test('null passes beside a type that allows it, and not beside a reference', () => {
  assert.deepEqual(answer(200, { id: 'a', name: null }), []);
  assert.ok(answer(200, { id: 'a', seen: null })?.some((problem) => problem.startsWith('/seen must be string')));
});

test('a body is there exactly where one is documented', () => {
  assert.deepEqual(answer(200), ['no body where one is documented']);
  const gone = { operationId: 'delete-thing', method: 'DELETE' };
  assert.deepEqual(answer(204, undefined, gone), []);
  assert.deepEqual(answer(204, {}, gone), ['a body where none is documented']);
  assert.ok(answer(200, undefined, { body: '{' })?.[0]?.startsWith('the body is not JSON'));
});

test('a status is one of the documented, unless a fault was ordered or a reason is known', () => {
  const unlisted = 'the document does not list this status';
  assert.deepEqual(answer(201, { id: 'a' }), [unlisted]);
  assert.deepEqual(answer(400, { statusCode: 400 }), [unlisted]);
  assert.deepEqual(answer(418, { statusCode: 418 }, { injected: true }), []);
  assert.deepEqual(answer(502, { statusCode: 502 }), ['a failure that no test ordered']);
  assert.deepEqual(answer(502, { statusCode: 502 }, { injected: true }), []);
  assert.deepEqual(answer(422, { statusCode: 422 }, { method: 'POST' }), []);
  assert.deepEqual(answer(422, { statusCode: 422 }), [unlisted]);
});

test('an error says its own status', () => {
  assert.deepEqual(answer(404, { statusCode: 404, error: 'Not found' }), []);
  assert.deepEqual(answer(404, { statusCode: 400 }), ["/statusCode is 400, the answer's is 404"]);
  assert.deepEqual(answer(418, undefined, { injected: true }), ['an error without a body']);
});

test('where there is no operation, only an error is right', () => {
  const nowhere = { operationId: undefined, path: '/nowhere' };
  assert.deepEqual(answer(404, { statusCode: 404 }, nowhere), []);
  assert.deepEqual(answer(200, { id: 'a' }, nowhere), ['200 where there is no operation']);
  assert.deepEqual(answer(200, { id: 'a' }, { operationId: 'sing' }), ['no document has an operation sing']);
});

test('what the Platform document describes is not judged without it', () => {
  assert.equal(answer(201, {}, { operationId: 'create-webhook-consumer', method: 'POST' }), undefined);
});

test('an event is judged by its type, and an unknown one by nothing', () => {
  assert.deepEqual(judge.webhook({ eventType: 'bankTransactions.made', body: '{"id":"a"}' }), []);
  assert.deepEqual(judge.webhook({ eventType: 'bankTransactions.made', body: '{"id":1}' }), ['/id must be string: 1']);
  assert.equal(judge.webhook({ eventType: 'something.else', body: '{}' }), undefined);
});
