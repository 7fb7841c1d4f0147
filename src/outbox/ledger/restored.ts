/** After an older store came back: nobody sends before it is known what was sent since the backup. */
import type { Queryable } from '../../store/database.ts';
import type { Durations } from '../model.ts';
import type { RestoredCompany } from '../operating.ts';
import { restoredMessage } from '../told.ts';
import { instant, ms } from './feeds.ts';
import { openCompanyGate } from './gate.ts';
import type { Unit } from './news.ts';

/** Later than anything: a person or the listing opens it. */
const never = '9999-01-01T00:00:00Z';
const closedAt = 'store-restored-at';

export const holdRestored = async (unit: Unit): Promise<void> => {
  await unit.query(
    `insert into gate (scope, until, reason) select distinct company_id, $1::timestamptz, 'restored' from feed
     on conflict (scope) do update set until = excluded.until, reason = excluded.reason`,
    [never],
  );
  await unit.query(
    'insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
    [closedAt, String(unit.now)],
  );
};

/** When Codat is asked: by then everything that was under way shows there. Milliseconds. */
export const restoredAskedAt = async (
  tx: Queryable,
  { sendWindow, quietWindow }: Pick<Durations, 'sendWindow' | 'quietWindow'>,
): Promise<number> => {
  const { rows } = await tx.query<{ value: string }>('select value from setting where key = $1', [closedAt]);
  return Number(rows[0]?.value ?? 0) + sendWindow + quietWindow;
};

interface Row {
  company_id: string;
  connection_ids: string[];
  closed_at: string | null;
  sealed_at: string | null;
}

export const restored = async (tx: Queryable): Promise<readonly RestoredCompany[]> => {
  const { rows } = await tx.query<Row>(
    `select g.scope as company_id,
       (select array_agg(c.connection_id) from connection c where c.company_id = g.scope and c.connection_id <> '')
         as connection_ids,
       (select value from setting where key = $1) as closed_at,
       (select ${ms('max(p.sealed_at)')} from push p join feed f on f.id = p.feed_id where f.company_id = g.scope)
         as sealed_at
     from gate g where g.reason = 'restored' order by g.scope`,
    [closedAt],
  );
  return rows.map((row) => ({
    companyId: row.company_id,
    connectionIds: row.connection_ids ?? [],
    closedAt: Number(row.closed_at ?? 0),
    lastSealedAt: Number(row.sealed_at ?? 0),
  }));
};

export const judgeRestored = async (
  unit: Unit,
  { companyId, connectionIds }: RestoredCompany,
  operationKeys: readonly string[],
): Promise<void> => {
  if (operationKeys.length > 0) {
    await unit.query(`update gate set reason = 'restored-unknown' where scope = $1`, [companyId]);
    const message = `${restoredMessage} The operations: ${operationKeys.slice(0, 20).join(', ')}.`;
    for (const connectionId of connectionIds)
      await unit.emit({ companyId, connectionId, accountId: '' }, { type: 'held', reason: 'ambiguous', message });
    return;
  }
  await letCompanyGo(unit, companyId);
};

/** Opens the company's gate; what waits leaves now. Its feeds are locked first where they are to be due as well. */
export const letCompanyGo = async (unit: Unit, companyId: string): Promise<void> => {
  await openCompanyGate(unit, companyId);
  await unit.query(
    'update connection set wake_at = $2::timestamptz where company_id = $1 and wake_at > $2::timestamptz',
    [companyId, instant(unit.now)],
  );
};
