/**
 * Keeps within Codat's limits by wrapping a transport: at most ten requests of a company at a time, 1,000 a
 * minute, the day's quota as the answers tell it, and after a 429 nothing until Codat says so. Pushes go
 * before what a person waits for, and that before polling. One governor per API key; wrap every transport
 * with the same.
 */
import { CodatInvalidRequestError, type Headers } from './errors.ts';
import { Lanes, type Refusal, type Ticket } from './lanes.ts';
import { atMostADay, dayRoom, pauseAfter429, readDay, type DayQuota } from './quota.ts';
import { checkLimit, createQuotaStore, type QuotaStore } from './quota-store.ts';
import { systemClock, type Clock } from './retry.ts';
import { TransportError, type Transport, type TransportRequest, type TransportResponse } from './transport.ts';

export interface GovernorOptions {
  /** Requests of one company at a time, divided among those that share a store; Codat's limit is 10. */
  readonly concurrency?: number | undefined;
  /** Requests in any minute, of a store of its own; Codat's limit is 1,000 for an IP address. */
  readonly perMinute?: number | undefined;
  /** What would have to wait longer is answered 429 here, with the time left. 10,000 where not given. */
  readonly longestWaitMs?: number | undefined;
  /** The counts, for governors that share them. In memory where not given. */
  readonly store?: QuotaStore | undefined;
  readonly clock?: Clock | undefined;
}

/** For a health page; holds no secrets. */
export interface GovernorState {
  /** As last told by Codat; undefined where that was never, or for a day that is over. */
  readonly day: DayQuota | undefined;
  readonly minute: { readonly used: number };
  /** Nothing is sent before; milliseconds since the epoch. */
  readonly closedUntil: number | undefined;
  readonly running: number;
  readonly waiting: number;
}

export interface Governor {
  (transport: Transport): Transport;
  /** Codat says that nothing may be sent before `until` (milliseconds since the epoch), but for a day at most. */
  pause(until: number): void;
  /** Codat says that the quota was reset. */
  resume(): void;
  state(): GovernorState;
}

const companyOf = (url: string): string => /\/companies\/([^/?]+)/.exec(url)?.[1]?.toLowerCase() ?? '';

const reasons: Readonly<Record<Refusal['reason'], string>> = {
  paused: 'Codat asked this client to pause',
  minute: 'Codat takes no more requests in this minute',
  day: "what is left of the day's quota is kept for what is more important",
};

/** An answer like Codat's own. */
function refused({ reason, waitMs }: Refusal): TransportResponse {
  const error = `The request was not sent: ${reasons[reason]}.`;
  const body = JSON.stringify({ statusCode: 429, service: 'governor', error, canBeRetried: 'True' });
  return {
    status: 429,
    headers: { 'content-type': 'application/json', 'retry-after': String(Math.ceil(waitMs / 1000)) },
    body: new TextEncoder().encode(body),
  };
}

