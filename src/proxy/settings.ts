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
