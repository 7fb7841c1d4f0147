import type { Database } from '../../../../src/store/database.ts';

/** Of this database alone: other test files share the server, and wait for locks of their own. */
const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

/** Until it has ended, or waits for a lock that somebody else on this store holds. True where it has ended. */
export const endedOrWaiting = async (database: Database, work: Promise<unknown>): Promise<boolean> => {
  const state = { ended: false };
  const end = work.finally(() => (state.ended = true));
  // Whoever began it hears of it too.
  end.catch(() => undefined);
  while (!state.ended && (await database.query(waiting)).rows.length === 0);
  if (state.ended) await end;
  return state.ended;
};
