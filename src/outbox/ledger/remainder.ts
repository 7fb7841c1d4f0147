import { randomUUID } from 'node:crypto';
import { requestText } from '../transaction-text.ts';
import { instant, type FeedRecord } from './feeds.ts';
import type { Unit } from './news.ts';
import { digestOf } from './pushes.ts';

/**
 * Seals the lines of a push that a person did not skip under a new key, in their order, ready at `at`. The push it
 * replaces stays in the history where it ended; one that was only sealed is dropped.
 */
export const sealRemainder = async (unit: Unit, feed: FeedRecord, pushId: string, at: number): Promise<void> => {
  await unit.query(
    `update push set state = 'dropped', finished_at = $2::timestamptz where id = $1::uuid and state = 'sealed'`,
    [pushId, instant(unit.now)],
  );
  const { rows } = await unit.query<{ id: string; body: string; at: string }>(
    `select t.id, t.body, t.local_at as at from push p
       cross join lateral unnest(p.ids) with ordinality as sealed (id, n)
       join txn t on t.feed_id = p.feed_id and t.id = sealed.id
     where p.id = $1::uuid and t.mark is distinct from 'skipped' order by sealed.n`,
    [pushId],
  );
  const [first, last] = [rows.at(0), rows.at(-1)];
  if (first === undefined || last === undefined) return;
  const body = requestText(
    feed.accountId,
    rows.map((row) => row.body),
  );
  await unit.query(
    `insert into push (id, feed_id, connection_ref, company_id, state, ids, lines, first_local, last_local, digest,
       replaces, next_at, sealed_at)
     values ($1::uuid, $2::bigint, $3::bigint, $4, 'sealed', $5::text[], $6, $7, $8, $9, $10::uuid, $11::timestamptz,
       $12::timestamptz)`,
    [
      randomUUID(),
      feed.id,
      feed.connectionRef,
      feed.companyId,
      rows.map((row) => row.id),
      rows.length,
      first.at,
      last.at,
      digestOf(body),
      pushId,
      instant(at),
      instant(unit.now),
    ],
  );
};
