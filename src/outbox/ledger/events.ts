import type { Database } from '../../store/database.ts';
import { feedReasons } from '../../contract/schemas.ts';
import { holdActions, type FeedEvent } from '../model.ts';
import { instant, ms } from './feeds.ts';

interface EventRow {
  id: string;
  at: string;
  company_id: string;
  connection_id: string;
  account_id: string;
  type: string;
  data: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** An event as stored by this or another version; undefined for a type that this one does not know. */
const fromRow = (row: EventRow): FeedEvent | undefined => {
  const data: Readonly<Record<string, unknown>> = JSON.parse(row.data);
  const base = {
    id: row.id,
    at: Number(row.at),
    companyId: row.company_id,
    connectionId: row.connection_id,
    accountId: row.account_id,
  };
  switch (row.type) {
    case 'account-connected': {
      const { feedStartDate } = data;
      return { ...base, type: row.type, feedStartDate: typeof feedStartDate === 'string' ? feedStartDate : undefined };
    }
    case 'delivered':
      return { ...base, type: row.type, operationKey: text(data['operationKey']), lines: Number(data['lines']) };
    case 'held': {
      const reason = feedReasons.find((known) => known === data['reason']) ?? 'fault';
      return { ...base, type: row.type, reason, message: text(data['message']) };
    }
    case 'recovered':
      return { ...base, type: row.type };
    case 'operated': {
      const action = holdActions.find((known) => known === data['action']);
      if (action === undefined) return undefined;
      const { reason } = data;
      return {
        ...base,
        type: row.type,
        action,
        lines: Number(data['lines']),
        reason: typeof reason === 'string' ? reason : undefined,
      };
    }
    case 'alarm':
      return { ...base, type: row.type, operationKey: text(data['operationKey']), message: text(data['message']) };
    default:
      return undefined;
  }
};

/**
 * Events nobody acknowledged, oldest first. Transactions do not end in the order in which their events were numbered:
 * what was told is marked, as one with a smaller number may still come.
 */
export const readEvents = async (
  database: Database,
  after: string | undefined,
  limit: number,
): Promise<FeedEvent[]> => {
  const { rows } = await database.query<EventRow>(
    `with page as (
       select * from event where acknowledged_at is null and id > $1::bigint order by id limit $2
     ), marked as (
       update event set told = true from page where event.id = page.id and not event.told
     )
     select id::text as id, ${ms('at')} as at, company_id, connection_id, account_id, type, data from page order by page.id`,
    [after ?? '0', limit],
  );
  return rows.map(fromRow).filter((event) => event !== undefined);
};

/** Acknowledges every event up to this one, itself included, that was told. False where no event has so high a number. */
export const acknowledgeEvents = async (database: Database, upTo: string, now: number): Promise<boolean> => {
  // By the sequence: the newest event itself may be gone, with its company or by its age.
  const { rows } = await database.query<{ numbered: boolean }>(
    `with last as (
       select $1::bigint <= coalesce(pg_sequence_last_value(pg_get_serial_sequence('event', 'id')::regclass), 0) as numbered
     ), marked as (
       update event set acknowledged_at = $2::timestamptz from last
       where last.numbered and id <= $1::bigint and told and acknowledged_at is null
     )
     select numbered from last`,
    [upTo, instant(now)],
  );
  return rows[0]?.numbered === true;
};
