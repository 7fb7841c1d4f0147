/**
 * A user of Sage leaves for the bank's sign-in and comes back. Sage gives the visit an id; the bank tells
 * Codat under that id whose the user is, over the API or by the page that asks for a one-time password.
 */
import type { Core } from './core.ts';
import { dayMs } from './durations.ts';
import type { AuthorizationRecord, ConnectionRecord } from './records.ts';

const keptForMs = dayMs;

/** Keeps a new one; those of yesterday are forgotten. */
function keep(core: Core, authorization: AuthorizationRecord): AuthorizationRecord {
  const { authorizations } = core.world;
  for (const { id, begun } of authorizations.values()) {
    if (core.clock.now() - begun > keptForMs) authorizations.delete(id);
  }
  authorizations.set(authorization.id, authorization);
  core.changed();
  return authorization;
}

/** The user of Sage chose a bank for one of Sage's accounts. */
export const beginAuthorization = (
  core: Core,
  bankId: string,
  target: NonNullable<AuthorizationRecord['target']>,
): AuthorizationRecord => keep(core, { id: core.ids.next('authorization'), bankId, begun: core.clock.now(), target });

/**
 * The bank says whose the user is. An id that Sage never gave is kept all the same: whether it is worth
 * something is Sage's to say, when the user comes back.
 */
export function authorizeVisit(
  core: Core,
  connection: ConnectionRecord,
  { id, bankId }: { readonly id: string; readonly bankId?: string | undefined },
): void {
  const known = core.world.authorizations.get(id) ?? keep(core, { id, bankId, begun: core.clock.now() });
  known.connectionId = connection.id;
  core.changed();
}
