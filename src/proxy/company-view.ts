import type { CodatClient, Priority } from '../codat/index.ts';
import type { SourceAccount } from '../codat/schemas/source-account.ts';
import { platformByCodatKey, type PlatformKey } from '../contract/platforms.ts';
import type { FeedFacts, Clock } from '../outbox/model.ts';
import { Attempts, connectionProblem, type ConnectionProblem } from './connection-problem.ts';
import type { WireIds } from './ids.ts';
import { notFound, Problem } from './problem.ts';
import { Recent } from './recent.ts';
import { utcInstant } from './utc-instant.ts';

/** A connection of one company, under both its ids. */
export interface ConnectionView {
  readonly id: string;
  readonly wireId: string;
  readonly platform: PlatformKey | undefined;
  readonly status: FeedFacts['connection'];
  /** UTC, with Z. */
  readonly createdAt: string | undefined;
  /** How the last attempt to authorize it ended, where that is worth telling. */
  readonly problem: ConnectionProblem | undefined;
  /** Which listing said so; a later one has a higher number. */
  readonly asOf: number;
}

/** How a listing is asked for. */
export interface Asking {
  /** A listing that is so many milliseconds old will do; the option `listing` where not given. */
  readonly maxAge?: number | undefined;
  /** Who waits for it; `user` where not given. */
  readonly priority?: Priority | undefined;
}

/** An older listing may still decide whether an id is the company's own. */
const resolving: Asking = { maxAge: 5_000 };

/** Of 500 connections each. */
const mostPages = 20;

/** What Codat says of a company, listed at most once per few seconds however many ask. */
export interface CompanyView {
  /** Newest first. */
  connections(companyId: string, asking?: Asking): Promise<readonly ConnectionView[]>;
  accounts(companyId: string, connection: ConnectionView, asking?: Asking): Promise<readonly SourceAccount[]>;
  /** The connection behind a wire id. Rejects with the one constant 404. */
  connection(companyId: string, wireId: string): Promise<ConnectionView>;
  /** The account behind a wire id, among those at Codat. Rejects with the one constant 404. */
  account(companyId: string, connection: ConnectionView, wireId: string): Promise<SourceAccount>;
  /** A customer sets out to authorize it: what failed before is over. */
  attempt(connection: ConnectionView): void;
  /** Forgets what was listed: something was written, or a webhook said so. */
  invalidate(companyId: string): void;
  /** What the next listing will have as `asOf`. */
  nextListing(): number;
}

/** The one a widget works with: the linked one, else the newest. Codat may know connections of other kinds. */
export const currentConnection = (connections: readonly ConnectionView[]): ConnectionView | undefined => {
  const own = connections.filter(({ platform }) => platform !== undefined);
  const candidates = own.length > 0 ? own : connections;
  return candidates.find((connection) => connection.status === 'linked') ?? candidates[0];
};

const connectionStatus = {
  PendingAuth: 'pending',
  Linked: 'linked',
  Unlinked: 'unlinked',
  Deauthorized: 'deauthorized',
} as const satisfies Record<string, FeedFacts['connection']>;

const isKnownStatus = (status: string): status is keyof typeof connectionStatus =>
  Object.hasOwn(connectionStatus, status);

/** Codat's word for an account's state as the outbox and the wire know it. `linked` is an older guide's word. */
export const accountState = (status: string | null | undefined): Exclude<FeedFacts['account'], 'none' | 'removed'> => {
  switch (status) {
    case 'connecting':
    case 'connected':
    case 'disconnected':
      return status;
    case 'linked':
      return 'connected';
    default:
      return 'pending';
  }
};

export const createCompanyView = (parts: {
  readonly codat: CodatClient;
  readonly ids: WireIds;
  readonly clock: Clock;
  /** How long a listing answers reads, in milliseconds. */
  readonly listing: number;
  /** Ends listings under way. */
  readonly signal: AbortSignal;
  /** Hears every fresh listing of accounts. */
  readonly onAccounts: (companyId: string, connection: ConnectionView, accounts: readonly SourceAccount[]) => void;
}): CompanyView => {
  const { codat, ids, clock, listing, signal } = parts;
  const connectionsOf = new Recent<readonly ConnectionView[]>(() => clock.now());
  const accountsOf = new Recent<readonly SourceAccount[]>(() => clock.now());
  /** Grows when a company is invalidated; part of the key, so that nothing old is read again. */
  const generations = new Map<string, number>();
  const key = (companyId: string, connectionId = ''): string =>
    `${companyId} ${connectionId} ${generations.get(companyId) ?? 0}`;

  const attempts = new Attempts();
  let listings = 0;

  const listConnections = async (companyId: string, priority?: Priority): Promise<readonly ConnectionView[]> => {
    const asOf = (listings += 1);
    const found: ConnectionView[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await codat.listConnections(companyId, { page, pageSize: 500 }, { signal, priority });
      for (const connection of answer.results) {
        if (!isKnownStatus(connection.status)) continue;
        found.push({
          id: connection.id,
          wireId: await ids.connection(companyId, connection.id),
          platform: platformByCodatKey(connection.integrationKey ?? undefined)?.key,
          status: connectionStatus[connection.status],
          createdAt: utcInstant(connection.created),
          problem: connectionProblem(connection, clock.now()),
          asOf,
        });
      }
      if (found.length >= answer.totalResults || answer.results.length === 0) break;
      // No company has so many: it goes round in circles.
      if (page >= mostPages)
        throw new Problem('upstream_invalid', 'The connection service lists connections without an end.');
    }
    return found.toSorted((one, other) => (other.createdAt ?? '').localeCompare(one.createdAt ?? ''));
  };

  const view: CompanyView = {
    async connections(companyId, { maxAge = listing, priority } = {}) {
      const listed = await connectionsOf.get(key(companyId), maxAge, () => listConnections(companyId, priority));
      // Here, not when it is listed: an attempt counts at once.
      return listed.map((connection) => ({ ...connection, problem: attempts.left(connection.id, connection.problem) }));
    },
    accounts: (companyId, connection, { maxAge = listing, priority } = {}) =>
      accountsOf.get(key(companyId, connection.id), maxAge, async () => {
        const accounts = await codat.listSourceAccounts(companyId, connection.id, { signal, priority });
        parts.onAccounts(companyId, connection, accounts);
        return accounts;
      }),
    async connection(companyId, wireId) {
      const found = (await view.connections(companyId, resolving)).find((connection) => connection.wireId === wireId);
      if (!found) throw notFound();
      return found;
    },
    async account(companyId, connection, wireId) {
      for (const account of await view.accounts(companyId, connection, resolving))
        if ((await ids.account(companyId, connection.id, account.id)) === wireId) return account;
      throw notFound();
    },
    attempt: ({ id, problem }) => attempts.begin(id, problem),
    invalidate: (companyId) => {
      generations.set(companyId, (generations.get(companyId) ?? 0) + 1);
    },
    nextListing: () => listings + 1,
  };
  return view;
};
