/** Two ledgers that are told the same things and have to answer the same. */
import assert from 'node:assert/strict';
import type { Outcome } from '../../../../src/outbox/decide.ts';
import { defaultDurations } from '../../../../src/outbox/durations.ts';
import type { Done, Lease, Ledger, Work } from '../../../../src/outbox/ledger-port.ts';
import type { Change, FeedEvent, FeedFacts, FeedKey } from '../../../../src/outbox/model.ts';
import { OutboxError } from '../../../../src/outbox/outbox-error.ts';
import { companyId, line, minute, start, type LedgerStore } from './bench.ts';

const accounts = ['one', 'two'] as const;
const connections = ['left', 'right'] as const;
const days = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'] as const;
const platforms = [undefined, 'xero', 'sage', 'freeagent'] as const;
const connectionStates = ['linked', 'linked', 'linked', 'pending', 'unlinked', 'deauthorized', 'deleted'] as const;
const accountStates = ['connected', 'connected', 'connected', 'none', 'connecting', 'disconnected', 'removed'] as const;
const waits = [0, 50, 1000, minute, 10 * minute] as const;

/** One thing to do; the numbers choose among what there is then. */
export interface Deed {
  readonly kind:
    | 'accept'
    | 'observe'
    | 'send'
    | 'step'
    | 'expire'
    | 'renew'
    | 'poll'
    | 'settle'
    | 'pause'
    | 'unpause'
    | 'sweep'
    | 'touch'
    | 'wait'
    | 'acknowledge'
    | 'skip'
    | 'retry'
    | 'resume';
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const pick = <Value>(values: readonly Value[], n: number): Value => values[n % values.length]!;

/** Ids that a store invents, called by the order in which they were seen. */
class Names {
  readonly #seen = new Map<string, string>();
  of(id: string): string {
    const name = this.#seen.get(id) ?? `#${this.#seen.size + 1}`;
    this.#seen.set(id, name);
    return name;
  }
}

interface Turn {
  readonly lease: Lease;
  readonly work: Work | undefined;
}

/** One of the two, with what it handed out. */
class Twin {
  readonly ledger: Ledger;
  readonly names = new Names();
  readonly heard: FeedEvent[] = [];
  readonly turns: Turn[] = [];
  readonly pushes: { readonly id: string; readonly operationKey: string }[] = [];
  version = 0;
  readonly #store: LedgerStore;

  constructor(store: LedgerStore) {
    this.#store = store;
    const durations = { ...defaultDurations, lease: 60 * minute, look: 24 * 60 * minute };
    this.ledger = store.ledger((news) => void this.heard.push(...news.events), durations);
  }

  expire(): Promise<void> {
    return this.#store.expireLeases();
  }

  /** Without what a store invents: ids and the numbers of changes and events. */
  plain(value: unknown): unknown {
    return JSON.parse(
      JSON.stringify(value, (name, field: unknown) => {
        if (name === 'version' || name === 'token' || name === 'connectionRef') return undefined;
        const isId = name === 'id' || name === 'pushId';
        return isId && typeof field === 'string' && field.length === 36 ? this.names.of(field) : field;
      }) ?? 'null',
    );
  }

