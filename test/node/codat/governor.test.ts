import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import {
  CodatInvalidRequestError,
  createGovernor,
  TransportError,
  type GovernorOptions,
  type Priority,
  type Transport,
} from '../../../src/codat/index.ts';
import { companyJson, testClock, withCodat, type Script } from './codat-server.ts';
import { noon, turn, virtualTime } from './virtual-time.ts';

const get = (company: string, priority?: Priority) => ({
  method: 'GET',
  url: `http://x/companies/${company}/push?page=1`,
  headers: {},
  priority,
});
const empty = { headers: {}, body: new Uint8Array() };
const text = (body: Uint8Array): string => new TextDecoder().decode(body);

/** A transport whose requests end when they are told to. */
function held() {
  const running: { url: string; end: () => void }[] = [];
  const transport: Transport = ({ url }) =>
    new Promise((resolve) => void running.push({ url, end: () => resolve({ status: 200, ...empty }) }));
  return { running, transport };
}

describe('the governor', () => {
  it('sends ten requests of a company at a time, the next as one ends, and leaves other companies alone', async () => {
    const { running, transport } = held();
    const governed = createGovernor()(transport);
    const first = Array.from({ length: 13 }, () => governed(get('a')));
    const other = governed(get('b'));
    await turn();
    assert.equal(running.length, 11);
    running[0]?.end();
    await first[0];
    await turn();
    assert.equal(running.length, 12);
    for (let index = 1; index < 14; index += 1) {
      running[index]?.end();
      await turn();
    }
    await Promise.all([...first, other]);
  });

  it('never lets the server see more than ten, through the client', async () => {
    const open: ServerResponse[] = [];
    let most = 0;
    const script: Script = (_, response) => {
      open.push(response);
      most = Math.max(most, open.length);
      setImmediate(() => {
        open.splice(open.indexOf(response), 1);
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(companyJson));
      });
    };
    await using codat = await withCodat([script]);
    await Promise.all(Array.from({ length: 40 }, () => codat.client.getCompany('c')));
    assert.ok(most > 1 && most <= 10, String(most));
    assert.equal(codat.seen.length, 40);
  });

  it('gives the place of an aborted or failed request to the next', async () => {
    const { running, transport } = held();
    const governed = createGovernor({ concurrency: 1 })(transport);
    const abort = new AbortController();
    const first = governed(get('a'));
    const waiting = governed({ ...get('a'), signal: abort.signal });
    const last = governed({ ...get('a'), signal: new AbortController().signal });
    abort.abort();
    await assert.rejects(waiting, (error) => error instanceof TransportError && error.code === 'aborted');
    await assert.rejects(governed({ ...get('a'), signal: abort.signal }), TransportError);
    running[0]?.end();
    await first;
    await turn();
    running[1]?.end();
    await last;
    assert.equal(running.length, 2);
    const failing = createGovernor({ concurrency: 1 })(() => Promise.reject(new TransportError('broken')));
    await assert.rejects(failing(get('a')));
    await assert.rejects(failing(get('a')));
  });

  it('waits after a 429 as long as Codat says, and answers itself where that is long', async () => {
    const clock = testClock();
    const answers = ['4', '3600', '1e9999'];
    let sent = 0;
    const transport: Transport = async () => {
      const after = answers[sent];
      sent += 1;
      return after === undefined
        ? { status: 200, ...empty }
        : { status: 429, ...empty, headers: { 'retry-after': after } };
    };
    const governed = createGovernor({ clock })(transport);
    assert.equal((await governed(get('a'))).status, 429);
    assert.equal((await governed(get('b'))).status, 429);
    assert.deepEqual(clock.slept, [4000]);
    const held = await governed(get('a'));
    assert.equal(sent, 2);
    assert.equal(held.status, 429);
    assert.equal(held.headers['retry-after'], '3600');
    assert.match(text(held.body), /"service":"governor"/);
    await clock.sleep(3_600_000);
    assert.equal((await governed(get('a'))).status, 429);
    assert.equal((await governed(get('a'))).status, 200);
  });

  it('can be left while it waits', async () => {
    const abort = new AbortController();
    const clock = { ...testClock(), sleep: async () => abort.abort() };
    const transport: Transport = async () => ({ status: 429, ...empty, headers: { 'retry-after': '5' } });
    const governed = createGovernor({ clock })(transport);
    await governed(get('a'));
    await assert.rejects(governed({ ...get('a'), signal: abort.signal }), TransportError);
  });

  it('and the retries of a read come through a long pause together', async () => {
    const pause: Script = { status: 429, headers: { 'retry-after': '600' } };
    await using codat = await withCodat([pause, { json: companyJson }]);
    assert.equal((await codat.client.getCompany('c')).name, 'Technicalium');
    assert.deepEqual(codat.clock.slept, [600_000]);
  });
});

