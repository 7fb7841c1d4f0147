/** What happens to a connection: the user consents or refuses, somebody ends it. */
import { behaviourOf } from './behaviours.ts';
import type { Core } from './core.ts';
import { minuteMs } from './durations.ts';
import { disconnect } from './feeds.ts';
import { beginReading } from './reading.ts';
import type { CompanyRecord, ConnectionRecord, OrganizationRecord } from './records.ts';
import { seedOrganizations } from './seed.ts';
import { companyReference, connectionView, linkPassword } from './views.ts';

type ConnectionEvent = 'created' | 'connected' | 'reconnected' | 'disconnected' | 'failed' | 'deleted';

export function announceConnection(core: Core, connection: ConnectionRecord, event: ConnectionEvent): void {
  const company = core.world.companies.get(connection.companyId);
  if (company === undefined) return;
  const payload = { referenceCompany: companyReference(core, company), connection: connectionView(core, connection) };
  core.webhooks.emit(`connection.${event}`, payload, company);
}

/** The books a company's user finds in the software; made the first time somebody looks. */
export function organizationsFor(
  core: Core,
  company: CompanyRecord,
  platformKey: string,
): readonly OrganizationRecord[] {
  if (core.world.organizationsOf(company.id, platformKey).length === 0) {
    for (const organization of seedOrganizations({ ids: core.ids, now: core.clock.now() }, company, platformKey)) {
      core.world.addOrganization(organization);
    }
    core.changed();
  }
  return core.world.organizationsOf(company.id, platformKey);
}

/** Why a connection cannot be linked now; undefined when it can. */
export function linkingObstacle(core: Core, connection: ConnectionRecord): string | undefined {
  if (connection.status === 'Linked') return 'This connection is linked already.';
  if (behaviourOf(connection).sourceType !== 'Accounting') return undefined;
  const other = core.world
    .connectionsOf(connection.companyId)
    .find((each) => each.status === 'Linked' && behaviourOf(each).sourceType === 'Accounting');
  return other === undefined
    ? undefined
    : `This company is connected to ${behaviourOf(other).platformName} already. A company has one active accounting connection: disconnect that one first.`;
}

/** The user agreed. The organization is the one whose books the feed goes to. */
export function link(core: Core, connection: ConnectionRecord, organization: OrganizationRecord): void {
  const again = connection.organizationId !== undefined;
  if (again && connection.organizationId !== organization.id) {
    // Other books: what was mapped in the old ones is over.
    for (const account of core.world.accountsOf(connection.id)) {
      disconnect(core, account, account.status === 'pending' ? 'pending' : 'disconnected');
    }
  }
  connection.organizationId = organization.id;
  connection.linkGeneration += 1;
  delete connection.unlinkAt;
  delete connection.signInRevoked;
  core.world.setStatus(connection, 'Linked');
  for (const error of connection.errors) error.resolvedAt ??= core.clock.now();
  beginReading(core, connection);
  announceConnection(core, connection, again ? 'reconnected' : 'connected');
  core.changed();
}

/** The user said no: the connection stays as it was and remembers the attempt. */
export function refuse(core: Core, connection: ConnectionRecord): void {
  connection.linkGeneration += 1;
  connection.errors.push({
    statusCode: '403',
    statusText: 'User cancelled linking',
    message: 'User cancelled',
    at: core.clock.now(),
  });
  announceConnection(core, connection, 'failed');
  core.changed();
}

/** By the integrator (`Unlinked`) or from the software's side (`Deauthorized`). Mappings stay, writes end. */
export function unlink(core: Core, connection: ConnectionRecord, status: 'Unlinked' | 'Deauthorized'): void {
  core.world.setStatus(connection, status);
  if (status === 'Deauthorized') {
    const message = 'The integration de-authorized access to the connection.';
    connection.errors.push({ statusCode: '401', statusText: message, message, at: core.clock.now() });
  }
  announceConnection(core, connection, 'disconnected');
  core.changed();
}

/** Whether a one-time password opens this connection's link now. */
export function passwordOpens(core: Core, connection: ConnectionRecord, password: string): boolean {
  const issued = Number.parseInt(password.split('-')[0] ?? '', 36);
  if (!Number.isSafeInteger(issued) || linkPassword(core, connection, issued) !== password) return false;
  const age = core.clock.now() - issued;
  return age >= 0 && age < behaviourOf(connection).linkMinutes * minuteMs;
}
