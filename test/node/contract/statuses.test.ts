/** Each status that the document lists for an operation, shown once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documented, unlessDocumented } from './documented.ts';
import { standing } from '../sandbox/harness.ts';
import { situations } from './situations/index.ts';
import { type ApiRequest, sentence, type Situation, somebodyElse, type Stage } from './situations/situation.ts';

const send = (stage: Stage, { method, path, body }: ApiRequest, headers: Record<string, string> = {}) =>
  stage.call(method, path, body, headers);

/** What every operation has in common: the last test of a status beyond the operation's own. */
interface Gate {
  readonly status: number;
  readonly when: string;
  /** Sends the request so that it is answered with the status. */
  readonly pass: (stage: Stage, request: ApiRequest, operation: string) => ReturnType<typeof send>;
}

const asFault =
  (status: number): Gate['pass'] =>
  (stage, request, operation) => {
    stage.sandbox.control.faults.add({ operation, kind: 'status', status });
    return send(stage, request);
  };

const unknownCompany: Gate = {
  status: 404,
  when: 'when there is no such company',
  pass: (stage, { path, ...request }) =>
    send(stage, { ...request, path: path.replace(/^\/companies\/[^/?]+/, `/companies/${somebodyElse}`) }),
};

/** Ten requests at a time for one company; where there is none, the quota of the day. */
const tooMany: Gate = {
  status: 429,
  when: 'when there are too many requests',
  async pass(stage, request) {
    const [company] = /^\/companies\/[^/?]+/.exec(request.path) ?? [];
    if (company === undefined) {
      const quota = Number((await stage.call('GET', '/nowhere')).headers.get('x-rate-limit-remaining'));
      for (let left = quota; left > 0; left--) await stage.call('GET', '/nowhere');
      return send(stage, request);
    }
    const gate = Promise.withResolvers<void>();
    const remove = stage.sandbox.control.intercept(async (_, next) => {
      await gate.promise;
      return next();
    });
    const running = Array.from({ length: 10 }, () => stage.call('GET', company));
    const answer = await send(stage, request);
    gate.resolve();
    remove();
    await Promise.all(running);
    return answer;
  },
};

const gates: readonly Gate[] = [
  {
    status: 401,
    when: 'when the key is wrong',
    pass: (stage, request) => send(stage, request, { authorization: 'Basic bm90IHRoZSBrZXk=' }),
  },
  { status: 402, when: 'as a fault, beyond the limits of a plan', pass: asFault(402) },
  { status: 403, when: 'as a fault, for an outdated key', pass: asFault(403) },
  tooMany,
  { status: 500, when: 'as a fault', pass: asFault(500) },
  { status: 503, when: 'as a fault', pass: asFault(503) },
];

const operations = new Map<string, Situation[]>();
for (const situation of situations)
  operations.set(situation.operation, [...(operations.get(situation.operation) ?? []), situation]);

/** Creating and listing companies name none. */
const gatesOf = (operation: string): readonly Gate[] =>
  operation === 'create-company' || operation === 'list-companies' ? gates : [...gates, unknownCompany];

for (const [operation, own] of operations) {
  for (const situation of own)
    test(sentence(situation), async () => {
      const stage = standing();
      const answer = await send(stage, await situation.arrange(stage));
      assert.equal(answer.status, situation.status, answer.text);
    });

  const [success] = own;
  assert.ok(success !== undefined && success.status < 400, `${operation} begins with a success`);
  for (const { status, when, pass } of gatesOf(operation))
    test(sentence({ operation, status, when }), async () => {
      const stage = standing();
      const answer = await pass(stage, await success.arrange(stage), operation);
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.body.statusCode, status);
      assert.equal(typeof answer.body.correlationId, 'string');
      assert.equal(typeof answer.body.canBeRetried, 'string');
    });
}

test('these are the statuses that the document lists, and no others', unlessDocumented, () => {
  assert.ok(documented);
  const listed = [...documented.document.operations.values()].flatMap(({ id, responses }) =>
    [...responses.keys()].map((status) => `${id} ${status}`),
  );
  const shown = [...operations].flatMap(([operation, own]) =>
    [...own, ...gatesOf(operation)].map(({ status }) => `${operation} ${status}`),
  );
  assert.deepEqual([...new Set(shown)].toSorted(), listed.toSorted());
});
