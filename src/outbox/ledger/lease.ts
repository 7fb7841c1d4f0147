/** The right to post on a connection, and when somebody wants it. */
import type { Database, Queryable } from '../../store/database.ts';
import type { Lease } from '../ledger-port.ts';
import { hasNext, instant, optionalNumber } from './feeds.ts';
import type { Unit } from './news.ts';

export const seconds = (milliseconds: number): number => milliseconds / 1000;

/** Leases run on the database's clock: every instance sees the same one. */
const leaseUntil = (param: string): string => `clock_timestamp() + make_interval(secs => ${param}::double precision)`;

export const claim = async (database: Database, now: number, limit: number, lease: number): Promise<Lease[]> => {
  const { rows } = await database.query<{ id: string; company_id: string; connection_id: string; token: string }>(
    `update connection c set lease_token = c.lease_token + 1, lease_until = ${leaseUntil('$2')}
     from (
       select id from connection
       where wake_at <= $1::timestamptz and (lease_until is null or lease_until < clock_timestamp())
       order by wake_at limit $3 for no key update skip locked
     ) due
     where c.id = due.id
     returning c.id::text as id, c.company_id, c.connection_id, c.lease_token::text as token`,
    [instant(now), seconds(lease), limit],
  );
  return rows.map((row) => ({
    connectionRef: row.id,
    companyId: row.company_id,
    connectionId: row.connection_id,
    token: row.token,
  }));
};

/** Renews the lease; false where it is lost, or was given back while a heartbeat was on its way. */
export const renew = async (tx: Queryable, { connectionRef, token }: Lease, lease: number): Promise<boolean> => {
  const { rows } = await tx.query(
    `update connection set lease_until = ${leaseUntil('$3')}
     where id = $1::bigint and lease_token = $2::bigint and lease_until is not null returning id`,
    [connectionRef, token, seconds(lease)],
  );
  return rows.length > 0;
};

/** Thrown inside a transaction, so that it is undone. */
export class LostLease extends Error {}

/**
 * Until `until`, or the next thing that is due, and not before the gate opens. Two statements, lock then update: a
 * wake-up committed before the lock is seen, a later one comes after. Whoever opens gates locks them before connections,
 * as the caller did.
 */
export const release = async (
  unit: Unit,
  { connectionRef, token }: Lease,
  gateUntil: number | undefined,
  until: number | undefined,
): Promise<void> => {
  const { rows } = await unit.query(
    'select id from connection where id = $1::bigint and lease_token = $2::bigint and lease_until is not null for no key update',
    [connectionRef, token],
  );
  if (rows.length === 0) throw new LostLease();
  await unit.query(
    `update connection set lease_until = null, wake_at = case
       when $2::timestamptz is not null then greatest($2::timestamptz, $3::timestamptz)
       else (select greatest(min(f.due_at), $3::timestamptz) from feed f
             where f.connection_ref = connection.id and f.due_at is not null having count(*) > 0)
     end where id = $1::bigint`,
    [connectionRef, until === undefined ? null : instant(until), gateUntil === undefined ? null : instant(gateUntil)],
  );
};

/** Milliseconds until something is due; undefined where nothing is. A lease has to run out as well. */
export const untilDue = async (database: Database, now: number): Promise<number | undefined> => {
  const { rows } = await database.query<{ due: string | null }>(
    `select ceil(extract(epoch from least(
       (select min(greatest(wake_at - $1::timestamptz, lease_until - clock_timestamp()))
        from connection where wake_at is not null),
       (select min(next_at) - $1::timestamptz from push where state = 'pending')
     )) * 1000)::bigint::text as due`,
    [instant(now)],
  );
  const due = optionalNumber(rows[0]?.due ?? null);
  return due === undefined ? undefined : Math.max(0, due);
};

/**
 * Behind all wake-ups, in case one was missed: feeds that could go are due, connections with work awake. What is locked
 * is being worked on, and looked at the next time.
 */
export const sweep = async (database: Database, now: number): Promise<void> => {
  await database.query(
    `update feed f set due_at = $1::timestamptz from (
       select f.id from feed f join connection c on c.id = f.connection_ref
       where c.status = 'linked' and f.account_status = 'connected' and f.blocked is null
         and f.due_at is null and ${hasNext}
       for no key update of f skip locked
     ) missed where f.id = missed.id`,
    [instant(now)],
  );
  await database.query(
    `update connection c set wake_at = $1::timestamptz from (
       select c.id from connection c where c.wake_at is null
         and (exists (select 1 from feed f where f.connection_ref = c.id and f.due_at is not null)
           or exists (select 1 from push p where p.connection_ref = c.id and p.state = 'sending'))
       for no key update skip locked
     ) missed where c.id = missed.id`,
    [instant(now)],
  );
};

/** An embedded store has one process at a time: leases found at its start belong to nobody. */
export const clearLeases = async (database: Database): Promise<void> => {
  if (database.kind === 'pglite') await database.query('update connection set lease_until = null');
};
