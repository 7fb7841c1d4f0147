/**
 * QuickBooks takes what Codat stored: once a day, or when its user asks. It gets the last seven days,
 * counted from then, and nothing from before the start date the user chose.
 */
import { behaviourOf, oldestDay } from './behaviours.ts';
import type { Core } from './core.ts';
import { dayMs, hourMs } from './durations.ts';
import { land } from './landing.ts';
import { Lines } from './lines.ts';
import type { ConnectionRecord, Delivery, SourceAccountRecord } from './records.ts';

/** When the daily schedule runs, in UTC: the end of the day where its users are. */
const collectsAtMs = 6 * hourMs;

const planned = new WeakSet<ConnectionRecord>();

/** Codat keeps validated lines until the software takes them. */
export function store(
  core: Core,
  connection: ConnectionRecord,
  account: SourceAccountRecord,
  delivery: Delivery,
): void {
  (account.stored ??= []).push(delivery);
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

/** Of the lines those of a day and after. */
const since = (day: string, { operationKey, lines }: Delivery): Delivery => ({
  operationKey,
  lines: lines.oldest >= day ? lines : new Lines(lines.read().filter(({ date }) => date >= day)),
});

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
    const start = feedStartDate.slice(0, 10);
    const taken = stored
      .map((each) => since(start > oldest ? start : oldest, each))
      .filter(({ lines }) => lines.count > 0);
    if (taken.length > 0) land(core, account, target, taken);
    landed += taken.reduce((count, { lines }) => count + lines.count, 0);
  }
  core.changed();
  return landed;
}
