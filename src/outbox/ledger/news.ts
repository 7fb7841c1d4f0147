/** One transaction, and what it has to tell once it is committed. */
import type { Database, Queryable, TxOptions } from '../../store/database.ts';
import type { News, Publish } from '../ledger-port.ts';
import type { FeedEvent, FeedKey } from '../model.ts';
import { instant, parked } from './feeds.ts';

type Body<Event> = Event extends unknown ? Omit<Event, 'id' | 'at' | keyof FeedKey> : never;
export type EventBody = Body<FeedEvent>;

/** A transaction that remembers what it has to tell. */
export interface Unit extends Queryable {
  readonly now: number;
  /** Stores an event. Nothing is told of lines that are parked: they have no feed yet. */
  emit(key: FeedKey, body: EventBody): Promise<void>;
  /** Notes that this feed changed; written once, at the end of the transaction. */
  changed(key: FeedKey): void;
}

const keyOf = ({ companyId, connectionId, accountId }: FeedKey): FeedKey => ({ companyId, connectionId, accountId });

/** Runs `work` in one transaction; `publish` hears what it has to tell after the commit, and only then. */
export const unitOfWork =
  (database: Database, publish: Publish, options?: TxOptions) =>
  async <Result>(now: number, work: (unit: Unit) => Promise<Result>): Promise<Result> => {
    const { answer, news } = await database.tx(async (tx) => {
      // In here, as a server may have the work run again.
      const news: News = { events: [], changes: [] };
      const touched = new Map<string, FeedKey>();
      const unit: Unit = {
        now,
        query: (sql, params) => tx.query(sql, params),
        async emit(feed, body) {
          const key = keyOf(feed);
          if (key.connectionId === parked) return;
          const { rows } = await tx.query<{ id: string }>(
            `insert into event (at, company_id, connection_id, account_id, type, data)
             values ($1::timestamptz, $2, $3, $4, $5, $6) returning id::text as id`,
            [instant(now), key.companyId, key.connectionId, key.accountId, body.type, JSON.stringify(body)],
          );
          news.events.push({ ...key, ...body, id: rows[0]?.id ?? '', at: now });
        },
        changed: (feed) => touched.set(JSON.stringify(keyOf(feed)), keyOf(feed)),
      };
      const done = await work(unit);
      for (const key of touched.values()) {
        const { rows } = await tx.query<{ version: string }>(
          `insert into hint (company_id, connection_id, account_id, version)
           values ($1, $2, $3, pg_current_xact_id()::text::bigint)
           on conflict (company_id, connection_id, account_id) do update set version = excluded.version
           returning version::text as version`,
          [key.companyId, key.connectionId, key.accountId],
        );
        news.changes.push({ ...key, version: Number(rows[0]?.version) });
      }
      return { answer: done, news };
    }, options);
    publish(news);
    return answer;
  };