/** A governed server that answers at once, with the headers of a day's quota where one is given. */
function governed(options: GovernorOptions & { quota?: number } = {}) {
  const { clock, advance, time } = virtualTime();
  const governor = createGovernor({ clock, ...options });
  const sent: string[] = [];
  let left = options.quota;
  const send = governor(async ({ url, priority = 'user' }) => {
    sent.push(`${priority} ${/companies\/([^/]+)/.exec(url)?.[1] ?? ''}`);
    if (left === undefined) return { status: 200, ...empty };
    const limit = String(options.quota);
    const refusal = left === 0;
    left = Math.max(left - 1, 0);
    const reset = new Date((Math.floor(clock.now() / 86_400_000) + 1) * 86_400_000).toISOString();
    const day = { 'x-rate-limit-limit': limit, 'x-rate-limit-remaining': String(left), 'x-rate-limit-reset': reset };
    return { ...empty, status: refusal ? 429 : 200, headers: day };
  });
  return { clock, advance, time, governor, sent, send, refill: () => (left = options.quota) };
}

describe('the governor of a minute', () => {
  it('lets the 1,001st request wait until the minute is over', async () => {
    const { send, sent, advance, governor } = governed({ longestWaitMs: 60_000 });
    const all = Array.from({ length: 1_003 }, (_, index) => send(get(`c${index % 7}`)));
    await turn();
    assert.equal(sent.length, 1_000);
    assert.deepEqual(governor.state(), {
      day: undefined,
      minute: { used: 1_000 },
      closedUntil: undefined,
      running: 0,
      waiting: 3,
    });
    await advance(59_999);
    assert.equal(sent.length, 1_000);
    await advance(1);
    assert.ok((await Promise.all(all)).every(({ status }) => status === 200));
    assert.deepEqual(governor.state().minute, { used: 3 });
  });

  it('answers 429 at once where the wait would be too long, and lets those wait who need not wait so long', async () => {
    const { send, sent, advance } = governed({ perMinute: 2, longestWaitMs: 10_000 });
    await send(get('a'));
    await advance(30_000);
    await send(get('a'));
    const early = await send(get('a'));
    assert.deepEqual([early.status, early.headers['retry-after']], [429, '30']);
    assert.match(text(early.body), /"service":"governor"/);
    await advance(20_000);
    const [waits, push] = [send(get('b')), send(get('a', 'push'))];
    await advance(10_000);
    // One place was free: the push had it, and another comes in half a minute only.
    assert.equal((await push).status, 200);
    assert.equal((await waits).headers['retry-after'], '30');
    assert.equal(sent.length, 3);
  });

  it('counts a request that went unanswered', async () => {
    const { clock } = virtualTime();
    const failing = createGovernor({ clock, perMinute: 1 })(() => Promise.reject(new TransportError('broken')));
    await assert.rejects(failing(get('a')), TransportError);
    assert.equal((await failing(get('a'))).status, 429);
  });

  it('is told of a limit that would let nothing through', () => {
    for (const options of [{ concurrency: 0 }, { perMinute: 0.5 }, { perMinute: Number.NaN }, { longestWaitMs: -1 }])
      assert.throws(() => createGovernor(options), CodatInvalidRequestError);
  });
});

