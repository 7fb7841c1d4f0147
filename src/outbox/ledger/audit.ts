/** Behind the search for operations that nobody here sent. */
import { isPlatformKey } from '../../contract/platforms.ts';
import type { Database, Queryable } from '../../store/database.ts';
import type { FeedKey } from '../model.ts';
import type { UnfinishedPush } from '../operating.ts';
import { instant, ms } from './feeds.ts';
import type { Unit } from './news.ts';

/** One row says when it was done last; whoever moves it does it. A time that is far ahead was a wrong clock's. */
export const claimAudit = async (database: Database, now: number, every: number): Promise<boolean> => {
  const { rows } = await database.query(
    `insert into setting (key, value) values ('operations-audited-at', $1)
     on conflict (key) do update set value = excluded.value
     where setting.value::bigint not between $2::bigint and $3::bigint returning key`,
    [String(now), now - every + 1, now + every],
  );
  return rows.length > 0;
};

export const settledSince = async (tx: Queryable, since: number, until: number) => {
  const { rows } = await tx.query<{ company_id: string; connection_id: string }>(
    `select c.company_id, c.connection_id from connection c
     where c.id in (select p.connection_ref from push p where p.finished_at >= $1::timestamptz
         union select p.connection_ref from push p where p.state = 'pending')
       and not exists (select 1 from push p where p.connection_ref = c.id and p.state = 'sending'
         and p.first_try_at < $2::timestamptz)
     order by c.company_id, c.connection_id`,
    [instant(since), instant(until)],
  );
  return rows.map((row) => ({ companyId: row.company_id, connectionId: row.connection_id }));
};

interface UnfinishedRow {
  company_id: string;
  connection_id: string;
  account_id: string;
  platform: string | null;
  key: string;
  lines: number;
  sent: string;
}

export const unfinished = async (tx: Queryable, before: number): Promise<readonly UnfinishedPush[]> => {
  const { rows } = await tx.query<UnfinishedRow>(
    `select f.company_id, f.connection_id, f.account_id, c.platform, p.operation_key as key, p.lines,
       ${ms('p.last_try_at')} as sent
     from push p join feed f on f.id = p.feed_id join connection c on c.id = p.connection_ref
     where p.state = 'pending' and p.last_try_at < $1::timestamptz order by p.last_try_at`,
    [instant(before)],
  );
  return rows.map((row) => ({
    key: { companyId: row.company_id, connectionId: row.connection_id, accountId: row.account_id },
    platform: isPlatformKey(row.platform) ? row.platform : undefined,
    operationKey: row.key,
    lines: row.lines,
    sentAt: Number(row.sent),
  }));
};

export const alarm = async (unit: Unit, key: FeedKey, operationKey: string, message: string): Promise<void> => {
  const { rows } = await unit.query<{ data: string }>(
    `select data from event where company_id = $1 and type = 'alarm'`,
    [key.companyId],
  );
  const raised = rows.some(({ data }) => {
    const event: Readonly<Record<string, unknown>> = JSON.parse(data);
    return event['operationKey'] === operationKey;
  });
  if (!raised) await unit.emit(key, { type: 'alarm', operationKey, message });
};
