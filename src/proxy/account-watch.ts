import { isCodatError } from '../codat/index.ts';
import type { SourceAccount } from '../codat/schemas/source-account.ts';
import type { Clock, FeedFacts } from '../outbox/model.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { accountState, type CompanyView, type ConnectionView } from './company-view.ts';
import { errorFields, type Log } from './log.ts';

/** Tells the outbox what Codat says of accounts: after a webhook, and behind the webhooks by a slow listing. */
export interface AccountWatch {
  /** Lists the company's connections and accounts now, or right after the listing that is under way. */
  look(companyId: string): Promise<void>;
  /** The same, and never rejects: where it fails, again with the next slow listing. */
  ask(companyId: string): void;
  /** Takes in a listing that was made for another reason. One that is out of date is left out. */
  observe(companyId: string, connection: ConnectionView, accounts: readonly SourceAccount[]): Promise<void>;
  /** We wrote something on this connection: listings begun before the answer say nothing any more. */
  wrote(companyId: string, connectionId: string): void;
  /** Nothing is kept of the company any more: the next listing of it is news. */
  forget(companyId: string): void;
  start(): void;
  stop(): Promise<void>;
}

/** In milliseconds: no slow listing of this company before `until`. */
export interface Rest {
  readonly until: number;
  readonly length: number;
}

/**
 * How long a company rests after a slow listing: an interval, then twice as long each time, up to sixty. What has not
 * connected in an hour may not do so for weeks, and adds nothing to the day's quota meanwhile.
 */
export const nextRest = (rest: Rest | undefined, interval: number, now: number): Rest => {
  const length = rest === undefined ? interval : Math.min(60 * interval, 2 * rest.length);
  // Less than that: rounds are an interval apart, and the time they take.
  return { until: now + length - interval / 2, length };
};

/**
 * What a page's listing says again within so long, in milliseconds, is not taken in again: pages list often, and what is
 * written here ends it at once.
 */
const saidFor = 30_000;
const mostSaid = 10_000;

/** Nobody in particular waits for these listings. */
const asking = { priority: 'poll' } as const;

const dateOnly = (value: string | null | undefined): string | undefined => /^\d{4}-\d\d-\d\d/.exec(value ?? '')?.[0];

const hasStatus = (error: unknown, ...statuses: readonly number[]): boolean =>
  isCodatError(error) && error.kind === 'http' && statuses.includes(error.status);

interface Looking {
  readonly now: Promise<void>;
  next: Promise<void> | undefined;
}

interface Said {
  readonly facts: FeedFacts;
  readonly at: number;
}
const textOf = ({ platform, connection, account, feedStartDate }: FeedFacts): string =>
  `${platform} ${connection} ${account} ${feedStartDate}`;

