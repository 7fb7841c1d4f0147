import type { Unit } from './news.ts';

/**
 * Removes everything the outbox keeps of a company. What is under way at Codat goes on there; what is handed over for a
 * new account meanwhile comes after it, and stays.
 */
export const forgetCompany = async (unit: Unit, companyId: string): Promise<void> => {
  const { rows } = await unit.query<{ id: string }>(
    'select id::text as id from feed where company_id = $1 order by id for update',
    [companyId],
  );
  const feeds = rows.map(({ id }) => id);
  for (const statement of [
    'delete from txn where feed_id = any($1::bigint[])',
    'delete from push where feed_id = any($1::bigint[])',
    'delete from feed where id = any($1::bigint[])',
  ])
    await unit.query(statement, [feeds]);
  await unit.query('delete from gate where scope = $1', [companyId]);
  // Locked, then looked at: a feed may just have been made on one of them.
  await unit.query('select id from connection where company_id = $1 order by id for update', [companyId]);
  for (const statement of [
    'delete from connection c where company_id = $1 and not exists (select 1 from feed f where f.connection_ref = c.id)',
    'delete from event where company_id = $1',
    'delete from hint where company_id = $1',
  ])
    await unit.query(statement, [companyId]);
};
