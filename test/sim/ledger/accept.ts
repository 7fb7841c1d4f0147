/** Taking lines in, as src/outbox/ledger/accept.ts does in SQL. */
import { dueAfterArrival, loadingAfter, placeOf, standingOf } from '../../../src/outbox/decide.ts';
import type { IndexedLine, StoreOptions } from '../../../src/outbox/ledger-port.ts';
import type { FeedAddress, PushIssue, PushResult } from '../../../src/outbox/model.ts';
import { changedContent, knownAs, lateMessage, notConnected, placed, waitingReason } from '../../../src/outbox/told.ts';
import { sameLine } from '../../../src/outbox/transaction-text.ts';
import {
  findFeed,
  findOrMakeFeed,
  knownElsewhere,
  parked,
  restOf,
  wakeConnection,
  type Feed,
  type Store,
  type Unit,
} from './data.ts';

const chooseConnection = ({ feeds }: Store, { companyId, accountId, connectionId }: FeedAddress): string => {
  if (connectionId !== undefined) return connectionId;
  let newest: Feed | undefined;
  for (const feed of feeds.values()) {
    if (feed.companyId !== companyId || feed.accountId !== accountId) continue;
    if (feed.connection.status !== 'linked' || feed.account !== 'connected') continue;
    if (newest === undefined || feed.id > newest.id) newest = feed;
  }
  return newest?.connectionId ?? parked;
};

export const acceptLines = (
  unit: Unit,
  address: FeedAddress,
  given: readonly IndexedLine[],
  options: StoreOptions,
): PushResult => {
  const { store, now } = unit;
  const connectionId = chooseConnection(store, address);
  const feed = findOrMakeFeed(store, { ...address, connectionId }, options.platform);
  const platform = feed.connection.platform ?? options.platform;
  const state = {
    platform,
    connection: feed.connection.status,
    account: feed.account,
    startDate: feed.startDate,
    blocked: feed.blocked,
    sealedLocal: feed.sealedLocal,
  };
  const standing = standingOf(state);
  if (options.refuseNotConnected === true && standing.kind === 'waiting') return notConnected(given, standing.reason);

  const issues: PushIssue[] = [];
  const total = { queue: 0, straggler: 0, late: 0, 'before-start': 0 };
  let duplicates = 0;
  let refused = 0;
  const arrived = (store.sequence += 1);
  const open = store.pushes.get(feed.formerOpen ?? '');
  const known = (id: string) => {
    const found = feed.lines.get(id);
    return found && { ...found, before: found.seq <= feed.formerArrivals && !open?.ids.includes(id) };
  };
  const earlierOf = (line: IndexedLine) =>
    known(line.id) ?? (address.connectionId === undefined ? knownElsewhere(store, feed, line.id) : undefined);
  for (const line of given) {
    if (line.refusals === undefined) continue;
    const earlier = earlierOf(line);
    const isSame = earlier !== undefined && sameLine(earlier.body, line.body);
    if (isSame) duplicates += 1;
    else refused += 1;
    const issue = isSame ? knownAs(line, earlier, state) : undefined;
    issues.push(...(isSame ? [] : line.refusals), ...(issue ? [issue] : []));
  }
  const lines = given.filter(({ refusals }) => refusals === undefined);
  for (const [n, line] of lines.entries()) {
    const earlier = earlierOf(line);
    if (earlier === undefined) {
      const place = placeOf(line, state);
      total[place] += 1;
      const seq = feed.arrivals + n + 1;
      const mark = place === 'queue' ? undefined : place;
      feed.lines.set(line.id, { id: line.id, seq, at: line.at, body: line.body, mark, acceptedAt: now, arrived });
      const issue = placed(line, place, state);
      if (issue) issues.push(issue);
    } else if (sameLine(earlier.body, line.body)) {
      duplicates += 1;
      const issue = knownAs(line, earlier, state);
      if (issue) issues.push(issue);
    } else {
      refused += 1;
      issues.push(changedContent(line));
    }
  }

  const accepted = total.queue + total.straggler;
  feed.arrivals += lines.length;
  feed.queued += accepted;
  feed.stragglers += total.straggler;
  feed.late += total.late;
  feed.skipped += total['before-start'];
  if (accepted > 0) feed.waitingSince ??= now;
  if (total.late > 0) feed.lateAt ??= now;
  feed.loadingUntil = loadingAfter(feed.loadingUntil, options.more, now, unit.durations);
  const due = dueAfterArrival(state, feed, now, unit.durations.linger);
  const earlierDue = feed.dueAt;
  feed.dueAt = due;
  if (accepted + total.late + total['before-start'] > 0) unit.changed(feed);
  if (total.late > 0) unit.emit(feed, { type: 'held', reason: 'late', message: lateMessage(total.late) });
  if (due !== undefined && due !== earlierDue) wakeConnection(feed.connection, due);
  const waiting = accepted > 0 ? waitingReason(state, restOf(unit, feed)) : undefined;
  return { accepted, duplicates, held: total.late, skipped: total['before-start'], refused, waiting, issues };
};

/** The software of the connection that lines would go to; of a company that has one linked, that of the newest. */
export const platformOf = (store: Store, { companyId, accountId, connectionId }: FeedAddress) => {
  if (connectionId !== undefined) return findFeed(store, { companyId, accountId, connectionId })?.connection.platform;
  const rank = (feed: Feed): number =>
    feed.id + (feed.accountId === accountId && feed.account === 'connected' ? Number.MAX_SAFE_INTEGER / 2 : 0);
  let best: Feed | undefined;
  for (const feed of store.feeds.values()) {
    if (feed.companyId !== companyId || feed.connection.status !== 'linked') continue;
    if (feed.connection.platform === undefined) continue;
    if (best === undefined || rank(feed) > rank(best)) best = feed;
  }
  return (best ?? findFeed(store, { companyId, accountId, connectionId: parked }))?.connection.platform;
};
