/**
 * QuickBooks takes what Codat stored: once a day, or when its user asks. It gets the last seven days,
 * counted from then, and nothing from before the start date the user chose.
 */
import { behaviourOf, oldestDay } from './behaviours.ts';
import type { Core } from './core.ts';
import { dayMs, hourMs } from './durations.ts';
import { type Delivery, land } from './landing.ts';
import type { ConnectionRecord, SourceAccountRecord } from './records.ts';

/** When the daily schedule runs, in UTC: the end of the day where its users are. */
const collectsAtMs = 6 * hourMs;

const planned = new WeakSet<ConnectionRecord>();

/** Codat keeps validated lines until the software takes them. */
export function store(core: Core, connection: ConnectionRecord, account: SourceAccountRecord, lines: Delivery): void {
  (account.stored ??= []).push(...lines);
  planCollecting(core, connection);
}

/** Sets the next collection where something waits for it; also after a restart. */
export function planCollecting(core: Core, connection: ConnectionRecord): void {
  const waits = core.world.accountsOf(connection.id).some(({ stored }) => stored !== undefined);
  if (!waits || planned.has(connection)) return;
  planned.add(connection);
  const now = core.clock.now();
  const today = Math.floor(now / dayMs) * dayMs + collectsAtMs;
  core.clock.at(today > now ? today : today + dayMs, () => {
    planned.delete(connection);
    if (core.world.connections.get(connection.id) !== connection) return;
    collect(core, connection);
    planCollecting(core, connection);
  });
}

/** The software takes what Codat stored for a connection; answers how many lines landed. */
export function collect(core: Core, connection: ConnectionRecord): number {
  const behaviour = behaviourOf(connection);
  if (connection.status !== 'Linked' || connection.signInRevoked === true) return 0;
  const oldest = oldestDay(behaviour, core.clock.now()) ?? '';
  let landed = 0;
  for (const account of core.world.accountsOf(connection.id)) {
    const target = core.world.target(account.targetId);
    const { stored, feedStartDate = '' } = account;
    if (stored === undefined || target === undefined || account.ending !== undefined) continue;
    delete account.stored;
    const lines = stored.filter(({ transaction: { date } }) => {
      const day = date.slice(0, 10);
      return day >= oldest && day >= feedStartDate.slice(0, 10);
    });
    if (lines.length > 0) land(core, account, target, lines);
    landed += lines.length;
  }
  core.changed();
  return landed;
}
