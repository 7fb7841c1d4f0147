import { Hono } from 'hono';
import { platforms } from '../../contract/platforms.ts';
import type { Account, FeedState } from '../../contract/schemas.ts';
import { opens, requireScope, type ProxyEnv } from '../access.ts';
import { json } from '../answer.ts';
import { accountState, currentConnection, type ConnectionView } from '../company-view.ts';
import { sumOf } from '../feed-counts.ts';
import { Recent } from '../recent.ts';
import { chosenAccount } from '../wire-account.ts';
import { wireConnection } from './connections.ts';
import type { RouteParts } from './parts.ts';

/** Names change rarely; a day's quota is not spent on them. */
const nameAge = 60_000;

/** GET /v1/state: everything a widget needs to land on the right step. */
export const stateRoutes = (parts: RouteParts) => {
  const { authenticate, clock, codat, ids, outbox, platforms: offered, view } = parts;
  const names = new Recent<string | undefined>(() => clock.now());

  const organization = (companyId: string, connection: ConnectionView | undefined): Promise<string | undefined> => {
    if (connection?.status !== 'linked') {
      // Connecting again may lead to another organization.
      if (connection) names.forget(connection.id);
      return Promise.resolve(undefined);
    }
    const software = connection.platform && platforms[connection.platform].name;
    // Only some software tells the organization's name; the others answer with an error that means just that.
    return names.get(connection.id, nameAge, async () => {
      if (connection.platform !== 'xero' && connection.platform !== 'netsuite') return software;
      const information = await codat.getCompanyInformation(companyId, connection.id).catch(() => undefined);
      return information?.companyName ?? software;
    });
  };

  return new Hono<ProxyEnv>().get('/state', requireScope(authenticate, 'feeds:read'), async (context) => {
    const session = context.get('session');
    const { companyId, subject } = session;
    const connections = (await view.connections(companyId)).filter(({ id }) => opens(session, id));
    const current = currentConnection(connections);
    const [name, accounts, all, liveKey] = await Promise.all([
      organization(companyId, current),
      current ? view.accounts(companyId, current) : [],
      outbox.overview(companyId),
      ids.live(companyId, subject),
    ]);
    const processors = accounts.length > 0 ? await parts.hooks.processors(companyId) : new Set<string>();
    const wireAccounts: Account[] = current
      ? await Promise.all(
          accounts.map(async (account) =>
            chosenAccount(await ids.account(companyId, current.id, account.id), current, account, processors),
          ),
        )
      : [];
    const overview = all.filter((feed) => feed.connectionId === undefined || opens(session, feed.connectionId));
    // One that is disconnected may have led into other books than the connection does now.
    const stand = new Set(accounts.filter(({ status }) => accountState(status) !== 'disconnected').map(({ id }) => id));
    const state: FeedState = {
      organization: name === undefined ? undefined : { name },
      platforms: [...offered],
      connections: connections.map(wireConnection),
      accounts: wireAccounts,
      counts: sumOf(overview, current?.id, stand),
      liveKey,
    };
    return json(state);
  });
};
