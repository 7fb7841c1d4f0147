/** How much is not delivered, over all companies: one look at the feeds that have something, for gauges. */
import type { Queryable } from '../../store/database.ts';
import type { FeedState } from '../decide.ts';
import { endedOf, holdsOf } from '../holds.ts';
import type { Standing } from '../operating.ts';
import { toldOf } from '../told.ts';
import { accountStateOf, blockedOf, connectionStateOf, instant, ms, optionalNumber } from './feeds.ts';
import { gateReasonOf } from './gate.ts';

interface Row {
  blocked: string | null;
  status: string;
  account_status: string;
  gate: string | null;
  other_status: string | null;
  other_account: string | null;
  has_lines: boolean;
  has_late: boolean;
  feeds: number;
  lines: string;
  since: string | null;
  late: string;
  late_since: string | null;
}

/**
 * Feeds that stand alike are counted together, so that the rules, which are not SQL's, judge a handful of rows. Of the
 * account of lines that are parked, `other` is the feed that tells whether it is connected, else why not any more.
 */
const query = `select f.blocked, c.status, f.account_status,
    case when own.until >= coalesce(everybody.until, '-infinity') then own.reason else everybody.reason end as gate,
    other.status as other_status, other.account_status as other_account,
    f.queued + f.in_push > 0 as has_lines, f.late > 0 as has_late, count(*)::integer as feeds,
    sum(f.queued + f.in_push)::text as lines, ${ms('min(f.waiting_since)')} as since,
    sum(f.late)::text as late, ${ms('min(f.late_at)')} as late_since
  from feed f join connection c on c.id = f.connection_ref
    left join gate own on own.scope = f.company_id and own.until > $1::timestamptz
    left join gate everybody on everybody.scope = '' and everybody.until > $1::timestamptz
    left join lateral (
      select oc.status, o.account_status from feed o join connection oc on oc.id = o.connection_ref
      where f.connection_id = '' and o.company_id = f.company_id and o.account_id = f.account_id and o.id <> f.id
      order by (oc.status = 'linked' and o.account_status = 'connected') desc, o.id desc limit 1
    ) other on true
  where f.queued + f.in_push > 0 or f.late > 0 or f.blocked is not null
    or own.reason in ('restored', 'restored-unknown')
  group by 1, 2, 3, 4, 5, 6, 7, 8`;

const stateOf = (row: Row): FeedState => ({
  connection: connectionStateOf(row.status),
  account: accountStateOf(row.account_status),
  blocked: blockedOf(row.blocked),
  sealedLocal: '',
});

/** What holds these feeds, as people are shown it; what nothing holds waits. */
const standingsOf = (row: Row): readonly Standing[] => {
  const state = stateOf(row);
  const [lines, late] = [Number(row.lines), Number(row.late)];
  const gate = row.gate === null ? undefined : gateReasonOf(row.gate);
  const ended =
    row.other_status === null
      ? undefined
      : endedOf([
          {
            id: '1',
            connectionId: 'other',
            state: {
              connection: connectionStateOf(row.other_status),
              account: accountStateOf(row.other_account ?? ''),
              sealedLocal: '',
            },
          },
        ]);
  const since = optionalNumber(row.since);
  const { feeds: accounts } = row;
  const held = holdsOf({ state, queued: lines, inPush: 0, late, gate, ended }).map((hold): Standing => ({
    kind: 'held',
    reason: hold.reason,
    accounts,
    lines: hold.lines,
    since: hold.reason === 'late' ? optionalNumber(row.late_since) : since,
  }));
  if (lines === 0 || held.some((one) => one.lines > 0 && one.reason !== 'late')) return held;
  const told = toldOf(state, { gate: gate && { reason: gate, until: 0 }, ended });
  return [...held, { kind: 'waiting', reason: told.kind === 'open' ? 'sending' : told.reason, accounts, lines, since }];
};

export const readStanding = async (tx: Queryable, now: number): Promise<readonly Standing[]> => {
  const { rows } = await tx.query<Row>(query, [instant(now)]);
  const found = new Map<string, Standing>();
  for (const next of rows.flatMap(standingsOf)) {
    const name = `${next.kind} ${next.reason}`;
    const known = found.get(name);
    const since = Math.min(known?.since ?? Infinity, next.since ?? Infinity);
    found.set(name, {
      ...next,
      accounts: next.accounts + (known?.accounts ?? 0),
      lines: next.lines + (known?.lines ?? 0),
      since: since === Infinity ? undefined : since,
    });
  }
  return [...found.values()];
};
