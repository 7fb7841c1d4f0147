/** Polls of answered pushes need no lease: one UPDATE claims them, and finishing is idempotent. */
import type { Database, Queryable } from '../../store/database.ts';
import type { PendingPush } from '../ledger-port.ts';
import type { Durations } from '../model.ts';
import { instant } from './feeds.ts';
import { seconds } from './lease.ts';

interface PendingRow {
  id: string;
  company_id: string;
  operation_key: string;
  attempts: number;
  failures: number;
}

const toPending = (row: PendingRow): PendingPush => ({
  id: row.id,
  companyId: row.company_id,
  operationKey: row.operation_key,
  state: { attempts: row.attempts, failures: row.failures, inFlight: false, unanswered: false, spent: false },
});

/** One UPDATE claims the polls that are due and sets the time of the next ones. */
export const claimPolls = async (database: Database, now: number, limit: number, durations: Durations) => {
  const { rows } = await database.query<PendingRow>(
    `update push p set polls = p.polls + 1, next_at = $1::timestamptz
       + make_interval(secs => least($3::double precision, $2::double precision * 2 ^ least(p.polls + 1, 20)))
     from (
       select q.id, f.failures from push q join feed f on f.id = q.feed_id
       where q.state = 'pending' and q.next_at <= $1::timestamptz order by q.next_at limit $4 for update of q skip locked
     ) due
     where p.id = due.id
     returning p.id::text as id, p.company_id, p.operation_key, p.attempts, due.failures`,
    [instant(now), seconds(durations.pollFirst), seconds(durations.pollMax), limit],
  );
  return rows.map(toPending);
};

/** The push behind an operation, while its end is of interest. */
export const findOperation = async (tx: Queryable, companyId: string, operationKey: string) => {
  const { rows } = await tx.query<PendingRow>(
    `select p.id::text as id, p.company_id, p.operation_key, p.attempts, f.failures
     from push p join feed f on f.id = p.feed_id
     where p.company_id = $1 and p.operation_key = $2 and p.state in ('pending', 'timed-out')`,
    [companyId, operationKey],
  );
  return rows.map(toPending)[0];
};

/** Which of these operations belong to other pushes of ours. */
export const knownOperations = async (tx: Queryable, companyId: string, keys: readonly string[]) => {
  const { rows } = await tx.query<{ operation_key: string }>(
    'select operation_key from push where company_id = $1 and operation_key = any($2::text[])',
    [companyId, keys],
  );
  return new Set(rows.map((row) => row.operation_key));
};