  async shows(now: number): Promise<unknown> {
    const { ledger } = this;
    const byText = (one: unknown, other: unknown): number => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
    const histories = [];
    for (const connectionId of ['', ...connections])
      for (const accountId of accounts)
        histories.push(await ledger.history({ companyId, connectionId, accountId }, 0, 50));
    const { version, changes } = await ledger.changes(this.version, companyId);
    this.version = version;
    const changed = changes.map(({ connectionId, accountId }: Change) => `${connectionId}/${accountId}`).toSorted();
    const events = (await ledger.events(undefined, 1000)).map((event) => ({ ...event, id: '' }));
    return this.plain({
      overview: await ledger.overview(companyId, 'Europe/Paris', now),
      awaited: [...(await ledger.awaited())].toSorted(byText),
      keys: [...(await ledger.feedKeys(companyId))].toSorted(byText),
      heard: this.heard.splice(0).map((event) => ({ ...event, id: '' })),
      histories,
      held: await ledger.operating.held(now, { companyId }, undefined, 50),
      waiting: await ledger.operating.waiting(now, { accountId: 'one' }, undefined, 50),
      changed,
      events,
    });
  }
}

const outcomeOf = (n: number, now: number, operationKey: string): Outcome => {
  const at = now + pick(waits, n >> 4);
  const gate = { scope: pick(['all', 'company'] as const, n >> 8), until: at, reason: 'rate-limit' } as const;
  const errors = [{ itemId: 'a', message: 'bad' }];
  const outcomes: readonly Outcome[] = [
    { kind: 'pending', operationKey },
    { kind: 'pending', operationKey },
    { kind: 'pending', operationKey },
    { kind: 'success', operationKey },
    { kind: 'success', operationKey },
    { kind: 'sealed', at },
    { kind: 'sealed', at, gate },
    { kind: 'again', at },
    { kind: 'reconcile', at },
    { kind: 'new-key', at, failed: true },
    { kind: 'new-key', at, failed: false, gate: { ...gate, scope: 'company', reason: 'unauthorized' } },
    { kind: 'stop', state: 'failed', reason: 'refused', message: 'no', errors },
    { kind: 'stop', state: 'timed-out', reason: 'timed-out', message: 'maybe', errors: [], operationKey },
  ];
  return pick(outcomes, n);
};

/** What a person is answered; `otherwise` where it is not possible. */
const told = async <Answer, Otherwise>(answer: Promise<Answer>, otherwise: Otherwise): Promise<Answer | Otherwise> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof OutboxError) return otherwise;
    throw error;
  }
};

