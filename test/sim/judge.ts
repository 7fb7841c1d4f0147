/** What came of a seed, by the books of the accounting software and by what the bank was told. */
import { firstDay, isConnected, ordersStrictly, standingOf } from '../../src/outbox/decide.ts';
import type { Codat, Landing } from './codat.ts';
import type { HandedLine, Stream } from './host.ts';
import { written } from './people.ts';
import { parked, stateOf, type Feed, type Push, type Store } from './ledger/data.ts';

export interface Verdict {
  readonly lines: number;
  readonly delivered: number;
  /** Not delivered, and shown with a reason: by reason. */
  readonly held: ReadonlyMap<string, number>;
  readonly lost: string[];
  readonly duplicated: string[];
  readonly disordered: string[];
  /** Anything else that may not be. */
  readonly wrong: string[];
}

const idIn = /"id":"([^"]+)"/;

export const judge = (
  streams: readonly Stream[],
  codat: Codat,
  store: Store,
  setAside: ReadonlySet<string> = new Set(),
): Verdict => {
  const lost = codat.overtaken.map((id) => `${id}: refused by the software, as a later one was there first`);
  const duplicated: string[] = [];
  const disordered: string[] = [];
  const wrong: string[] = [];
  const held = new Map<string, number>();
  const hold = (reason: string): void => void held.set(reason, (held.get(reason) ?? 0) + 1);

  const known = new Map(streams.flatMap(({ lines }) => [...lines]));
  const landed = new Map<string, number>();
  const targets = new Map<string, Landing[]>();
  for (const landing of codat.landings) {
    const target = `${landing.companyId}/${landing.connectionId}/${landing.accountId}`;
    targets.set(target, [...(targets.get(target) ?? []), landing]);
    for (const text of landing.lines) {
      const id = idIn.exec(text)?.[1] ?? '';
      if (known.get(id)?.text !== text) wrong.push(`${target} has ${text}, which was never handed over`);
      landed.set(id, (landed.get(id) ?? 0) + 1);
    }
  }
  for (const { platform, startDate, lines } of streams) {
    const first = firstDay({ platform, startDate });
    for (const { id, at } of lines.values())
      if (first !== undefined && at < first && landed.has(id))
        wrong.push(`${id}: written, though before the start date`);
  }
  for (const [id, times] of landed) if (times > 1) duplicated.push(`${id}: ${times} times`);
  for (const id of codat.overtaken) landed.set(id, landed.get(id) ?? 0);

  for (const [target, landings] of targets) {
    const feed = [...store.feeds.values()].find(
      (one) => `${one.companyId}/${one.connectionId}/${one.accountId}` === target,
    );
    if (feed === undefined) wrong.push(`${target} got lines and has no feed`);
    else checkOrder(feed, landings, known, store, disordered);
  }

  const pushOf = lastPushes(store);
  let delivered = 0;
  const feedsOf = new Map<string, Feed[]>();
  for (const feed of store.feeds.values()) {
    const key = `${feed.companyId}/${feed.accountId}`;
    feedsOf.set(key, [...(feedsOf.get(key) ?? []), feed]);
    delivered += feed.delivered;
  }
  for (const { companyId, accountId, lines, startDate } of streams)
    for (const { id, at } of lines.values()) {
      const feeds = feedsOf.get(`${companyId}/${accountId}`)?.filter((one) => one.lines.has(id)) ?? [];
      // An id is known to one feed: repeated while nothing was connected, or when the account had moved to another
      // connection, the line stands twice, and once it is dropped or held.
      const feed =
        feeds.find((one) => pushOf(one, id)?.state === 'success') ??
        feeds.find((one) => one.connectionId !== parked) ??
        feeds[0];
      const line = feed?.lines.get(id);
      if (feed === undefined || line === undefined) {
        lost.push(`${id}: in no feed`);
        continue;
      }
      const times = landed.get(id) ?? 0;
      const push = pushOf(feed, id);
      const mayBeThere = line.note === written || push?.state === 'timed-out';
      if (setAside.has(`${feed.connectionId}/${id}`) && line.mark !== 'skipped' && push?.state !== 'success')
        wrong.push(`${id}: set aside by a person, and goes on`);
      if (line.note === written && times === 0) lost.push(`${id}: set aside as written, and not written`);
      if (line.mark === 'late' || line.mark === 'before-start' || line.mark === 'skipped') {
        if (times > 0 && !(line.mark === 'skipped' && mayBeThere))
          wrong.push(`${id}: marked ${line.mark}, and written`);
        if (line.mark === 'late') hold('late');
        if (line.mark === 'before-start' && !(startDate !== undefined && at < startDate))
          lost.push(`${id}: left out as if it lay before the feed start date`);
        continue;
      }
      const standing = standingOf(stateOf(feed));
      if (push?.state === 'success') {
        if (times === 0 && !codat.overtaken.includes(id)) lost.push(`${id}: shown as delivered, and not written`);
      } else if (standing.kind === 'open')
        lost.push(`${id}: waits for ever, in a push that is ${push?.state ?? 'not there'}`);
      else {
        if (times > 0 && push?.state !== 'timed-out') wrong.push(`${id}: written, and shown as ${standing.reason}`);
        const { reason } = standing;
        if (reason === 'fault' && feed.connectionId !== parked) wrong.push(`${id}: held by a fault of ours`);
        if (reason === 'ambiguous' && !codat.visited.has(feed.connectionId))
          wrong.push(`${id}: held as ambiguous, and nobody else pushes there`);
        hold(reason);
      }
    }

  for (const feed of store.feeds.values()) checkCounts(feed, store, wrong);
  for (const { event } of store.events) if (event.type === 'alarm') wrong.push(`an alarm: ${event.message}`);
  return { lines: known.size, delivered, held, lost, duplicated, disordered, wrong };
};