export const createAccountWatch = (parts: {
  readonly view: () => CompanyView;
  readonly outbox: Pick<Outbox, 'observe' | 'observeAll' | 'newsAmong' | 'changed' | 'feedKeys' | 'awaited'>;
  readonly clock: Clock;
  readonly interval: number;
  /** Other instances take listings in too: what this one did last says nothing of what was taken in last. */
  readonly isShared: boolean;
  /** True for one of the instances that share a store, once in an interval: Codat counts listings. */
  readonly turn: () => Promise<boolean>;
  readonly log: Log;
}): AccountWatch => {
  const { outbox, clock, interval, log } = parts;
  // The embedded store writes to the disk for each transaction; where others lock the same feeds, each goes alone.
  const atOnce = parts.isShared ? 1 : 100;
  const stopping = new AbortController();
  /** For each connection the newest listing that was taken in, by its `asOf`. */
  const newest = new Map<string, number>();
  /** For each connection, what was taken in of its accounts. */
  const said = new Map<string, Map<string, Said>>();
  /** For each connection, until what was listed of it is taken in. */
  const taking = new Map<string, Promise<void>>();
  const looking = new Map<string, Looking>();
  /** Companies to look at with the next slow listing, because the last try failed. */
  const owed = new Set<string>();
  /** Of companies something waits for, until there is news of them. */
  const rests = new Map<string, Rest>();
  let looping: Promise<void> | undefined;

  const key = (companyId: string, connectionId: string): string => `${companyId} ${connectionId}`;
  const isStale = (mark: string, asOf: number): boolean => asOf < (newest.get(mark) ?? 0);

  /** What is news is news of the connection too: other instances then list it anew for whoever looks at it. */
  const tell = async (companyId: string, connectionId: string): Promise<void> => {
    rests.delete(companyId);
    await outbox.changed(companyId, connectionId);
  };

  const takeIn = (
    companyId: string,
    connection: ConnectionView,
    accounts: readonly SourceAccount[],
    age: number,
  ): Promise<void> => {
    const mark = key(companyId, connection.id);
    if (isStale(mark, connection.asOf)) return Promise.resolve();
    // From here on an older one goes no further; what it is telling the store comes first.
    newest.set(mark, connection.asOf);
    const taken = (taking.get(mark) ?? Promise.resolve()).then(() => takeInNow(companyId, connection, accounts, age));
    const over = taken.then(
      () => undefined,
      () => undefined,
    );
    taking.set(mark, over);
    void over.then(() => taking.get(mark) === over && taking.delete(mark));
    return taken;
  };
  const takeInNow = async (
    companyId: string,
    connection: ConnectionView,
    accounts: readonly SourceAccount[],
    age: number,
  ): Promise<void> => {
    const { id: connectionId, asOf } = connection;
    const mark = key(companyId, connectionId);
    const now = clock.now();
    const before = said.get(mark);
    const fresh = new Map<string, FeedFacts>();
    for (const { id, status, feedStartDate } of accounts) {
      const facts: FeedFacts = {
        platform: connection.platform,
        connection: connection.status,
        account: accountState(status),
        feedStartDate: dateOnly(feedStartDate),
      };
      const last = before?.get(id);
      if (last === undefined || now - last.at >= age || textOf(last.facts) !== textOf(facts)) fresh.set(id, facts);
    }
    if (fresh.size === 0 || isStale(mark, asOf)) return;
    const news = new Set(await outbox.newsAmong(companyId, connectionId, fresh));
    const told = [...fresh].filter(([id]) => news.has(id));
    for (let from = 0; from < told.length; from += atOnce) {
      // Something of ours was written meanwhile: what the listing said may be over.
      if (isStale(mark, asOf)) return;
      const some = new Map(told.slice(from, from + atOnce));
      const changed = await outbox.observeAll({ companyId, connectionId }, some);
      if (changed.length > 0) await tell(companyId, connectionId);
    }
    if (isStale(mark, asOf)) return;
    if (said.size >= mostSaid) said.clear();
    const taken = said.get(mark) ?? new Map<string, Said>();
    for (const [id, facts] of fresh) taken.set(id, { facts, at: now });
    said.set(mark, taken);
  };
  const observe: AccountWatch['observe'] = (companyId, connection, accounts) =>
    takeIn(companyId, connection, accounts, parts.isShared ? 0 : saidFor);

  const list = async (companyId: string): Promise<void> => {
    const view = parts.view();
    // Before the listing: what is made meanwhile cannot be missed in it.
    const feeds = await outbox.feedKeys(companyId);
    const asOf = view.nextListing();
    view.invalidate(companyId);
    const connections = new Map(
      (await view.connections(companyId, asking)).map((connection) => [connection.id, connection]),
    );
    const listed = new Map<string, ReadonlySet<string>>();
    const faults: unknown[] = [];
    for (const connection of connections.values()) {
      try {
        const accounts = await view.accounts(companyId, connection, asking);
        listed.set(connection.id, new Set(accounts.map((account) => account.id)));
        await takeIn(companyId, connection, accounts, 0);
      } catch (error) {
        // One connection keeps no other one waiting; one that is no bank feed has no such accounts.
        if (connection.platform !== undefined || !hasStatus(error, 400, 404, 409)) faults.push(error);
      }
    }
    // What is no longer listed was removed on the other side: say so, or its lines would wait for ever.
    for (const feed of feeds) {
      const connection = connections.get(feed.connectionId);
      const accounts = listed.get(feed.connectionId);
      const unknown = connection !== undefined && accounts === undefined;
      const mark = key(companyId, feed.connectionId);
      if (unknown || accounts?.has(feed.accountId) || isStale(mark, asOf)) continue;
      said.get(mark)?.delete(feed.accountId);
      const isNew = await outbox.observe(feed, { connection: connection?.status ?? 'deleted', account: 'removed' });
      if (isNew) await tell(companyId, feed.connectionId);
    }
    if (faults.length > 0) throw faults[0];
  };

  const begin = (companyId: string): Promise<void> => {
    const entry: Looking = { now: list(companyId), next: undefined };
    looking.set(companyId, entry);
    const clear = (): void => {
      if (entry.next === undefined) looking.delete(companyId);
    };
    entry.now.then(clear, clear);
    return entry.now;
  };

  const look = (companyId: string): Promise<void> => {
    const current = looking.get(companyId);
    if (current === undefined) return begin(companyId);
    return (current.next ??= current.now.catch(() => undefined).then(() => begin(companyId)));
  };

  const tryLook = async (companyId: string): Promise<void> => {
    try {
      owed.delete(companyId);
      await look(companyId);
    } catch (error) {
      // A company that is not there comes to nothing, however often it is asked for.
      if (!hasStatus(error, 404)) owed.add(companyId);
      log.warn({ ...errorFields(error), companyId }, 'accounts could not be listed; trying again later');
    }
  };

  const round = async (): Promise<void> => {
    const due = new Set(owed);
    if (await parts.turn()) {
      const now = clock.now();
      const waiting = new Set((await outbox.awaited()).map(({ companyId }) => companyId));
      for (const companyId of rests.keys()) if (!waiting.has(companyId)) rests.delete(companyId);
      for (const companyId of waiting) if (now >= (rests.get(companyId)?.until ?? 0)) due.add(companyId);
    }
    for (const companyId of due) {
      if (stopping.signal.aborted) return;
      rests.set(companyId, nextRest(rests.get(companyId), interval, clock.now()));
      await tryLook(companyId);
    }
  };

  return {
    look,
    observe,
    ask: (companyId) => void tryLook(companyId),
    wrote(companyId, connectionId) {
      rests.delete(companyId);
      said.delete(key(companyId, connectionId));
      newest.set(key(companyId, connectionId), parts.view().nextListing());
    },
    forget(companyId) {
      for (const mark of said.keys()) if (mark.startsWith(key(companyId, ''))) said.delete(mark);
      rests.delete(companyId);
      owed.delete(companyId);
    },
    start() {
      looping = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(interval, stopping.signal);
          if (stopping.signal.aborted) return;
          await round().catch((error: unknown) =>
            log.warn(errorFields(error), 'the slow listing failed; trying again'),
          );
        }
      })();
    },
    async stop() {
      stopping.abort();
      await looping;
    },
  };
};
