/** The port as a database would fill it: one row, reached by round trips, shared by two processes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CodatInvalidRequestError,
  createGovernor,
  createQuotaStore,
  type Clock,
  type QuotaStore,
} from '../../../src/codat/index.ts';
import { turn, virtualTime } from './virtual-time.ts';

const portion = 10;

/** Takes the minute's budget from the row in portions and hands them out from memory. */
function overRow(row: QuotaStore, clock: Clock) {
  let left = 0;
  let roundTrips = 0;
  const fetchPortion = async (): Promise<number> => {
    roundTrips += 1;
    await clock.sleep(3);
    let wait = 0;
    while (left < portion && (wait = await row.take(clock.now())) === 0) left += 1;
    if (left === 0) return wait;
    left -= 1;
    return 0;
  };
  const store: QuotaStore = {
    ...row,
    take() {
      if (left === 0) return fetchPortion();
      left -= 1;
      return 0;
    },
  };
  return { store, roundTrips: () => roundTrips };
}

const get = (company: string) => ({ method: 'GET', url: `http://x/companies/${company}`, headers: {} });
const ok = { status: 200, headers: {}, body: new Uint8Array() };

describe('a store that two governors share', () => {
  it('has a limit that is checked', () => {
    for (const perMinute of [0, -1, 1.5, Number.NaN])
      assert.throws(
        () => createQuotaStore({ perMinute }),
        (error) => error instanceof CodatInvalidRequestError && error.field === 'perMinute',
      );
  });

  it('keeps both within one minute, with a round trip for every portion', async () => {
    const { clock, advance } = virtualTime();
    const row = createQuotaStore({ perMinute: 100 });
    const ends = [overRow(row, clock), overRow(row, clock)];
    let sent = 0;
    const sends = ends.map(({ store }) =>
      createGovernor({ clock, store, longestWaitMs: 60_000 })(async () => {
        sent += 1;
        return ok;
      }),
    );
    const all = sends.flatMap((send) => Array.from({ length: 80 }, (_, index) => send(get(`c${index}`))));
    await advance(1_000);
    assert.equal(sent, 100);
    await advance(59_000);
    await advance(1_000);
    assert.equal(sent, 160);
    assert.ok((await Promise.all(all)).every(({ status }) => status === 200));
    assert.ok(ends.every(({ roundTrips }) => roundTrips() <= 12));
  });

  it('lets the pause that one of them was told hold the other', async () => {
    const { clock } = virtualTime();
    const row = createQuotaStore();
    const limited = createGovernor({ clock, store: row })(async () => ({
      ...ok,
      status: 429,
      headers: { 'retry-after': '60' },
    }));
    const other = createGovernor({ clock, store: row })(async () => ok);
    assert.equal((await limited(get('a'))).status, 429);
    assert.equal((await other(get('b'))).headers['retry-after'], '60');
  });

  it('keeps a place that was granted while its request was given up', async () => {
    const { clock, advance } = virtualTime();
    const row = createQuotaStore({ perMinute: 1 });
    const governor = createGovernor({ clock, store: overRow(row, clock).store });
    const abort = new AbortController();
    const send = governor(async () => ok);
    const given = send({ ...get('a'), signal: abort.signal });
    abort.abort();
    await assert.rejects(given);
    await advance(3);
    assert.deepEqual([governor.state().minute.used, governor.state().running], [1, 0]);
    await advance(60_000);
    const next = send(get('a'));
    await advance(3);
    assert.equal((await next).status, 200);
  });

  it('that cannot be reached stops nobody', async () => {
    const { clock } = virtualTime();
    const store = { ...createQuotaStore(), take: () => Promise.reject(new Error('no database')) };
    const send = createGovernor({ clock, store })(async () => ok);
    const answers = Promise.all([send(get('a')), send(get('b'))]);
    await turn();
    assert.ok((await answers).every(({ status }) => status === 200));
  });
});