/** @throws {CodatInvalidRequestError} for an option that would let nothing through. */
export function createGovernor(options: GovernorOptions = {}): Governor {
  const { perMinute = 1_000, longestWaitMs = 10_000, clock = systemClock } = options;
  if (!(longestWaitMs >= 0)) throw new CodatInvalidRequestError('longestWaitMs', 'must be milliseconds, 0 or more');
  const store = options.store ?? createQuotaStore({ perMinute });
  const concurrency = checkLimit('concurrency', options.concurrency ?? 10);
  const lanes = new Lanes(concurrency);
  /** Since when there has been somebody whom only a common limit keeps waiting. */
  let backlogSince: number | undefined;
  /** The store said so after some thought: until then it is not asked again. */
  let minuteOpensAt = 0;
  let asking = false;
  /** Taken from the store and not used yet. */
  let granted = false;
  let alarm: { readonly at: number; readonly off: AbortController } | undefined;

  function wakeAt(at: number): void {
    if (alarm !== undefined && alarm.at <= at) return;
    alarm?.off.abort();
    const set = { at, off: new AbortController() };
    alarm = set;
    void clock.sleep(at - clock.now(), set.off.signal).then(() => {
      if (alarm !== set) return;
      alarm = undefined;
      letGo();
    });
  }

  function sleepOn(): void {
    alarm?.off.abort();
    alarm = undefined;
  }

  function refuse(ticket: Ticket, reason: Refusal['reason'], waitMs: number): void {
    lanes.leave(ticket);
    ticket.end({ reason, waitMs });
  }

  /** Nobody can go before `opensAt`: whoever would have waited too long by then is told at once. */
  function hold(reason: Refusal['reason'], now: number, opensAt: number): void {
    const since = (backlogSince ??= now);
    for (let ticket = lanes.oldest; ticket !== undefined; ticket = lanes.oldest) {
      if (opensAt - Math.max(ticket.since, since) <= longestWaitMs) return wakeAt(opensAt);
      refuse(ticket, reason, opensAt - now);
    }
    sleepOn();
  }

  async function hear(answer: Promise<number>): Promise<void> {
    asking = true;
    const wait = await answer.catch(() => 0);
    asking = false;
    if (wait > 0) minuteOpensAt = clock.now() + wait;
    else granted = true;
    letGo();
  }

  /** Ends the wait of all who may be sent now. */
  function letGo(): void {
    lanes.places = Math.max(1, Math.floor(concurrency / (store.facts(clock.now()).sharedBy ?? 1)));
    for (let ticket = lanes.next(); ticket !== undefined && !asking; ticket = lanes.next()) {
      const now = clock.now();
      const { closedUntil, day } = store.facts(now);
      const roomFor = ({ priority }: Ticket) => dayRoom(day, lanes.running, priority, now);
      // Whose turn it is, but who has to wait, keeps no more important one waiting.
      if (roomFor(ticket) === 'wait') ticket = lanes.foremost() ?? ticket;
      const room = roomFor(ticket);
      if (room === 'wait') return;
      if (room === 'held' && day !== undefined) {
        refuse(ticket, 'day', day.resetAt - now);
        continue;
      }
      if (closedUntil > now) return hold('paused', now, closedUntil);
      if (minuteOpensAt > now) return hold('minute', now, minuteOpensAt);
      const wait = granted ? 0 : store.take(now);
      if (typeof wait !== 'number') return void hear(wait);
      if (wait > 0) return hold('minute', now, now + wait);
      granted = false;
      lanes.start(ticket);
      ticket.end();
    }
    if (asking) return;
    backlogSince = undefined;
    sleepOn();
    if (granted) store.release(clock.now());
    granted = false;
  }

  /** Waits for its turn; answers how to leave, or why it is not sent. */
  function enter({ url, priority = 'user', signal }: TransportRequest): Promise<Ticket | Refusal> {
    const { promise, resolve, reject } = Promise.withResolvers<Ticket | Refusal>();
    const onAbort = (): void => {
      lanes.leave(ticket);
      reject(new TransportError('aborted', signal?.reason));
      letGo();
    };
    const ticket = lanes.enter(companyOf(url), priority, clock.now(), (refusal) => {
      signal?.removeEventListener('abort', onAbort);
      resolve(refusal ?? ticket);
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    letGo();
    return promise;
  }

  function learn(status: number, headers: Headers): void {
    const now = clock.now();
    const day = readDay(headers, now);
    if (day !== undefined) store.observe(day);
    if (status === 429) store.close(pauseAfter429(headers, now));
  }

  const govern =
    (transport: Transport): Transport =>
    async (request) => {
      if (request.signal?.aborted === true) throw new TransportError('aborted', request.signal.reason);
      const turn = await enter(request);
      if ('reason' in turn) return refused(turn);
      try {
        const response = await transport(request);
        learn(response.status, response.headers);
        return response;
      } finally {
        lanes.done(turn);
        store.release(clock.now());
        letGo();
      }
    };

  return Object.assign(govern, {
    pause(until: number) {
      store.close(atMostADay(until, clock.now()));
      letGo();
    },
    resume() {
      store.open();
      letGo();
    },
    state(): GovernorState {
      const now = clock.now();
      const { day, closedUntil, minuteUsed } = store.facts(now);
      return {
        day: day !== undefined && day.resetAt > now ? day : undefined,
        minute: { used: minuteUsed },
        closedUntil: closedUntil > now ? closedUntil : undefined,
        running: lanes.running,
        waiting: lanes.waiting,
      };
    },
  });
}
