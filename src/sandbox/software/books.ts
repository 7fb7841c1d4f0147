/** Where a person is inside the software: a business's books, and the bank connections that lead to them. */
import { type Behaviour, behaviourOf, findBehaviour } from '../behaviours.ts';
import type { Core } from '../core.ts';
import { organizationsFor } from '../linking.ts';
import type { ConnectionRecord, OrganizationRecord, TargetAccountRecord } from '../records.ts';

export interface Books {
  readonly core: Core;
  readonly behaviour: Behaviour;
  readonly organization: OrganizationRecord;
  readonly connections: readonly ConnectionRecord[];
  /** The path of their page. */
  readonly path: string;
}

/** What every page of these books shows around its body. */
export const frameOf = ({ behaviour, organization }: Books) => ({
  software: behaviour.softwareName,
  platformKey: behaviour.platformKey,
  subtitle: organization.name,
});

/** Software whose user begins inside it, and the segment its pages stand under. */
export const entries = [
  { platformKey: 'hcws', segment: 'quickbooks' },
  { platformKey: 'olpr', segment: 'sage' },
] as const;
export type Entry = (typeof entries)[number];

/** The books behind a connection; undefined where its user has not chosen any. */
export function booksOf(core: Core, connection: ConnectionRecord): Books | undefined {
  const organization = core.world.organizationOf(connection);
  if (organization === undefined) return undefined;
  const entry = entries.find(({ platformKey }) => platformKey === connection.platformKey);
  if (entry !== undefined) return booksIn(core, entry, organization.id);
  const path = `/software/${connection.id}`;
  return { core, behaviour: behaviourOf(connection), organization, connections: [connection], path };
}

/** A business's books in software that the user enters by its own door. */
export function booksIn(core: Core, { platformKey, segment }: Entry, organizationId: string): Books | undefined {
  const organization = core.world.organizations.get(organizationId);
  const behaviour = findBehaviour(platformKey);
  if (organization?.platformKey !== platformKey || behaviour === undefined) return undefined;
  const connections = [...core.world.connections.values()].filter((each) => each.organizationId === organization.id);
  return { core, behaviour, organization, connections, path: `/software/${segment}/${organization.id}` };
}

const mostBusinesses = 50;

/** The businesses whose user could sign in here: those of companies with a connection, the newest first. */
export function businesses(core: Core, platformKey: string, companyId?: string): OrganizationRecord[] {
  const companies = [...core.world.connections.values()]
    .filter((each) => each.platformKey === platformKey && (companyId === undefined || each.companyId === companyId))
    .map((each) => each.companyId);
  return [...new Set(companies.toReversed())]
    .slice(0, mostBusinesses)
    .map((id) => core.world.companies.get(id))
    .filter((company) => company !== undefined)
    .flatMap((company) => organizationsFor(core, company, platformKey));
}

/** An address with parameters; those without a value are left out. */
export function address(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const query = new URLSearchParams(given).toString();
  return query === '' ? path : `${path}?${query}`;
}

/** The source account that feeds an account of the software. */
export const feederOf = (core: Core, { feed }: TargetAccountRecord) =>
  feed && core.world.account(feed.connectionId, feed.accountId);
