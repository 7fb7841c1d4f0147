import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Hints } from '../../../src/proxy/hints.ts';
import { proxyDurations } from '../../../src/proxy/options.ts';
import { liveRoutes } from '../../../src/proxy/routes/live.ts';
import type { Session } from '../../../src/proxy/sessions.ts';
import { OpenStreams, streamLimits } from '../../../src/proxy/stream-limits.ts';
import { TestClock } from '../outbox/support/test-clock.ts';
import { connectXero, pageOrigin, serverSecret, startWorld, type World } from './support.ts';

interface Frame {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** The frames of the stream, comments left out. */
async function* frames(world: World, headers: Record<string, string> = {}, token?: string): AsyncGenerator<Frame> {
  const response = await fetch(`${world.url}/v1/live`, {
    headers: { origin: pageOrigin, authorization: `Bearer ${token ?? (await world.token())}`, ...headers },
  });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const frame = text.slice(0, end);
      text = text.slice(end + 2);
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1];
      const event = field('event');
      if (event) yield { event, id: field('id'), data: JSON.parse(field('data') ?? 'null') };
    }
  }
}

const connectionOf = (result: IteratorResult<Frame>): unknown => {
  assert.ok(!result.done);
  return (result.value.data as { connectionId: string }).connectionId;
};

test('hints tell an open page, and another company hears nothing', async (t) => {
  const world = await startWorld(t);
  const stranger = await world.proxy.companies.ensure({ reference: 'customer-2', name: 'Other Ltd' });
  const foreign = frames(world, {}, await world.token(stranger.id));
  const heard = frames(world);
  const first = heard.next();
  const foreignFirst = foreign.next();
  const { connectionId, accountId } = await connectXero(world);
  const { value } = await first;
  assert.equal(value?.event, 'hint');
  assert.match(value?.id ?? '', /^\d+$/);
  for await (const { data } of heard) {
    const hint = data as { connectionId: string; accountId?: string };
    assert.equal(hint.connectionId, connectionId);
    if (hint.accountId === accountId) break;
  }
  // Whatever the stranger hears first must be its own.
  await world.call('POST', '/v1/connections', { token: await world.token(stranger.id), body: { platform: 'xero' } });
  assert.notEqual(connectionOf(await foreignFirst), connectionId);
  await foreign.return(undefined);
});

test('hints missed while away are made up for, and an unknown id is told to read again', async (t) => {
  const world = await startWorld(t);
  const { connectionId } = await connectXero(world);
  const since = frames(world, { 'last-event-id': '0' });
  assert.equal(connectionOf(await since.next()), connectionId);
  await since.return(undefined);
  for (const id of ['nonsense', '999999999999']) {
    const unknown = frames(world, { 'last-event-id': id });
    assert.equal((await unknown.next()).value?.event, 'resync');
    await unknown.return(undefined);
  }
});

test('what waits for a reader who does not read is bounded: the stream ends, and is asked for again', async () => {
  const session: Session = { companyId: 'company', scopes: new Set(['feeds:read']), expiresAt: Infinity, subject: '' };
  let tell: Parameters<Hints['subscribe']>[1] = () => assert.fail('nobody listens');
  const nothing = () => Promise.resolve(undefined);
  const routes = liveRoutes({
    authenticate: () => Promise.resolve(session),
    hints: {
      subscribe: (_companyId, listener) => ((tell = listener), () => undefined),
      since: nothing,
      wake: () => undefined,
      start: nothing,
      stop: nothing,
    },
    clock: new TestClock(),
    durations: proxyDurations,
    streams: new AbortController(),
    openStreams: new OpenStreams(streamLimits),
    revoked: () => () => undefined,
  });
  const { body } = await routes.request('/live');
  assert.ok(body);
  for (let n = 0; n < 10_000; n += 1) tell({ version: String(n) }, String(n));
  let frameCount = 0;
  for await (const _frame of body) frameCount += 1;
  assert.ok(frameCount < 5000, `${frameCount} frames`);
});

const openStream = async (world: World, company = world.companyId, signal?: AbortSignal) =>
  fetch(`${world.url}/v1/live`, {
    headers: { origin: pageOrigin, authorization: `Bearer ${await world.token(company)}` },
    ...(signal && { signal }),
  });

test('streams end when the proxy stops, and say when to ask again, not all at once', async (t) => {
  const world = await startWorld(t);
  const streams = await Promise.all(Array.from({ length: 10 }, () => openStream(world)));
  await world.proxy.stop();
  const partings = await Promise.all(
    streams.map(async (stream) =>
      Number(/^: open\nretry: 1000\n\n(?:.*\n)*?retry: (\d+)\n\n$/.exec(await stream.text())?.[1]),
    ),
  );
  assert.ok(partings.every((wait) => wait >= 1_000 && wait < 10_000));
  assert.ok(new Set(partings).size > 5, partings.join());
});

