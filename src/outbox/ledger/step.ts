/** The sender's side: one step at a time, under the lease of a connection. */
import { begun, nextAction, standingOf, type PushState } from '../decide.ts';
import type { Done, Lease, Work } from '../ledger-port.ts';
import type { Durations } from '../model.ts';
import { missingMessage } from '../told.ts';
import { instant, lockFeedById, lockFeedOfPush, lockFeeds, type FeedRecord } from './feeds.ts';
import { closedGate } from './gate.ts';
import { LostLease, release, renew } from './lease.ts';
import type { Unit } from './news.ts';
import { readPushes, seal, sealedBody, writeState, type PushRow } from './pushes.ts';
import { block, settle } from './settle.ts';

const sending = (feed: FeedRecord, push: { readonly id: string; readonly state: PushState }, body: string): Work => {
  const { companyId, connectionId, accountId } = feed;
  return { kind: 'send', push: { id: push.id, key: { companyId, connectionId, accountId }, state: push.state }, body };
};

const send = async (unit: Unit, feed: FeedRecord, push: PushRow): Promise<Work> => {
  const body = await sealedBody(unit, feed, push);
  const state = begun({ ...push.facts, failures: feed.failures }, unit.now);
  await writeState(unit, push.id, 'sending', state);
  await unit.query('update feed set due_at = null where id = $1::bigint', [feed.id]);
  unit.changed(feed);
  return sending(feed, { id: push.id, state }, body);
};

/** The account that has waited longest. One that another transaction has locked is left for the next turn. */
const nextFeed = async (unit: Unit, lease: Lease): Promise<FeedRecord | undefined> => {
  const [feed] = await lockFeeds(
    unit,
    'f.connection_ref = $1::bigint and f.due_at <= $2::timestamptz order by f.due_at, f.id limit 1',
    [lease.connectionRef, instant(unit.now)],
    'skip locked',
  );
  return feed;
};

const takeNext = async (unit: Unit, lease: Lease): Promise<Work | undefined> => {
  for (let feed = await nextFeed(unit, lease); feed !== undefined; feed = await nextFeed(unit, lease)) {
    if (standingOf(feed.state).kind === 'open') {
      // Lines in a push: one is open, as the feed is not held.
      const open = `p.feed_id = $1::bigint and p.state in ('sealed', 'sending', 'pending')`;
      const [found] = feed.inPush > 0 ? await readPushes(unit, open, [feed.id]) : [];
      if (found?.state === 'sealed') return send(unit, feed, found);
      if (found === undefined) {
        if ((feed.loadingUntil ?? 0) > unit.now) {
          await unit.query('update feed set due_at = loading_until where id = $1::bigint', [feed.id]);
          continue;
        }
        const sealed = await seal(unit, feed);
        if (sealed !== undefined) return sending(feed, sealed, sealed.body);
        if (feed.queued > 0) {
          await block(unit, feed, 'fault', missingMessage(feed.queued));
        }
      }
    }
    // Not its turn after all: whoever ends what it waits for makes it due again.
    await unit.query('update feed set due_at = null where id = $1::bigint', [feed.id]);
  }
  return undefined;
};

/** A push that is sending or in doubt comes before everything else on its connection. */
const goOn = async (unit: Unit, push: PushRow, durations: Durations): Promise<Work | { readonly until: number }> => {
  const feed = await lockFeedById(unit, push.feedId);
  if (feed === undefined) return { kind: 'idle' };
  const state: PushState = { ...push.facts, failures: feed.failures };
  const action = nextAction(state, standingOf(feed.state).kind === 'open', unit.now, durations);
  if (action.kind === 'wait') return { until: action.until };
  if (action.kind === 'send') return send(unit, feed, push);
  const { companyId, connectionId, accountId } = feed;
  return {
    kind: 'reconcile',
    push: { id: push.id, key: { companyId, connectionId, accountId }, state },
    since: action.since,
  };
};

/** True where a push of the connection may be left that is sending: there is one at most, and this one may have ended. */
const record = async (unit: Unit, done: Done, durations: Durations): Promise<boolean> => {
  const feed = await lockFeedOfPush(unit, done.pushId);
  if (feed === undefined) return true;
  const [push] = await readPushes(unit, `p.id = $1::uuid and p.state = 'sending' and p.attempts = $2 for update`, [
    done.pushId,
    done.attempt,
  ]);
  if (push === undefined) return true;
  await settle(unit, feed, push, done.outcome, durations);
  return done.outcome.kind === 'again' || done.outcome.kind === 'reconcile';
};

const work = async (unit: Unit, lease: Lease, done: Done | undefined, take: boolean, durations: Durations) => {
  const mayBeLeft = done === undefined || (await record(unit, done, durations));
  // Locked, so that whoever opens it comes after this transaction, and wakes a connection that went to sleep for it.
  const gate = await closedGate(unit, lease.companyId, 'for share');
  const unended = `p.connection_ref = $1::bigint and p.state = 'sending'`;
  const [unanswered] = mayBeLeft ? await readPushes(unit, unended, [lease.connectionRef]) : [];
  let until: number | undefined;
  if (take && gate === undefined) {
    const next = unanswered ? await goOn(unit, unanswered, durations) : await takeNext(unit, lease);
    if (next !== undefined && 'kind' in next && next.kind !== 'idle') {
      // The fence, and the last lock: everything above is undone where the lease is lost.
      if (!(await renew(unit, lease, durations.lease))) throw new LostLease();
      return next;
    }
    if (next !== undefined && 'until' in next) until = next.until;
  } else if (unanswered !== undefined) until = unanswered.facts.nextAt ?? unit.now;
  await release(unit, lease, gate?.until, until);
  return { kind: 'idle' } as const;
};

export type Run = <Result>(now: number, job: (unit: Unit) => Promise<Result>) => Promise<Result>;

export const step = async (
  run: Run,
  lease: Lease,
  done: Done | undefined,
  now: number,
  durations: Durations,
  take: boolean,
): Promise<Work> => {
  try {
    return await run(now, (unit) => work(unit, lease, done, take, durations));
  } catch (error) {
    if (error instanceof LostLease) return { kind: 'lost' };
    throw error;
  }
};
