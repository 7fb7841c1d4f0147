/** The promises of the governor against any course of events: fast-check makes them up and prints its seed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/fast-check.ts';
import {
  createGovernor,
  TransportError,
  type Priority,
  type Transport,
  type TransportResponse,
} from '../../../src/codat/index.ts';
import { noon, turn, virtualTime } from './virtual-time.ts';

const priorities = ['push', 'user', 'poll'] as const;

const request = fc.record({
  /** Bursts, and single ones in between. */
  at: fc.oneof(fc.constantFrom(0, 30_000, 90_000), fc.nat(150_000)),
  company: fc.nat(3),
  priority: fc.constantFrom<Priority>(...priorities),
  takes: fc.nat(20_000),
  /** When Codat counts it, between its sending (0) and its answer (1). */
  counted: fc.double({ min: 0, max: 1, noNaN: true }),
  abortsAfter: fc.option(fc.nat(30_000), { freq: 8, nil: undefined }),
  retryAfter: fc.option(fc.integer({ min: 1, max: 20 }), { freq: 12, nil: undefined }),
});
const course = fc.record({
  concurrency: fc.integer({ min: 1, max: 3 }),
  perMinute: fc.integer({ min: 1, max: 12 }),
  longestWaitMs: fc.constantFrom(0, 10_000, 120_000),
  requests: fc.array(request, { minLength: 1, maxLength: 60, size: 'max' }),
});

type Course = typeof course extends fc.Arbitrary<infer Value> ? Value : never;
interface Made {
  readonly company: number;
  readonly priority: Priority;
  readonly entered: number;
  state: 'waiting' | 'sent' | 'over';
  startedAt: number;
  countedAt: number;
}

/** Plays a course in virtual time and checks every request at the moment it is sent. */
async function play({ requests, ...options }: Course): Promise<Made[]> {
  const { clock, time, advance } = virtualTime();
  const governor = createGovernor({ clock, ...options });
  const made: Made[] = [];
  const running = new Map<number, number>();
  /** For each company, for each request sent, whether a less important one was left waiting. */
  const passing = new Map<number, boolean[]>();
  let closedUntil = 0;

  const waitingIn = (company: number, is: (rank: number) => boolean): Made[] =>
    made.filter((one) => one.company === company && one.state === 'waiting' && is(priorities.indexOf(one.priority)));

  function onSent(one: Made): void {
    const { company, priority } = one;
    one.state = 'sent';
    one.startedAt = clock.now();
    running.set(company, (running.get(company) ?? 0) + 1);
    assert.ok(running.get(company)! <= options.concurrency, 'too many of a company at a time');
    assert.ok(clock.now() >= closedUntil, 'sent in spite of a pause');
    const rank = priorities.indexOf(priority);
    const before = waitingIn(company, (other) => other === rank).filter(({ entered }) => entered < one.entered);
    assert.deepEqual(before, [], 'overtaken by a later one');
    const passed = passing.get(company) ?? [];
    if (waitingIn(company, (other) => other < rank).length > 0)
      assert.ok(passed.length >= 7 && passed.slice(-7).every(Boolean), 'a more important one was left waiting');
    passed.push(waitingIn(company, (other) => other > rank).length > 0);
    passing.set(company, passed);
  }

  const play = async ({ company, priority, takes, counted, abortsAfter, retryAfter }: Course['requests'][number]) => {
    const abort = new AbortController();
    const one: Made = {
      company,
      priority,
      entered: made.length,
      state: 'waiting',
      startedAt: Number.NaN,
      countedAt: Number.NaN,
    };
    made.push(one);
    const transport: Transport = async () => {
      onSent(one);
      one.countedAt = clock.now() + Math.floor(counted * takes);
      await clock.sleep(takes, abort.signal);
      running.set(company, running.get(company)! - 1);
      if (abort.signal.aborted) {
        one.countedAt = Math.min(one.countedAt, clock.now());
        throw new TransportError('aborted');
      }
      const ok: TransportResponse = { status: 200, headers: {}, body: new Uint8Array() };
      if (retryAfter === undefined) return ok;
      closedUntil = Math.max(closedUntil, clock.now() + retryAfter * 1000);
      return { ...ok, status: 429, headers: { 'retry-after': String(retryAfter) } };
    };
    if (abortsAfter !== undefined)
      time.after(abortsAfter, async () => {
        abort.abort();
        await turn();
      });
    const url = `http://x/companies/${company}`;
    const answer = governor(transport)({ method: 'GET', url, headers: {}, priority, signal: abort.signal });
    try {
      const { headers } = await answer;
      if (one.state === 'waiting') assert.ok(Number(headers['retry-after']) >= 1, 'refused without a time');
    } catch (error) {
      // A broken promise is an AssertionError, and fails the course.
      if (!(error instanceof TransportError)) throw error;
    }
    one.state = 'over';
  };

  const ends: Promise<void>[] = [];
  for (const each of requests)
    time.after(each.at, async () => {
      const end = play(each);
      end.catch(() => {});
      ends.push(end);
      await turn();
    });
  await advance(3_600_000);
  assert.equal(ends.length, requests.length);
  assert.deepEqual([governor.state().running, governor.state().waiting], [0, 0], 'a wait without an end');
  await Promise.all(ends);
  return made;
}

/** The most that Codat counts in a minute, whenever its minute begins. */
function busiestMinute(made: readonly Made[]): number {
  const counted = made.map(({ countedAt }) => countedAt).filter((at) => at >= noon);
  return Math.max(0, ...counted.map((begin) => counted.filter((at) => at >= begin && at < begin + 60_000).length));
}

describe('whatever happens, the governor', () => {
  it('keeps to concurrency, minute and pauses, lets the more important go first, and ends every wait', async () => {
    await fc.assert(
      fc.asyncProperty(course, async (given) => {
        const made = await play(given);
        assert.ok(busiestMinute(made) <= given.perMinute, 'too many in a minute');
      }),
      { numRuns: 150, interruptAfterTimeLimit: 20_000 },
    );
  });
});