describe('the governor of a day', () => {
  it('holds polling first, then user actions, and pushes when nothing is left, until the reset', async () => {
    const { send, sent, advance, refill, governor } = governed({ quota: 100 });
    const until429 = async (priority: Priority): Promise<string | undefined> => {
      for (;;) {
        const { status, headers } = await send(get('a', priority));
        if (status === 429) return headers['retry-after'];
      }
    };
    for (const [priority, upTo] of [
      ['poll', 90],
      ['user', 98],
      ['push', 100],
    ] as const) {
      assert.equal(await until429(priority), String(12 * 3600));
      assert.equal(sent.length, upTo, priority);
    }
    assert.equal(governor.state().day?.remaining, 0);
    await advance(12 * 3_600_000 - 1);
    assert.equal((await send(get('a', 'push'))).status, 429);
    await advance(1);
    assert.equal(governor.state().day, undefined);
    refill();
    assert.equal((await send(get('a', 'poll'))).status, 200);
    assert.equal(governor.state().day?.remaining, 99);
  });

  it('does not send what is under way a second time over the quota', async () => {
    const { clock } = virtualTime();
    let remaining = 4;
    const ends: (() => void)[] = [];
    const send = createGovernor({ clock })(async () => {
      if (remaining < 4) await new Promise<void>((resolve) => void ends.push(resolve));
      remaining -= 1;
      const headers = { 'x-rate-limit-limit': '4', 'x-rate-limit-remaining': String(remaining) };
      return { ...empty, status: 200, headers: { ...headers, 'x-rate-limit-reset': '2026-06-11T00:00:00Z' } };
    });
    await send(get('a', 'push'));
    const four = Array.from({ length: 4 }, () => send(get('a', 'push')));
    await turn();
    assert.equal(ends.length, 3);
    for (const end of ends) end();
    assert.deepEqual(
      (await Promise.all(four)).map(({ status }) => status),
      [200, 200, 200, 429],
    );
  });

  it('keeps no push waiting for a poll whose turn it is, but which hangs on what is under way', async () => {
    const { clock } = virtualTime();
    const headers = { 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '12' };
    const day = { ...headers, 'x-rate-limit-reset': '2026-06-11T00:00:00Z' };
    const slow = held();
    const send = createGovernor({ clock })((request) =>
      request.url.includes('/b/') ? slow.transport(request) : Promise.resolve({ ...empty, status: 200, headers: day }),
    );
    await send(get('a', 'push'));
    const under = Array.from({ length: 5 }, () => send(get('b', 'push')));
    const answered: Priority[] = [];
    const all = [...Array.from({ length: 20 }, () => 'push' as const), 'poll' as const].map(async (priority) => {
      await send(get('a', priority));
      answered.push(priority);
    });
    await turn();
    assert.deepEqual(answered, Array(20).fill('push'));
    for (const { end } of slow.running) end();
    await Promise.all([...under, ...all]);
    assert.equal(answered.at(-1), 'poll');
  });

  it('goes on after a reset that comes early', async () => {
    const { send, governor, refill } = governed({ quota: 1 });
    assert.equal((await send(get('a', 'push'))).status, 200);
    assert.equal((await send(get('a', 'push'))).status, 429);
    refill();
    governor.resume();
    assert.equal((await send(get('a', 'push'))).status, 200);
  });
});

describe('a pause from outside', () => {
  it('holds everything until its end or until it is ended, and never for more than a day', async () => {
    const { send, sent, governor, advance } = governed();
    governor.pause(noon + 5_000);
    const waiting = send(get('a'));
    await advance(4_999);
    assert.equal(sent.length, 0);
    await advance(1);
    assert.equal((await waiting).status, 200);

    governor.pause(noon + 10_000);
    const other = send(get('a'));
    governor.resume();
    assert.equal((await other).status, 200);

    governor.pause(noon + 100 * 86_400_000);
    assert.equal(governor.state().closedUntil, noon + 5_000 + 86_400_000);
    assert.equal((await send(get('a', 'push'))).headers['retry-after'], '86400');
  });

  it('tells those who wait when it becomes too long', async () => {
    const { send, governor, advance } = governed();
    governor.pause(noon + 9_000);
    const waiting = send(get('a'));
    await advance(8_000);
    governor.pause(noon + 3_608_000);
    assert.equal((await waiting).headers['retry-after'], '3600');
  });

  it('counts from its beginning, not from when a request began to wait for a place of its company', async () => {
    const { clock, advance } = virtualTime();
    const governor = createGovernor({ clock, concurrency: 1 });
    const send = governor(async () => {
      await clock.sleep(40_000);
      return { status: 200, ...empty };
    });
    governor.pause(noon + 1_000);
    const first = send(get('a'));
    await advance(1_000);
    const second = send(get('a'));
    await advance(39_000);
    governor.pause(noon + 45_000);
    await advance(1_000);
    assert.equal((await first).status, 200);
    assert.equal(governor.state().waiting, 1);
    await advance(44_000);
    assert.equal((await second).status, 200);
  });

  it('leaves no timer behind when nobody waits any more', async () => {
    const { send, governor, advance, time } = governed();
    const abort = new AbortController();
    let planned = 0;
    const after = time.after.bind(time);
    time.after = (ms, task) => {
      planned += 1;
      const cancel = after(ms, task);
      return () => {
        planned -= 1;
        cancel();
      };
    };
    governor.pause(noon + 9_000);
    const waiting = send({ ...get('a'), signal: abort.signal });
    assert.equal(planned, 1);
    abort.abort();
    await assert.rejects(waiting, TransportError);
    assert.equal(planned, 0);
    assert.equal(governor.state().waiting, 0);
    await advance(9_000);
    assert.equal((await send(get('a'))).status, 200);
  });
});
