/** Push rows: reading, sealing lines into one, carrying lines over to a new key. */
import { createHash, randomUUID } from 'node:crypto';
import type { Queryable } from '../../store/database.ts';
import { begun, cut, type PushState, type QueuedLine } from '../decide.ts';
import { requestText } from '../transaction-text.ts';
import { instant, ms, optionalNumber, type FeedRecord } from './feeds.ts';
import type { Unit } from './news.ts';

export interface PushRow {
  readonly id: string;
  readonly feedId: string;
  readonly connectionRef: string;
  readonly state: string;
  readonly operationKey?: string | undefined;
  readonly lines: number;
  readonly digest: string;
  readonly polls: number;
  readonly facts: Omit<PushState, 'failures'>;
}

interface Row {
  id: string;
  feed_id: string;
  connection_ref: string;
  state: string;
  operation_key: string | null;
  lines: number;
  digest: string;
  polls: number;
  attempts: number;
  in_flight: boolean;
  unanswered: boolean;
  spent: boolean;
  first_try_at: string | null;
  last_try_at: string | null;
  next_at: string | null;
}

export const pushColumns = `p.id::text as id, p.feed_id::text as feed_id,
  p.connection_ref::text as connection_ref, p.state, p.operation_key, p.lines, p.digest,
  p.polls, p.attempts, p.in_flight, p.unanswered, p.spent, ${ms('p.first_try_at')} as first_try_at,
  ${ms('p.last_try_at')} as last_try_at, ${ms('p.next_at')} as next_at`;

/** Pushes by a condition over `p`. */
export const readPushes = async (tx: Queryable, condition: string, params: readonly unknown[]): Promise<PushRow[]> => {
  const { rows } = await tx.query<Row>(`select ${pushColumns} from push p where ${condition}`, params);
  return rows.map((row) => ({
    id: row.id,
    feedId: row.feed_id,
    connectionRef: row.connection_ref,
    state: row.state,
    operationKey: row.operation_key ?? undefined,
    lines: row.lines,
    digest: row.digest,
    polls: row.polls,
    facts: {
      attempts: row.attempts,
      inFlight: row.in_flight,
      unanswered: row.unanswered,
      spent: row.spent,
      firstTryAt: optionalNumber(row.first_try_at),
      lastTryAt: optionalNumber(row.last_try_at),
      nextAt: optionalNumber(row.next_at),
    },
  }));
};

/** Writes how an unfinished push of a locked feed stands. */
export const writeState = async (unit: Unit, id: string, state: 'sealed' | 'sending', facts: PushState) => {
  const { attempts, inFlight, unanswered, spent, firstTryAt, lastTryAt, nextAt } = facts;
  const times = [firstTryAt, lastTryAt, nextAt].map((at) => (at === undefined ? null : instant(at)));
  await unit.query(
    `update push set state = $2, attempts = $3, in_flight = $4, unanswered = $5, spent = $6,
       first_try_at = $7::timestamptz, last_try_at = $8::timestamptz, next_at = $9::timestamptz where id = $1::uuid`,
    [id, state, attempts, inFlight, unanswered, spent, ...times],
  );
};

export const digestOf = (body: string): string => createHash('sha256').update(body).digest('hex');

/** The bytes of a sealed push, put together again from its lines and checked against what was sealed. */
export const sealedBody = async (tx: Queryable, feed: FeedRecord, push: PushRow): Promise<string> => {
  const { rows } = await tx.query<{ body: string }>(
    `select t.body from push p
       cross join lateral unnest(p.ids) with ordinality as sealed (id, n)
       join txn t on t.feed_id = p.feed_id and t.id = sealed.id
     where p.id = $1::uuid order by sealed.n`,
    [push.id],
  );
  const body = requestText(
    feed.accountId,
    rows.map((row) => row.body),
  );
  if (digestOf(body) !== push.digest) throw new Error(`The lines of push ${push.id} are not those that were sealed.`);
  return body;
};

/** Lines that wait, column by column in one row: a row for each would cost more than all else at sealing. */
interface LineColumns {
  ids: string | null;
  seqs: string | null;
  ats: string | null;
  bodies: string | null;
}

/** Stands in no id and no line: control characters are refused, and JSON escapes what is left. */
export const between = '\n';

const toLines = ({ ids, seqs, ats, bodies }: LineColumns): QueuedLine[] => {
  if (ids === null || seqs === null || ats === null || bodies === null) return [];
  const [seq, at, body] = [seqs.split(between), ats.split(between), bodies.split(between)];
  return ids.split(between).map((id, n) => ({ id, seq: Number(seq[n]), at: at[n] ?? '', body: body[n] ?? '' }));
};