/** The push in which each line is, or was last. */
const lastPushes = (store: Store): ((feed: Feed, id: string) => Push | undefined) => {
  const found = new Map<number, Map<string, Push>>();
  for (const push of store.pushes.values()) {
    if (push.state === 'dropped') continue;
    const lines = found.get(push.feedId) ?? new Map<string, Push>();
    found.set(push.feedId, lines);
    for (const id of push.ids) lines.set(id, push);
  }
  return (feed, id) => found.get(feed.id)?.get(id);
};

/** When it came into the feed, and as the how manieth of the account. */
const placeOf = (feed: Feed, { id, n }: HandedLine): number => (feed.lines.get(id)?.arrived ?? 0) * 10_000 + n;

/**
 * Dates never go back on software that keeps an order. Elsewhere a line may come after a younger one only where it
 * was handed over when that one had been sealed. Lines of one moment keep the order in which they came.
 */
const checkOrder = (
  feed: Feed,
  landings: readonly Landing[],
  known: ReadonlyMap<string, HandedLine>,
  store: Store,
  disordered: string[],
): void => {
  const strict = ordersStrictly(feed.connection.platform);
  let newest: { readonly line: HandedLine; readonly sealed: number } | undefined;
  for (const { key, lines } of landings) {
    const sealed = store.pushes.get(key)?.sealedNumber ?? 0;
    let previous: HandedLine | undefined;
    for (const text of lines) {
      const line = known.get(idIn.exec(text)?.[1] ?? '');
      if (line === undefined) continue;
      const overtakes = (other: HandedLine): boolean =>
        line.at < other.at || (line.at === other.at && placeOf(feed, line) < placeOf(feed, other));
      if (previous !== undefined && overtakes(previous))
        disordered.push(`${line.id} after ${previous.id} in one batch`);
      const arrived = feed.lines.get(line.id)?.arrived ?? 0;
      if (
        newest !== undefined &&
        overtakes(newest.line) &&
        (strict ? line.at < newest.line.at : arrived < newest.sealed)
      )
        disordered.push(`${line.id} after ${newest.line.id}`);
      previous = line;
    }
    if (previous !== undefined && (newest === undefined || previous.at >= newest.line.at))
      newest = { line: previous, sealed };
  }
};

/** What people are shown adds up. */
const checkCounts = (feed: Feed, store: Store, wrong: string[]): void => {
  const { lines, delivered, queued, inPush, late, skipped } = feed;
  const sum = delivered + queued + inPush + late + skipped;
  if (sum !== lines.size) wrong.push(`${feed.accountId}: ${lines.size} lines, of which ${sum} are counted`);
  const blocking = feed.blocked !== undefined && isConnected(stateOf(feed));
  if (blocking && !store.events.some(({ event }) => event.accountId === feed.accountId && event.type === 'held'))
    wrong.push(`${feed.accountId} is held and nobody was told`);
};
