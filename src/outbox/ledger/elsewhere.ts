/**
 * Lines that an account has on its other connections to the same software. Nobody can tell whether those lead into
 * the same books, so what is known there is not taken again by itself.
 */
import type { Queryable } from '../../store/database.ts';
import { mayShareBooks } from '../decide.ts';
import type { KnownLine } from '../told.ts';
import { parked, type FeedRecord } from './feeds.ts';

/** The other feeds of an account that count, among `feeds`. */
export const siblingsOf = (own: FeedRecord, feeds: readonly FeedRecord[]): readonly string[] =>
  feeds
    .filter(
      ({ id, accountId, connectionId, arrivals, state }) =>
        id !== own.id &&
        accountId === own.accountId &&
        connectionId !== parked &&
        arrivals > 0 &&
        mayShareBooks(state.platform, own.state.platform),
    )
    .map(({ id }) => id);

/** A line `o` of these feeds, the own one among them; what a sibling left out as before the start date is not known. */
export const isKnown = (own: string, feeds: string): string =>
  `o.feed_id = any(${feeds}::bigint[]) and (o.feed_id = ${own}::bigint or o.mark is distinct from 'before-start')`;

/** The line of an id that is known, the own one before those of younger feeds, those before older ones; as `known`. */
export const knownLine = (id: string, own: string, feeds: string): string =>
  `cross join lateral (select o.feed_id, o.body from txn o where o.id = ${id} and ${isKnown(own, feeds)}
     order by o.feed_id = ${own}::bigint desc, o.feed_id desc limit 1) known`;

/** Which of these ids only the siblings know. */
export const knownElsewhere = async (
  tx: Queryable,
  own: string,
  siblings: readonly string[],
  ids: readonly string[],
): Promise<ReadonlyMap<string, KnownLine>> => {
  if (siblings.length === 0) return new Map();
  const { rows } = await tx.query<{ id: string; body: string; connection_id: string }>(
    `select given.id, known.body, f.connection_id from unnest($3::text[]) as given (id)
     ${knownLine('given.id', '$1', '$2')}
     join feed f on f.id = known.feed_id where f.id <> $1::bigint`,
    [own, [own, ...siblings], ids],
  );
  return new Map(rows.map((row) => [row.id, { body: row.body, connectionId: row.connection_id }]));
};
