import * as z from 'zod';
import type { Database } from '../store/database.ts';

const row = z.object({ value: z.string() });

/** The key behind the opaque ids of the wire: made once, kept in the store, the same for every instance. */
export const idKey = async (database: Database): Promise<Uint8Array<ArrayBuffer>> => {
  const made = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');
  await database.query(`insert into setting (key, value) values ('id-key', $1) on conflict (key) do nothing`, [made]);
  const { rows } = await database.query(`select value from setting where key = 'id-key'`);
  return Uint8Array.from(Buffer.from(row.parse(rows[0]).value, 'base64'));
};

/**
 * True where the last turn of this name is an interval ago, by the store's clock: of the instances that share it, one
 * does what has to be done now and then. One that dies in its turn is followed by another in the next.
 */
export const takeTurn = async (database: Database, name: string, interval: number): Promise<boolean> => {
  const now = '(extract(epoch from clock_timestamp()) * 1000)::bigint';
  const { rows } = await database.query(
    `insert into setting (key, value) values ($1, ${now}::text)
     on conflict (key) do update set value = excluded.value
     where setting.value::bigint not between ${now} - $2::bigint and ${now} returning key`,
    // A little less: each instance asks once in an interval of its own.
    [`turn-${name}`, Math.floor(interval * 0.9)],
  );
  return rows.length > 0;
};
