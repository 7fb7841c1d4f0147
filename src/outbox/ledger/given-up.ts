/** Lines that a person skipped or sent again because they might not have been written, and that were after all. */
import { writtenTwiceMessage } from '../told.ts';
import { instant, type FeedRecord } from './feeds.ts';
import type { Unit } from './news.ts';
import type { PushRow } from './pushes.ts';

/** The skipped lines of a push count as in it again: they were written. Answers how many. */
export const unskip = async (unit: Unit, feed: FeedRecord, push: PushRow): Promise<number> => {
  const { rows } = await unit.query<{ lines: number }>(
    `with back as (
       update txn t set mark = null, note = null from push p
       where p.id = $1::uuid and t.feed_id = p.feed_id and t.id = any(p.ids) and t.mark = 'skipped' returning 1
     ) select count(*)::integer as lines from back`,
    [push.id],
  );
  const lines = rows[0]?.lines ?? 0;
  if (lines > 0)
    await unit.query('update feed set skipped = skipped - $2, in_push = in_push + $2 where id = $1::bigint', [
      feed.id,
      lines,
    ]);
  return lines;
};

/** A push that timed out and was given up ended well: what was skipped is delivered, what was sent again is there twice. */
export const writtenAfterAll = async (
  unit: Unit,
  feed: FeedRecord,
  push: PushRow,
  operationKey: string,
): Promise<void> => {
  const lines = await unskip(unit, feed, push);
  await unit.query(
    `update push set state = 'success', reason = null, message = null, operation_key = $2,
       finished_at = $3::timestamptz where id = $1::uuid`,
    [push.id, operationKey, instant(unit.now)],
  );
  unit.changed(feed);
  if (lines > 0) {
    await unit.query(
      `update feed f set in_push = f.in_push - $2::integer, delivered = f.delivered + $2::integer,
         former_delivered = f.former_delivered + case when p.number <= f.former_push then $2::integer else 0 end
       from push p where f.id = $1::bigint and p.id = $3::uuid`,
      [feed.id, lines, push.id],
    );
    await unit.emit(feed, { type: 'delivered', operationKey, lines });
  }
  if (lines < push.lines)
    await unit.emit(feed, { type: 'alarm', operationKey, message: writtenTwiceMessage(push.lines - lines) });
};
