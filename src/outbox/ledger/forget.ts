import type { Unit } from './news.ts';

/** Removes everything the outbox keeps of a company. What is under way at Codat goes on there. */
export const forgetCompany = async (unit: Unit, companyId: string): Promise<void> => {
  const own = 'select id from feed where company_id = $1';
  await unit.query(`${own} order by id for update`, [companyId]);
  for (const statement of [
    `delete from txn where feed_id in (${own})`,
    `delete from push where feed_id in (${own})`,
    'delete from feed where company_id = $1',
    'delete from connection where company_id = $1',
    'delete from event where company_id = $1',
    'delete from hint where company_id = $1',
    'delete from gate where scope = $1',
  ]) {
    await unit.query(statement, [companyId]);
  }
};
