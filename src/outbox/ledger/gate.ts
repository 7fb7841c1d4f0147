/** "Nobody sends before": one row for everybody and one for each company that Codat refuses. */
import type { Queryable } from '../../store/database.ts';
import type { Gate } from '../decide.ts';
import { instant, ms } from './feeds.ts';

const everybody = '';

export interface ClosedGate {
  readonly until: number;
  readonly reason: Gate['reason'];
}

interface GateRow {
  scope: string;
  until: string;
  reason: string;
}

const closedRows = async (tx: Queryable, companyId: string, now: number, lock: string): Promise<GateRow[]> => {
  const { rows } = await tx.query<GateRow>(
    `select scope, ${ms('until')} as until, reason from gate
     where scope in ('', $1) and until > $2::timestamptz ${lock}`,
    [companyId, instant(now)],
  );
  return rows;
};

const reasons = ['rate-limit', 'unauthorized', 'restored', 'restored-unknown'] as const;
export const gateReasonOf = (stored: string): Gate['reason'] =>
  reasons.find((known) => known === stored) ?? 'rate-limit';

/** The gate that keeps a company from sending now, the longest one. Locked, it opens after this transaction. */
export const closedGate = async (
  tx: Queryable & { readonly now: number },
  companyId: string,
  lock: '' | 'for share' = '',
) => {
  let closed: ClosedGate | undefined;
  for (const row of await closedRows(tx, companyId, tx.now, lock)) {
    const until = Number(row.until);
    if (until > (closed?.until ?? 0)) closed = { until, reason: gateReasonOf(row.reason) };
  }
  return closed;
};

/**
 * Closes, or keeps closed for longer. One that is closed after a restore stays so whatever else is found out. True
 * where it was not closed for this reason before.
 */
export const closeGate = async (tx: Queryable, companyId: string, gate: Gate): Promise<boolean> => {
  const scope = gate.scope === 'all' ? everybody : companyId;
  const { rows } = await tx.query<{ fresh: boolean }>(
    `insert into gate (scope, until, reason) values ($1, $2::timestamptz, $3)
     on conflict (scope) do update set until = greatest(gate.until, excluded.until), reason = excluded.reason
     where gate.reason not in ('restored', 'restored-unknown')
     returning xmax = 0 as fresh`,
    [scope, instant(gate.until), gate.reason],
  );
  return rows[0]?.fresh === true;
};

/** Codat took something of this company's again. True where it had been refused before. */
export const openRefusedGate = async (tx: Queryable, companyId: string): Promise<boolean> => {
  const { rows } = await tx.query(`delete from gate where scope = $1 and reason = 'unauthorized' returning scope`, [
    companyId,
  ]);
  return rows.length > 0;
};

/** Whatever closed it. */
export const openCompanyGate = async (tx: Queryable, companyId: string): Promise<void> => {
  await tx.query('delete from gate where scope = $1', [companyId]);
};

/** Opens the gate for everybody before its time: the quota was reset. Senders look again at once. */
export const openGate = async (tx: Queryable, now: number): Promise<void> => {
  await tx.query(`delete from gate where scope = ''`);
  await tx.query('update connection set wake_at = $1::timestamptz where wake_at > $1::timestamptz', [instant(now)]);
};
