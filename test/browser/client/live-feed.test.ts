import { expect } from '@open-wc/testing';
import { HttpFeedApi } from '../../../src/client/index.ts';
import type { LiveHint } from '../../../src/contract/schemas.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { feedError } from '../support/rejection.ts';
import { pageToken, scriptedServer } from '../support/scripted.ts';
import type { ScriptedServer } from '../support/scripted.ts';

const route = 'GET /v1/live';
const streaming = { how: 'stream' as const, headers: { 'content-type': 'text/event-stream' }, body: ': open\n\n' };
const state = {
  platforms: [],
  connections: [],
  accounts: [],
  counts: { delivered: 0, waiting: 0, held: 0 },
};
const hint = (version: string): string => `id: ${version}\nevent: hint\ndata: {"version":"${version}"}\n\n`;
const problem = (code: string, status: number): { status: number; body: unknown } => ({
  status,
  body: { type: 'about:blank', title: 'T', status, code, detail: code },
});

/** Shows or hides the page, as switching tabs does. */
const show = (visibility: 'visible' | 'hidden'): void => {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => visibility });
  document.dispatchEvent(new Event('visibilitychange'));
};

describe('live feed', () => {
  let server: ScriptedServer;
  let clock: ManualClock;
  let stop: AbortController;

  const api = (more: Partial<ConstructorParameters<typeof HttpFeedApi>[0]> = {}): HttpFeedApi =>
    new HttpFeedApi({
      endpoint: server.endpoint,
      getToken: async () => pageToken({ iat: clock.seconds(), exp: clock.seconds() + 600 }),
      clock,
      random: () => 0.5,
      ...more,
    });
  const live = (one = api()): AsyncIterator<LiveHint | 'resync'> =>
    one.live({ signal: stop.signal })[Symbol.asyncIterator]();
  const next = async (feed: AsyncIterator<LiveHint | 'resync'>): Promise<string> => {
    const { done, value } = await feed.next();
    return done ? 'done' : value === 'resync' ? value : value.version;
  };
  const lastIds = async (atLeast: number): Promise<unknown[]> =>
    (await server.requests(route, atLeast)).map(({ headers }) => headers['last-event-id']);

  beforeEach(async () => {
    server = await scriptedServer();
    clock = new ManualClock();
    stop = new AbortController();
    // Every test has its own company, so that none leads another's tabs.
    await server.answer('GET /v1/state', { body: { ...state, liveKey: crypto.randomUUID() } });
    await server.answer(route, streaming);
  });

  afterEach(() => {
    stop.abort();
    Reflect.deleteProperty(document, 'visibilityState');
  });

  it('gives hints and resync as they come, and ends with the signal', async () => {
    const feed = live();
    const first = next(feed);
    const [request] = await server.requests(route, 1);
    expect(request?.headers['accept']).to.equal('text/event-stream');
    expect(request?.headers['authorization']).to.match(/^Bearer /);
    expect(request?.headers['last-event-id']).to.equal(undefined);
    await server.stream('send', `${hint('1')}: beat\n\nevent: other\ndata: {}\n\n${hint('2').slice(0, 20)}`);
    expect(await first).to.equal('1');
    await server.stream('send', `${hint('2').slice(20)}event: resync\ndata: {}\n\nevent: hint\ndata: oops\n\n`);
    expect(await next(feed)).to.equal('2');
    expect(await next(feed)).to.equal('resync');
    expect(await next(feed), 'an unreadable hint').to.equal('resync');
    const last = next(feed);
    stop.abort();
    expect(await last).to.equal('done');
    await server.stream('closed');
  });

  it('comes back with the last id after a pause of its own', async () => {
    const feed = live();
    const first = next(feed);
    await server.requests(route, 1);
    await server.stream('send', hint('41'));
    await first;
    clock.advance(6_000);
    await server.stream('end');
    expect(await clock.pass(1_000, 1_000)).to.equal(1_000);
    expect(await lastIds(2)).to.deep.equal([undefined, '41']);
    await server.stream('send', `retry: 4000\n\n${hint('42')}`);
    expect(await next(feed)).to.equal('42');
    clock.advance(6_000);
    await server.stream('drop');
    expect(await clock.pass(4_000, 4_000), 'the wish of the server').to.equal(4_000);
    expect(await lastIds(3)).to.deep.equal([undefined, '41', '42']);
  });

  it('says resync where it has no id to go on from', async () => {
    const feed = live();
    const first = next(feed);
    await server.requests(route, 1);
    clock.advance(6_000);
    await server.stream('end');
    await clock.pass(1_000, 1_000);
    expect(await first).to.equal('resync');
  });

  it('says resync where it took a while to open at first', async () => {
    await server.answer(route, problem('unauthenticated', 401), streaming);
    const [asked, given] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let count = 0;
    const getToken = async (): Promise<string> => {
      count += 1;
      if (count > 1) {
        asked.resolve();
        await given.promise;
      }
      return pageToken({ iat: clock.seconds(), exp: clock.seconds() + 600 });
    };
    const first = next(live(api({ getToken })));
    await asked.promise;
    clock.advance(1_500);
    given.resolve();
    await server.requests(route, 2);
    // Without it this would come first.
    await server.stream('send', hint('1'));
    expect(await first).to.equal('resync');
  });

  it('doubles its pause with each failure, up to a minute, and obeys Retry-After', async () => {
    await server.answer(route, { how: 'drop' });
    const feed = live();
    const waiting = next(feed);
    for (const delay of [1, 2, 4, 8, 16, 32, 60, 60]) await clock.pass(delay * 1000, delay * 1000);
    await clock.asleep(60_000, 60_000);
    await server.answer(route, { ...problem('rate_limited', 429), headers: { 'retry-after': '7' } }, streaming);
    await clock.pass(60_000, 60_000);
    await clock.pass(7_000, 7_000);
    await server.stream('send', hint('5'));
    expect(await waiting, 'what came meanwhile is unknown').to.equal('resync');
    expect(await next(feed)).to.equal('5');
  });

  it('tries at once when the machine is online again', async () => {
    await server.answer(route, { how: 'drop' }, streaming);
    const waiting = next(live());
    const retrying = async (): Promise<void> => {
      while ((await server.requests(route)).length < 2) dispatchEvent(new Event('online'));
    };
    await retrying();
    await server.requests(route, 2);
    await server.stream('send', hint('5'));
    expect(await waiting).to.equal('5');
  });

  it('leaves a line that is silent for 45 seconds', async () => {
    const feed = live();
    const first = next(feed);
    await server.requests(route, 1);
    // Heard, and nothing is on its way any more.
    await server.stream('send', 'event: hint\ndata: {"version":"1"}\n\n');
    expect(await first).to.equal('1');
    await clock.pass(45_000, 45_000);
    await server.stream('closed');
    await clock.pass(1_000, 1_000);
    await server.requests(route, 2);
    expect(await next(feed), 'what came meanwhile is unknown').to.equal('resync');
  });

  it('takes an answer that is no event stream for a failure', async () => {
    await server.answer(route, { body: {} }, streaming);
    const waiting = next(live());
    await clock.pass(1_000, 1_000);
    await server.requests(route, 2);
    expect(await waiting).to.equal('resync');
  });

  it('renews the token when the stream is refused, and fails when the session has ended', async () => {
    let minted = 0;
    const one = api({
      getToken: async () => pageToken({ iat: clock.seconds(), exp: clock.seconds() + 600, minted: (minted += 1) }),
    });
    await server.answer(route, problem('unauthenticated', 401), streaming);
    const feed = live(one);
    const waiting = next(feed);
    await server.requests(route, 2);
    await server.stream('send', hint('5'));
    expect(await waiting).to.equal('5');
    await server.answer(route, problem('unauthenticated', 401));
    clock.advance(6_000);
    await server.stream('end');
    const failing = feedError(next(feed));
    await clock.pass(1_000, 1_000);
    expect(await failing).to.include({ code: 'unauthenticated' });

    // A new subscription begins anew.
    await server.answer(route, streaming);
    const asked = (await server.requests(route)).length;
    const again = next(live(one));
    await server.requests(route, asked + 1);
    await server.stream('send', hint('6'));
    expect(await again).to.equal('6');
  });

  it('fails where the session lacks the scope', async () => {
    await server.answer(route, problem('forbidden', 403));
    expect(await feedError(next(live()))).to.include({ code: 'forbidden' });
  });

  it('shares one stream among the subscribers of an api, and keeps it for those who stay', async () => {
    const one = api();
    const feeds = [live(one), live(one)];
    const first = feeds.map(next);
    await server.requests(route, 1);
    await server.stream('send', hint('1'));
    expect(await Promise.all(first)).to.deep.equal(['1', '1']);
    await feeds[0]?.return?.();
    await server.stream('send', hint('2'));
    expect(await next(feeds[1]!)).to.equal('2');
    expect(await server.requests(route)).to.have.length(1);
    expect(await server.requests('GET /v1/state')).to.have.length(1);
    await feeds[1]?.return?.();
    await server.stream('closed');
  });

  it('shares one stream among tabs, and the next tab goes on where the first ended', async () => {
    const closing = new AbortController();
    const leader = api().live({ signal: closing.signal });
    const leading = next(leader);
    await server.requests(route, 1);
    await server.stream('send', hint('1'));
    await leading;
    // Another api of this page stands for another tab: it has its own channel and its own request for the lock.
    const second = api();
    await second.state();
    const follower = live(second);
    const following = next(follower);
    const lock = async (): Promise<number> => (await navigator.locks.query()).pending?.length ?? 0;
    while ((await lock()) === 0) await Promise.resolve();
    await server.stream('send', hint('2'));
    expect(await next(leader)).to.equal('2');
    expect(await following).to.equal('2');
    await server.stream('send', 'event: resync\ndata: {}\n\n');
    expect(await next(follower)).to.equal('resync');
    expect(await server.requests(route)).to.have.length(1);

    closing.abort();
    await next(leader);
    expect(await lastIds(2)).to.deep.equal([undefined, '2']);
    await server.stream('send', hint('3'));
    expect(await next(follower)).to.equal('3');
  });

  it('hands over to the next tab when the leading one is closed', async () => {
    const frame = document.createElement('iframe');
    const said = new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data), { once: true }));
    const token = pageToken({ iat: Date.now() / 1000, exp: Date.now() / 1000 + 600 });
    frame.srcdoc = `<script type="module">
      import { HttpFeedApi } from '/src/client/index.ts';
      const api = new HttpFeedApi({ endpoint: ${JSON.stringify(server.endpoint)}, getToken: () => '${token}' });
      for await (const hint of api.live({ signal: new AbortController().signal })) parent.postMessage(hint.version, '*');
    </script>`;
    document.body.append(frame);
    await server.stream('send', hint('1'));
    expect(await said).to.equal('1');
    const feed = live();
    const first = next(feed);
    while (!(await navigator.locks.query()).pending?.length) await Promise.resolve();
    await server.stream('send', hint('2'));
    expect(await first).to.equal('2');
    expect(await server.requests(route)).to.have.length(1);
    frame.remove();
    expect(await lastIds(2)).to.deep.equal([undefined, '2']);
    await server.stream('send', hint('3'));
    expect(await next(feed)).to.equal('3');
  });

  it('ignores what else is said on the channel', async () => {
    const feed = live();
    const first = next(feed);
    await server.requests(route, 1);
    // The lock of the test before may still be there.
    const names = ((await navigator.locks.query()).held ?? []).map((held) => held.name ?? '');
    const name = names.find((each) => each.includes(server.endpoint));
    expect(name).to.match(/^bank-feed http.* /);
    const channel = new BroadcastChannel(name ?? '');
    for (const said of ['resync', null, 7, { item: 7 }, { item: { version: 7 } }, { item: { version: '8' } }]) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
      channel.postMessage(said);
    }
    expect(await first).to.equal('8');
    channel.close();
  });

  it('keeps companies and endpoints apart', async () => {
    const one = next(live());
    await server.requests(route, 1);
    await server.answer('GET /v1/state', { body: { ...state, liveKey: crypto.randomUUID() } });
    const two = next(live(api()));
    await server.requests(route, 2);
    await server.stream('send', hint('2'));
    expect(await two).to.equal('2');
    stop.abort();
    expect(await one).to.equal('done');
  });

  it('has a stream of its own where the state gives no key or the browser no locks', async () => {
    await server.answer('GET /v1/state', problem('internal', 500));
    const keyless = next(live());
    await server.requests(route, 1);
    await server.stream('send', hint('1'));
    expect(await keyless).to.equal('1');

    await server.answer('GET /v1/state', { body: { ...state, liveKey: 'k' } });
    const locks = navigator.locks;
    Object.defineProperty(navigator, 'locks', { configurable: true, value: undefined });
    try {
      const lockless = next(live());
      await server.requests(route, 2);
      await server.stream('send', hint('2'));
      expect(await lockless).to.equal('2');
      // A sandboxed frame has locks that refuse.
      const refuse = { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) };
      Object.defineProperty(navigator, 'locks', { configurable: true, value: refuse });
      const refused = next(live());
      await server.requests(route, 3);
      await server.stream('send', hint('3'));
      expect(await refused).to.equal('3');
    } finally {
      Reflect.deleteProperty(navigator, 'locks');
      expect(navigator.locks).to.equal(locks);
    }
  });

  it('lets go of the stream while the page is hidden', async () => {
    const feed = live();
    const first = next(feed);
    await server.requests(route, 1);
    await server.stream('send', hint('1'));
    await first;
    show('hidden');
    await server.stream('closed');
    show('visible');
    expect(await lastIds(2)).to.deep.equal([undefined, '1']);
    await server.stream('send', hint('2'));
    expect(await next(feed)).to.equal('2');
  });

  it('waits where the page is hidden from the start, and can be stopped there', async () => {
    show('hidden');
    const feed = live();
    const first = next(feed);
    await server.requests('GET /v1/state', 1);
    stop.abort();
    expect(await first).to.equal('done');
    stop = new AbortController();
    const second = next(live());
    await server.requests('GET /v1/state', 2);
    show('visible');
    expect(await server.requests(route, 1)).to.have.length(1);
    await server.stream('send', hint('1'));
    expect(await second).to.equal('1');
  });

  it('says resync once instead of more hints than anybody reads', async () => {
    const one = api();
    const slow = live(one);
    const quick = live(one);
    const begun = [next(slow), next(quick)];
    await server.requests(route, 1);
    await server.stream('send', hint('0'));
    await Promise.all(begun);
    const versions = Array.from({ length: 101 }, (_, index) => String(index + 1));
    const heard = (async () => {
      const all: string[] = [];
      while (all.at(-1) !== '101') all.push(await next(quick));
      return all;
    })();
    await server.stream('send', versions.map(hint).join(''));
    expect(await heard).to.deep.equal(versions);
    expect(await next(slow)).to.equal('resync');
  });
});
