/** How a feed ends inside the software, and when Codat learns of it. */
import { behaviourOf } from './behaviours.ts';
import type { Core } from './core.ts';
import { dayMs } from './durations.ts';
import { disconnect } from './feeds.ts';
import { unlink } from './linking.ts';
import type { ConnectionRecord, SourceAccountRecord } from './records.ts';

/** The user ends the feed inside the software. There it is over at once; QuickBooks lets Codat know days later. */
export function endFromSoftware(core: Core, account: SourceAccountRecord): void {
  const connection = core.world.connections.get(account.connectionId);
  const isFed = account.status === 'connected' || account.connecting !== undefined;
  if (connection === undefined || !isFed || account.ending !== undefined) return;
  const { endingDays } = behaviourOf(connection);
  if (endingDays === 0 || account.status !== 'connected') {
    disconnect(core, account, 'disconnected');
    return;
  }
  core.world.releaseTarget(account);
  account.ending = { dueAt: core.clock.now() + endingDays * dayMs };
  planEnding(core, account);
  core.changed();
}

/** Sets the moment at which Codat learns that a feed has ended; also after a restart. */
export function planEnding(core: Core, account: SourceAccountRecord): void {
  const { ending } = account;
  if (ending === undefined) return;
  core.clock.at(ending.dueAt, () => {
    const connection = core.world.connections.get(account.connectionId);
    if (account.ending !== ending || connection === undefined) return;
    disconnect(core, account, 'disconnected');
    if (!allEnded(core, connection)) return;
    connection.unlinkAt = core.clock.now() + dayMs;
    planUnlinking(core, connection);
  });
}

const allEnded = (core: Core, { id }: ConnectionRecord): boolean =>
  core.world.accountsOf(id).every(({ status }) => status === 'disconnected');

/** Sets the moment at which a connection is unlinked because every feed has ended; also after a restart. */
export function planUnlinking(core: Core, connection: ConnectionRecord): void {
  const { unlinkAt } = connection;
  if (unlinkAt === undefined) return;
  core.clock.at(unlinkAt, () => {
    if (connection.unlinkAt !== unlinkAt) return;
    delete connection.unlinkAt;
    if (connection.status === 'Linked' && allEnded(core, connection)) unlink(core, connection, 'Unlinked');
  });
}
