/**
 * Codat's own copy of the software's bank accounts. It is read some moments after a connection is linked and
 * again when a mapping is complete, when a push asked for it, and when the copy is a day old. What was written
 * in between is in the software, not in the copy. An ended connection keeps the copy and reads no more.
 */
import type { Core } from './core.ts';
import { dayMs } from './durations.ts';
import type { BankAccountsCopy, ConnectionRecord } from './records.ts';

/** The first reading after linking is under way; other books than before are read from nothing. */
export function beginReading(core: Core, connection: ConnectionRecord): void {
  const { id: connectionId, organizationId } = connection;
  const before = core.world.copies.get(connectionId);
  const same = before !== undefined && before.organizationId === organizationId;
  const copy: BankAccountsCopy = {
    connectionId,
    organizationId: organizationId ?? '',
    readAt: same ? before.readAt : undefined,
    accounts: same ? before.accounts : [],
    dueAt: core.clock.now() + core.delays.readingMs,
  };
  core.world.copies.set(connectionId, copy);
  planReading(core, copy);
}

/** Sets the moment at which a reading is done; also after a restart. */
export function planReading(core: Core, { connectionId, dueAt }: BankAccountsCopy): void {
  if (dueAt === undefined) return;
  core.clock.at(dueAt, () => {
    const connection = core.world.connections.get(connectionId);
    // A later link or an earlier reading has taken its place.
    if (connection !== undefined && core.world.copies.get(connectionId)?.dueAt === dueAt) read(core, connection);
  });
}

/** Reads the accounts now; an ended connection is not read. */
export function read(core: Core, connection: ConnectionRecord): void {
  const organization = core.world.organizationOf(connection);
  if (connection.status !== 'Linked' || organization === undefined) return;
  core.world.copies.set(connection.id, {
    connectionId: connection.id,
    organizationId: organization.id,
    readAt: core.clock.now(),
    accounts: organization.accounts.map((account) => ({ ...account })),
  });
  core.changed();
}

/** What Codat knows; `readAt` is absent while the first reading is under way, all of it before the first link. */
export function copyOf(core: Core, connection: ConnectionRecord): BankAccountsCopy | undefined {
  const copy = core.world.copies.get(connection.id);
  const readAt = copy?.readAt;
  const stale = readAt !== undefined && core.clock.now() - readAt >= dayMs;
  // A state of the first release has linked connections without a copy.
  if (stale || (copy === undefined && connection.organizationId !== undefined)) read(core, connection);
  return core.world.copies.get(connection.id);
}
