import { Hono } from 'hono';
import {
  chooseAccountsBody,
  renameAccountBody,
  type Account,
  type AccountPage,
  type ChosenAccounts,
} from '../../contract/schemas.ts';
import type { ItemError } from '../../contract/problems.ts';
import { isCodatError } from '../../codat/index.ts';
import { requireScope, type ProxyEnv } from '../access.ts';
import { json } from '../answer.ts';
import { readBody } from '../body.ts';
import { inWords } from '../codat-problem.ts';
import type { ConnectionView } from '../company-view.ts';
import { wordsAbout } from '../known-words.ts';
import { readPage, slicePage } from '../page.ts';
import { notFound } from '../problem.ts';
import { processorsAmong, toCodat, type HostAccount } from '../source-accounts.ts';
import { chosenAccount, offeredAccount } from '../wire-account.ts';
import type { RouteParts } from './parts.ts';

/** The accounts the host offers, and which of them the customer chose. A browser never invents one. */
export const accountRoutes = (parts: RouteParts) => {
  const { authenticate, codat, changed, ids, outbox, view } = parts;
  const wireId = (companyId: string, connection: ConnectionView, accountId: string): Promise<string> =>
    ids.account(companyId, connection.id, accountId);

  /** What the host offers, by the names that the customer gave. */
  const offer = async (companyId: string): Promise<readonly HostAccount[]> =>
    parts.names.applied(companyId, await parts.hooks.sourceAccounts(companyId));

  /** The chosen ones, as Codat has them, then those the host offers beside them, in the host's order. */
  const list = async (companyId: string, connection: ConnectionView): Promise<Account[]> => {
    await parts.hooks.followNames(companyId);
    const [chosen, offered] = await Promise.all([
      view.accounts(companyId, connection),
      parts.hooks.sourceAccounts(companyId),
    ]);
    const taken = new Set(chosen.map(({ id }) => id));
    const processors = processorsAmong(offered);
    const others = offered.filter(({ id }) => !taken.has(id));
    const named = others.length > 0 ? await parts.names.applied(companyId, others) : others;
    const wireIds = await ids.accounts(
      companyId,
      connection.id,
      [...chosen, ...named].map(({ id }) => id),
    );
    return [
      ...chosen.map((account, n) => chosenAccount(wireIds[n] ?? '', connection, account, processors)),
      ...named.map((account, n) => offeredAccount(wireIds[chosen.length + n] ?? '', connection, account)),
    ];
  };

  /** The host's accounts behind wire ids; one that is not the company's own is a 404 for all. */
  const wanted = async (
    companyId: string,
    connection: ConnectionView,
    accountIds: readonly string[],
  ): Promise<HostAccount[]> => {
    const offered = await offer(companyId);
    const wireIds = await ids.accounts(
      companyId,
      connection.id,
      offered.map(({ id }) => id),
    );
    const byWireId = new Map(offered.map((account, n) => [wireIds[n], account]));
    return [...new Set(accountIds)].map((id) => {
      const account = byWireId.get(id);
      if (!account) throw notFound();
      return account;
    });
  };

  /** Where Codat takes none of them it may answer 400 for all; what it then says of each is as good as a batch. */
  const create = async (companyId: string, connection: ConnectionView, accounts: readonly HostAccount[]) => {
    try {
      return (await codat.createSourceAccounts(companyId, connection.id, accounts.map(toCodat))).results;
    } catch (error) {
      if (!isCodatError(error) || error.kind !== 'http' || error.status !== 400) throw error;
      const words = new Map(error.validation.errors.map(({ itemId, message }) => [itemId, message]));
      if (!accounts.every(({ id }) => words.has(id))) throw error;
      return accounts.map(({ id }) => ({ sourceAccountId: id, statusCode: 400, error: words.get(id) }));
    }
  };

  return new Hono<ProxyEnv>()
    .get('/connections/:connection/accounts', requireScope(authenticate, 'feeds:read'), async (context) => {
      const { companyId } = context.get('session');
      const page = readPage((name) => context.req.query(name));
      const connection = await view.connection(companyId, context.req.param('connection'));
      const answer: AccountPage = slicePage(await list(companyId, connection), page);
      return json(answer);
    })

    .post('/connections/:connection/accounts', requireScope(authenticate, 'feeds:map'), async (context) => {
      const { companyId } = context.get('session');
      const connection = await view.connection(companyId, context.req.param('connection'));
      const { accountIds } = await readBody(context.req.raw, chooseAccountsBody);
      const chosen = await wanted(companyId, connection, accountIds);
      view.invalidate(companyId);
      const existing = new Set((await view.accounts(companyId, connection)).map(({ id }) => id));
      const missing = chosen.filter(({ id }) => !existing.has(id));
      const itemErrors: ItemError[] = [];
      if (missing.length > 0) {
        const results = await inWords(wordsAbout(companyId, connection.id, missing), () =>
          create(companyId, connection, missing),
        );
        for (const { sourceAccountId, statusCode, error } of results) {
          if (statusCode < 400) continue;
          const own = missing.filter(({ id }) => id === sourceAccountId);
          const words = wordsAbout(companyId, connection.id, own);
          itemErrors.push({
            itemId: await wireId(companyId, connection, sourceAccountId),
            code: 'account_refused',
            message: words(error ?? 'The accounting software did not take this account.'),
          });
        }
        await changed(companyId, connection.id);
      }
      const ids = new Set(accountIds);
      const items = (await list(companyId, connection)).filter(({ id, status }) => ids.has(id) && status !== 'offered');
      const answer: ChosenAccounts = { items, itemErrors };
      return json(answer);
    })

    .patch('/connections/:connection/accounts/:account', requireScope(authenticate, 'feeds:map'), async (context) => {
      const { companyId } = context.get('session');
      const connection = await view.connection(companyId, context.req.param('connection'));
      const account = await view.account(companyId, connection, context.req.param('account'));
      const { name } = await readBody(context.req.raw, renameAccountBody);
      await inWords(wordsAbout(companyId, connection.id, [account]), () =>
        codat.updateSourceAccount(companyId, connection.id, account.id, { accountName: name }),
      );
      await parts.names.keep(companyId, account.id, name);
      await changed(companyId, connection.id);
      const id = await wireId(companyId, connection, account.id);
      const processors = await parts.hooks.processors(companyId);
      return json(chosenAccount(id, connection, { ...account, accountName: name }, processors));
    })

    .delete('/connections/:connection/accounts/:account', requireScope(authenticate, 'feeds:map'), async (context) => {
      const { companyId } = context.get('session');
      const connection = await view.connection(companyId, context.req.param('connection'));
      const account = await view.account(companyId, connection, context.req.param('account'));
      await inWords(wordsAbout(companyId, connection.id, [account]), () =>
        codat.deleteSourceAccount(companyId, connection.id, account.id),
      );
      await changed(companyId, connection.id);
      await outbox.observe(
        { companyId, connectionId: connection.id, accountId: account.id },
        { platform: connection.platform, connection: connection.status, account: 'removed' },
      );
      return context.body(null, 204);
    });
};