test('a company, and an instance, hold so many streams open; one that ends makes room', async (t) => {
  const world = await startWorld(t, { streamLimits: { company: 2, all: 3 } });
  const other = await world.proxy.companies.ensure({ reference: 'customer-2', name: 'Other Ltd' });
  const third = await world.proxy.companies.ensure({ reference: 'customer-3', name: 'Third Ltd' });
  const leaving = new AbortController();
  const statuses = [];
  for (const [company, signal] of [
    [world.companyId, leaving.signal],
    [world.companyId],
    [world.companyId],
    [other.id],
    [third.id],
  ] as const) {
    const stream = await openStream(world, company, signal);
    statuses.push(stream.status);
    if (stream.status !== 429) continue;
    assert.match(stream.headers.get('retry-after') ?? '', /^[12]\d$/);
    assert.equal(((await stream.json()) as { code: string }).code, 'rate_limited');
  }
  assert.deepEqual(statuses, [200, 200, 429, 200, 429]);
  leaving.abort();
  let again = await openStream(world);
  while (again.status === 429) {
    await delay(5);
    again = await openStream(world);
  }
  assert.equal(again.status, 200);
});

test('whoever asks for the headers alone opens no stream', async (t) => {
  const world = await startWorld(t, { streamLimits: { company: 1 } });
  const headers = { origin: pageOrigin, authorization: `Bearer ${await world.token()}` };
  const { status, headers: answered } = await fetch(`${world.url}/v1/live`, { method: 'HEAD', headers });
  assert.deepEqual([status, answered.get('content-type')], [200, 'text/event-stream']);
  assert.equal((await openStream(world)).status, 200);
});

test('a stream ends at once when its session is revoked, and those of others go on', async (t) => {
  const world = await startWorld(t);
  const mint = () => world.proxy.sessions.mint({ companyId: world.companyId, subject: 'user', origin: pageOrigin });
  const [ended, kept] = [await mint(), await mint()];
  const openWith = (token: string) =>
    fetch(`${world.url}/v1/live`, { headers: { origin: pageOrigin, authorization: `Bearer ${token}` } });
  const [ending, going] = [await openWith(ended.token), await openWith(kept.token)];
  const answer = await fetch(`${world.url}/v1/sessions/revoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${serverSecret}` },
    body: JSON.stringify({ sessionId: ended.sessionId }),
  });
  assert.equal(answer.status, 204);
  assert.match(await ending.text(), /^: open/);
  const reader = going.body?.getReader();
  assert.match(Buffer.from((await reader?.read())?.value ?? '').toString(), /^: open/);
  assert.equal((await world.call('GET', '/v1/state', { token: ended.token })).status, 401);
  assert.equal((await world.call('GET', '/v1/state', { token: kept.token })).status, 200);
  await world.proxy.sessions.revoke({ companyId: world.companyId });
  assert.equal((await reader?.read())?.done, true);
});

test('a stream ends when the host says no any more', async (t) => {
  let allowed = true;
  let companyId = '';
  const world = await startWorld(t, {
    authorize: () => (allowed ? { companyId, subject: 'ann', scopes: ['feeds:read'] } : undefined),
    durations: { watch: 200, changes: 50, beat: 20, authorizeAgain: 40 },
  });
  companyId = world.companyId;
  const response = await fetch(`${world.url}/v1/live`, { headers: { 'bank-feed-version': '1' } });
  let beats = 0;
  for await (const chunk of response.body ?? []) {
    if (!Buffer.from(chunk).toString().includes('beat')) continue;
    beats += 1;
    // Several rounds of being asked again before the answer changes.
    if (beats === 5) allowed = false;
  }
  assert.ok(beats >= 5);
});

test('a stream ends when the scope is taken away, and one that was left does not go on', async (t) => {
  let scopes: ('feeds:read' | 'feeds:connect')[] = ['feeds:read', 'feeds:connect'];
  let companyId = '';
  const beats = new Map<number, number>();
  const world = await startWorld(t, {
    authorize: () => ({ companyId, subject: 'ann', scopes }),
    durations: { watch: 200, changes: 20, beat: 37, authorizeAgain: 40, listing: 0 },
    clock: {
      now: Date.now,
      async sleep(ms, signal) {
        beats.set(ms, (beats.get(ms) ?? 0) + 1);
        await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
      },
    },
  });
  companyId = world.companyId;
  const headers = { 'bank-feed-version': '1' };
  const leaving = new AbortController();
  const left = await fetch(`${world.url}/v1/live`, { headers, signal: leaving.signal });
  const reader = left.body?.getReader();
  await reader?.read();
  leaving.abort();
  await delay(150);
  const before = beats.get(37) ?? 0;
  await delay(200);
  assert.equal(beats.get(37) ?? 0, before, 'the stream that was left still beats');

  const open = await fetch(`${world.url}/v1/live`, { headers });
  await delay(60);
  scopes = ['feeds:connect'];
  let text = '';
  for await (const chunk of open.body ?? []) text += Buffer.from(chunk).toString();
  assert.match(text, /open/);
});
