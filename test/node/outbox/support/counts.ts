import assert from 'node:assert/strict';
import type { Rig } from './rig.ts';

/** What each feed of a rig counts, against what is really there. */
export const checkCounts = async (rig: Rig): Promise<void> => {
  const { rows } = await rig.database.query<Record<string, unknown>>(
    `select f.account_id, f.queued,
       (select count(*)::integer from txn t where t.feed_id = f.id and (t.mark = 'straggler' or (t.mark is null
          and (t.local_at, t.seq) > (f.sealed_local, f.sealed_seq)))) as really_queued,
       f.in_push, (select count(*)::integer from push p join txn t on t.feed_id = p.feed_id and t.id = any(p.ids)
         and t.mark is distinct from 'skipped' where p.feed_id = f.id
           and (p.state in ('sealed', 'sending', 'pending') or p.id = f.blocked_push)) as really_in_push,
       f.delivered::integer, (select count(distinct sent.id)::integer from push p
         cross join lateral unnest(p.ids) as sent (id) where p.feed_id = f.id and p.state = 'success') as really_delivered,
       f.late, (select count(*)::integer from txn t where t.feed_id = f.id and t.mark = 'late') as really_late,
       f.skipped, (select count(*)::integer from txn t where t.feed_id = f.id
         and t.mark in ('before-start', 'skipped')) as really_skipped
     from feed f where f.company_id = $1`,
    [rig.companyId],
  );
  assert.ok(rows.length > 0);
  for (const row of rows)
    for (const name of ['queued', 'in_push', 'delivered', 'late', 'skipped'])
      assert.equal(row[name], row[`really_${name}`], `${name} of ${String(row['account_id'])}`);
  await checkStanding(rig);
};

/** What gauges are told, against what people are: each feed under what holds it, else under what it waits for. */
export const checkStanding = async ({ outbox }: Rig): Promise<void> => {
  const sums = new Map<string, { accounts: number; lines: number }>();
  const add = (name: string, lines: number): void => {
    const { accounts, lines: before } = sums.get(name) ?? { accounts: 0, lines: 0 };
    sums.set(name, { accounts: accounts + 1, lines: before + lines });
  };
  const nameOf = (feed: { companyId: string; connectionId?: string | undefined; accountId: string }): string =>
    JSON.stringify([feed.companyId, feed.connectionId, feed.accountId]);
  const held = (await outbox.held({ limit: 200 })).items;
  for (const { reason, lines } of held) add(`held ${reason}`, lines);
  const stopped = new Set(held.filter(({ reason, lines }) => reason !== 'late' && lines > 0).map(nameOf));
  for (const feed of (await outbox.waiting({ limit: 200 })).items)
    if (!stopped.has(nameOf(feed))) add(`waiting ${feed.reason}`, feed.lines);
  const told = await outbox.standing();
  // What waits for Codat's word on a batch is shown so to people; gauges take it for being sent.
  const isSending = (name: string): boolean => name === 'waiting checking' || name === 'waiting sending';
  const sending = { accounts: 0, lines: 0 };
  for (const [name, { accounts, lines }] of sums)
    if (isSending(name)) {
      sums.delete(name);
      sending.accounts += accounts;
      sending.lines += lines;
    }
  if (sending.accounts > 0) sums.set('waiting sending', sending);
  assert.deepEqual(
    new Map(told.map(({ kind, reason, accounts, lines }) => [`${kind} ${reason}`, { accounts, lines }])),
    sums,
  );
};
