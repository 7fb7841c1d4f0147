/** Requests around the operations of the API: mostly plausible, always a little wrong somewhere. */
import { fc } from '../../support/fast-check.ts';
import { operations } from '../../../../src/sandbox/api/app.ts';
import { anyText, bodyFor } from './bodies.ts';

export interface FuzzRequest {
  readonly method: string;
  /** Path and query, escaped as they are sent. */
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string | undefined;
}

/** …or time that passes. */
export type Step = FuzzRequest | { readonly advanceMs: number };

/** Ids that exist before the first request. */
export interface Known {
  readonly connections: readonly {
    readonly companyId: string;
    readonly connectionId: string;
    /** A source account of it; absent where it has none. */
    readonly accountId?: string | undefined;
  }[];
  readonly pushOperationKeys: readonly string[];
  readonly webhookIds: readonly string[];
}

/** Stands for the id that was made last, by the name of the path parameter. */
export const latest = (parameter: string): string => `latest-${parameter}`;

const segment = (text: string): string => encodeURIComponent(text.toWellFormed());

const oddSegments = fc.oneof(
  fc.constantFrom(
    '',
    '.',
    '..',
    '%',
    '%zz',
    '%E0%A4%A',
    '%00',
    '%2e%2e',
    '%2F',
    '%252F',
    '%F0%9F%A5%90',
    '%ED%A0%80',
    '*',
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'batch',
    'credentials',
    ':companyId',
    '00000000-0000-0000-0000-000000000000',
  ),
  fc.constant('x'.repeat(9000)),
  anyText(6).map(segment),
);

const oneOf = (texts: readonly string[]): fc.Arbitrary<string> =>
  texts.length === 0 ? fc.constant('none') : fc.constantFrom(...texts);

/** A path of the pattern: one company and a connection of it, as a rule; now and then something else. */
function pathOf(pattern: string, known: Known): fc.Arbitrary<string> {
  const all = (name: 'companyId' | 'connectionId') => known.connections.map((each) => each[name]);
  const parameter = (name: string, usual: string): fc.Arbitrary<string> =>
    fc.oneof(
      { weight: 60, arbitrary: fc.constant(usual) },
      { weight: 4, arbitrary: fc.constant(latest(name)) },
      { weight: 1, arbitrary: oneOf(name === 'companyId' || name === 'connectionId' ? all(name) : known.webhookIds) },
      { weight: 1, arbitrary: fc.constant(usual.toUpperCase()) },
      { weight: 1, arbitrary: oddSegments },
    );
  const connection = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...known.connections.filter(({ accountId }) => accountId !== undefined)) },
    { weight: 1, arbitrary: fc.constantFrom(...known.connections) },
  );
  return fc
    .tuple(connection, oneOf(known.pushOperationKeys), oneOf(known.webhookIds))
    .chain(([{ companyId, connectionId, accountId = 'new-1' }, pushOperationKey, webhookId]) => {
      const usual: Readonly<Record<string, string>> = {
        companyId,
        connectionId,
        accountId: segment(accountId),
        sourceAccountId: segment(accountId),
        pushOperationKey,
        webhookId,
        syncId: latest('syncId'),
      };
      const parts = pattern
        .split('/')
        .map((part) =>
          part.startsWith(':') ? parameter(part.slice(1), usual[part.slice(1)] ?? 'unknown') : fc.constant(part),
        );
      return fc.tuple(...parts).map((filled) => filled.join('/'));
    });
}

const queryWords = fc
  .array(
    fc.constantFrom(
      ...'id|name|status|a.b.c|__proto__|tags.region|created| = |!=|~|>|<=|&&|{|}|\'|"|1|2026-06-10|-1e400|(|\\|🥐|=='.split(
        '|',
      ),
      ' || ',
    ),
    { maxLength: 8 },
  )
  .map((words) => words.join(''));

const parameters = fc
  .array(
    fc.oneof(
      fc.constantFrom('page=1', 'page=-1', 'page=0', 'page=1e9', 'page=', 'page=9007199254740993', 'page=2&page=3'),
      fc.constantFrom('pageSize=1', 'pageSize=5000', 'pageSize=1e9', 'pageSize=0', 'pageSize=%00', 'pageSize[]=1'),
      fc.constantFrom('orderBy=name', 'orderBy=-created', 'orderBy=__proto__', 'orderBy=-', 'orderBy=name,-id'),
      fc.constantFrom('timeoutInMinutes=5', 'timeoutInMinutes=-1', 'timeoutInMinutes=1e999', 'timeoutInMinutes=x'),
      fc.constantFrom(
        'allowSyncOnPushComplete=false',
        'allowSyncOnPushComplete=maybe',
        '%zz',
        '%E0=%A4',
        '&&',
        '=',
        '#x',
      ),
      queryWords.map((text) => `query=${segment(text)}`),
      queryWords.map((text) => `tags=${segment(text)}`),
      fc.constantFrom(2047, 2048, 5000).map((length) => `query=name=${'x'.repeat(length)}`),
      queryWords.map((text) => `query=${'{'.repeat(900)}${segment(text)}`),
    ),
    { maxLength: 3 },
  )
  .map((parts) => (parts.length === 0 ? '' : `?${parts.join('&')}`));

const headers = fc.array(
  fc.oneof(
    fc.constantFrom<[string, string]>(
      ['idempotency-key', 'k1'],
      ['idempotency-key', 'k2'],
      ['idempotency-key', ''],
      ['idempotency-key', 'é\u00ff'],
      ['idempotency-key', 'x'.repeat(256)],
    ),
    fc.constantFrom<[string, string]>(
      ['content-type', 'text/plain'],
      ['content-type', 'application/json; charset=utf-16'],
      ['content-type', 'multipart/form-data'],
      ['content-type', ''],
      ['content-encoding', 'gzip'],
      ['content-length', '3'],
      ['accept', 'text/html'],
      ['x-http-method-override', 'DELETE'],
    ),
    fc.constantFrom<[string, string]>(['authorization', 'Bearer x'], ['authorization', 'Basic'], ['authorization', '']),
  ),
  { maxLength: 2 },
);

/** At most a day goes by, so that what was answered under a key is forgotten now and then. */
const pause = fc.constantFrom(1, 500, 2000, 60_000, 91 * 60_000, 24 * 3_600_000).map((advanceMs) => ({ advanceMs }));

export function stepsAround(known: Known): fc.Arbitrary<Step> {
  const around = operations.map((operation) => ({
    // What takes things away comes seldom: there is to be something to ask about.
    weight: operation.method === 'DELETE' ? 1 : 4,
    arbitrary: fc.record({
      method: fc.oneof(
        { weight: 20, arbitrary: fc.constant<string>(operation.method) },
        { weight: 1, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PURGE') },
      ),
      path: fc
        .tuple(
          pathOf(operation.path, known),
          fc.oneof({ weight: 20, arbitrary: fc.constant('') }, fc.constantFrom('/', '/x', '//', '.json')),
          fc.oneof({ weight: 2, arbitrary: fc.constant('') }, parameters),
        )
        .map((parts) => parts.join('')),
      headers: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, headers),
      body: operation.method === 'GET' ? fc.constant(undefined) : bodyFor(operation.id),
    }),
  }));
  return fc.oneof({ weight: 1, arbitrary: pause }, { weight: 12, arbitrary: fc.oneof(...around) });
}