/** Does the same to both, and compares all that they answer, tell and show. */
export const compareTwins = async (
  stores: readonly [LedgerStore, LedgerStore],
  deeds: readonly Deed[],
): Promise<void> => {
  for (const store of stores) await store.clear();
  const twins = stores.map((store) => new Twin(store));
  for (const twin of twins) twin.version = (await twin.ledger.changes(Number.MAX_SAFE_INTEGER, companyId)).version;
  let now = start;
  let operations = 0;

  const deed = async (twin: Twin, { kind, a, b, c }: Deed, operationKey: string): Promise<unknown> => {
    const { ledger, turns, pushes } = twin;
    const key: FeedKey = { companyId, connectionId: pick(connections, b), accountId: pick(accounts, a) };
    // People may name no connection, or the lines that are parked on none.
    const named = { ...key, connectionId: pick([key.connectionId, key.connectionId, undefined, null], c >> 4) };
    const place = turns.length === 0 ? -1 : a % turns.length;
    const turn = turns[place];
    switch (kind) {
      case 'accept': {
        const ids = Array.from({ length: 1 + (c % 4) }, (_, n) => `l${(c + n * 7) % 24}`);
        const lines = [...new Set(ids)].map((id, n) =>
          line(`${id}@${pick(days, c + n + Number(id.slice(1)))}`, n, c % 11 === 0 ? '2.00' : '1.00'),
        );
        const connectionId = b % 3 === 2 ? undefined : key.connectionId;
        const more = pick([undefined, undefined, undefined, true, true, false], c >> 4);
        const options = {
          more,
          dryRun: c % 13 === 0,
          refuseNotConnected: c % 17 === 0,
          platform: pick(platforms, b >> 3),
        };
        return ledger.accept(now, { companyId, accountId: key.accountId, connectionId }, lines, options);
      }
      case 'observe': {
        const facts: FeedFacts = {
          platform: pick(platforms, b >> 3),
          connection: pick(connectionStates, c),
          account: pick(accountStates, c >> 3),
          feedStartDate: pick([undefined, undefined, '2026-03-02', '2026-03-03T00:00:00'], c >> 6),
        };
        const told = new Map(accounts.map((account) => [account, facts]));
        const news = await ledger.newsAmong(companyId, key.connectionId, told);
        if (c % 5 === 4) return { changed: await ledger.observeAll(now, key, told), news };
        const changed = await ledger.observe(now, key, facts);
        assert.ok(!changed || news.includes(key.accountId), 'what is taken in was news');
        return { changed, news };
      }
      case 'send': {
        const leases = [...(await ledger.claim(now, 10))].toSorted((one, other) =>
          one.connectionId < other.connectionId ? -1 : 1,
        );
        const works: Work[] = [];
        for (const lease of leases) {
          const work = await ledger.step(lease, undefined, now, true);
          works.push(work);
          turns.push({ lease, work });
        }
        return { leases, works };
      }
      case 'step': {
        if (turn === undefined) return 'nobody';
        const push = turn.work !== undefined && 'push' in turn.work ? turn.work.push : undefined;
        const outcome = outcomeOf(b, now, operationKey);
        const done: Done | undefined = push && { companyId, pushId: push.id, attempt: push.state.attempts, outcome };
        const work = await ledger.step(turn.lease, c % 7 === 0 ? undefined : done, now, c % 5 !== 0);
        if (push && 'operationKey' in outcome && outcome.operationKey !== undefined)
          pushes.push({ id: push.id, operationKey: outcome.operationKey });
        turns[place] = { lease: turn.lease, work };
        if (work.kind === 'lost' || work.kind === 'idle') turns.splice(place, 1);
        return work;
      }
      case 'expire':
        return twin.expire();
      case 'renew':
        return turn && ledger.renew(turn.lease);
      case 'poll': {
        const polls = await ledger.claimPolls(now, 10);
        return [...polls].toSorted((one, other) => (one.operationKey < other.operationKey ? -1 : 1));
      }
      case 'settle': {
        const push = pushes.length === 0 ? undefined : pick(pushes, a);
        if (push === undefined) return 'nothing';
        const outcome = outcomeOf(pick([0, 3, 3, 9, 11, 12], b), now, push.operationKey);
        const found = await ledger.findOperation(companyId, push.operationKey);
        const known = await ledger.knownOperations(companyId, [push.operationKey, 'none']);
        return [await ledger.settle(now, push.id, outcome), found ?? 'unknown', [...known]];
      }
      case 'pause':
        await ledger.pause(now + pick(waits, a));
        return undefined;
      case 'unpause':
        return ledger.unpause(now);
      case 'sweep':
        return ledger.sweep(now);
      case 'touch':
        return ledger.touch(now, { ...key, accountId: '' });
      case 'acknowledge': {
        const events = await ledger.events(undefined, 1 + (a % 5));
        const last = events.at(-1);
        return last && ledger.acknowledge(last.id, now);
      }
      case 'skip': {
        const { items } = await told(ledger.operating.lines(named, 0, 50), { items: [], more: false });
        const open = items.filter(({ state }) => c % 7 === 0 || state !== 'sending');
        const ids = open.slice(b % 3, (b % 3) + 1 + (c % 3)).map(({ id }) => id);
        return [items, await told(ledger.operating.skip(now, named, ids, `reason ${c % 5}`), 'refused')];
      }
      case 'retry':
        return [
          await told(ledger.operating.doubtfulOperation(named), 'none'),
          await told(ledger.operating.retry(now, named, c % 2 === 0), 'refused'),
        ];
      case 'resume':
        return told(ledger.operating.resume(now, c % 3 === 2 ? { companyId } : named), 'refused');
      case 'wait':
        return undefined;
    }
  };

  for (const [n, one] of deeds.entries()) {
    if (one.kind === 'wait') now += pick(waits, one.a);
    // Now and then a key that another push has already.
    const operationKey =
      one.c % 19 === 18 && operations > 0 ? `operation-${operations}` : `operation-${(operations += 1)}`;
    const said: unknown[] = [];
    for (const twin of twins) said.push(twin.plain(await deed(twin, one, operationKey)));
    const context = `deed ${n}: ${JSON.stringify(one)}`;
    assert.deepEqual(said[1], said[0], context);
    const shown: unknown[] = [];
    for (const twin of twins) shown.push(await twin.shows(now));
    assert.deepEqual(shown[1], shown[0], context);
  }
};