/** What waits lies behind the newest sealed line; stragglers, which arrived too late for that, are marked. */
const queuedLines = async (tx: Queryable, feed: FeedRecord) => {
  const read = async (condition: string, params: readonly unknown[]): Promise<QueuedLine[]> => {
    const { rows } = await tx.query<LineColumns>(
      `select string_agg(id, E'\\n') as ids, string_agg(seq::text, E'\\n') as seqs, string_agg(local_at, E'\\n') as ats,
         string_agg(body, E'\\n') as bodies
       from (select id, seq, local_at, body from txn where feed_id = $1::bigint and ${condition}
         order by txn.local_at, txn.seq limit 1000) line`,
      [feed.id, ...params],
    );
    return rows.flatMap(toLines);
  };
  const ordinary = await read('(local_at, seq) > ($2, $3::bigint) and mark is null', [
    feed.state.sealedLocal,
    feed.sealedSeq,
  ]);
  const stragglers = feed.stragglers > 0 ? await read(`mark = 'straggler'`, []) : [];
  const marked = new Set(stragglers.map(({ id }) => id));
  return { lines: [...ordinary, ...stragglers], isStraggler: (line: QueuedLine) => marked.has(line.id) };
};

/** A push whose first request is about to begin. */
const unsent = { attempts: 0, inFlight: false, unanswered: false, spent: false } as const;

/** Freezes the next batch of a locked feed under a new key, and begins to send it. Undefined where nothing waits. */
export const seal = async (
  unit: Unit,
  feed: FeedRecord,
): Promise<{ readonly id: string; readonly body: string; readonly state: PushState } | undefined> => {
  const { lines, isStraggler } = await queuedLines(unit, feed);
  const batch = cut(lines);
  const [first, last] = [batch.at(0), batch.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const id = randomUUID();
  const body = requestText(
    feed.accountId,
    batch.map((line) => line.body),
  );
  const state = begun({ ...unsent, failures: feed.failures }, unit.now);
  const stragglers = batch.filter(isStraggler).map((line) => line.id);
  const newest = batch.findLast((line) => !isStraggler(line));
  // One statement: for each batch the server is asked as seldom as can be.
  await unit.query(
    `with sealed as (
       insert into push (id, feed_id, connection_ref, company_id, state, ids, lines, first_local, last_local, digest,
         attempts, in_flight, first_try_at, last_try_at, sealed_at)
       values ($1::uuid, $2::bigint, $3::bigint, $4, 'sending', string_to_array($5, E'\\n'), $6::integer, $7, $8, $9, $10,
         $11, $12::timestamptz, $12::timestamptz, $12::timestamptz)
     )
     update feed set sealed_local = $13, sealed_seq = $14::bigint, queued = queued - $6::integer,
       stragglers = stragglers - $15::integer, in_push = in_push + $6::integer, due_at = null where id = $2::bigint`,
    [
      id,
      feed.id,
      feed.connectionRef,
      feed.companyId,
      batch.map((line) => line.id).join(between),
      batch.length,
      first.at,
      last.at,
      digestOf(body),
      state.attempts,
      state.inFlight,
      instant(unit.now),
      newest?.at ?? feed.state.sealedLocal,
      newest?.seq ?? feed.sealedSeq,
      stragglers.length,
    ],
  );
  if (stragglers.length > 0)
    await unit.query(`update txn set mark = 'sent' where feed_id = $1::bigint and id = any($2::text[])`, [
      feed.id,
      stragglers,
    ]);
  unit.changed(feed);
  return { id, body, state };
};

/** The lines of a push that was not written, under a new key, ready at `at`. The old push is dropped. */
export const carryOver = async (unit: Unit, push: PushRow, at: number, operationKey?: string): Promise<void> => {
  await unit.query(
    `update push set state = 'dropped', in_flight = false, operation_key = coalesce($3, operation_key),
       finished_at = $2::timestamptz where id = $1::uuid`,
    [push.id, instant(unit.now), operationKey ?? null],
  );
  await unit.query(
    `insert into push (id, feed_id, connection_ref, company_id, state, ids, lines, first_local, last_local, digest,
       replaces, next_at, sealed_at)
     select $2::uuid, feed_id, connection_ref, company_id, 'sealed', ids, lines, first_local, last_local, digest,
       id, $3::timestamptz, $4::timestamptz
     from push where id = $1::uuid`,
    [push.id, randomUUID(), instant(at), instant(unit.now)],
  );
};
