import { Hono } from 'hono';
import type { BankAccount } from '../../codat/schemas/bank-account.ts';
import type { BankFeedMapping } from '../../codat/schemas/mapping.ts';
import { platforms } from '../../contract/platforms.ts';
import { mapAccountBody, type Mapping, type MappingPage, type Target } from '../../contract/schemas.ts';
import { requireScope, type ProxyEnv } from '../access.ts';
import { json } from '../answer.ts';
import { readBody } from '../body.ts';
import { inWords } from '../codat-problem.ts';
import type { ConnectionView } from '../company-view.ts';
import { wordsAbout } from '../known-words.ts';
import { readPage, slicePage } from '../page.ts';
import { notFound, Problem } from '../problem.ts';
import { Recent } from '../recent.ts';
import { sideOf, suggest, type Suggestion, type SuggestionTarget } from '../suggestions.ts';
import { last4 } from '../wire-account.ts';
import type { RouteParts } from './parts.ts';

const status = (free: string | null | undefined): Mapping['status'] => {
  switch (free?.toLowerCase()) {
    case undefined:
    case 'pending':
      return 'pending';
    case 'connecting':
      return 'connecting';
    // One guide says `linked`, the document's examples say `Success`.
    case 'connected':
    case 'linked':
    case 'success':
      return 'connected';
    case 'disconnected':
      return 'disconnected';
    case 'failed':
      return 'refused';
    default:
      return 'unknown';
  }
};

/** The choice is the customer's still, or again. */
const isOpen = (item: BankFeedMapping): boolean => ['pending', 'disconnected', 'refused'].includes(status(item.status));

/** What is listed of accounts only to compare them may be so old, in milliseconds: no reading costs a listing of its own. */
const comparedAge = 60_000;
const booksAge = 300_000;

/** The pages of one list are read within so long a time. Of lists that are read right now, which can be large. */
const pagesAge = 10_000;
const mostLists = 4;

interface Folded {
  readonly targets: Target[];
  readonly items: Mapping[];
}

/** Where transactions go: source account to target account. Each target stands once; items refer to it by id. */
export const mappingRoutes = (parts: RouteParts) => {
  const { authenticate, codat, changed, ids, view } = parts;
  const books = new Recent<readonly BankAccount[]>(() => parts.clock.now());
  /** Between the first page and the last one: each of them would be a whole listing otherwise. */
  const lists = new Recent<Folded>(() => parts.clock.now(), mostLists);

  const mappable = async (companyId: string, wireId: string): Promise<ConnectionView> => {
    const connection = await view.connection(companyId, wireId);
    if (connection.platform && platforms[connection.platform].mapping === 'software')
      throw new Problem('invalid_request', `Transactions are directed inside ${platforms[connection.platform].name}.`);
    return connection;
  };

  /** For accounts that are still open. Not being able to compare them is no error. */
  const suggestions = async (
    companyId: string,
    connection: ConnectionView,
    listed: readonly BankFeedMapping[],
  ): Promise<ReadonlyMap<string, Suggestion>> => {
    const open = listed.filter(isOpen);
    if (connection.status !== 'linked' || open.length === 0) return new Map();
    const chosen = await view.accounts(companyId, connection, { maxAge: comparedAge }).catch(() => []);
    const accounts = new Map(chosen.map((account) => [account.id, account]));
    const sources = open.map((item) => ({
      id: item.sourceAccountId,
      name: item.sourceAccountName,
      number: item.sourceAccountNumber,
      sortCode: accounts.get(item.sourceAccountId)?.sortCode,
      currency: item.sourceCurrency,
      side: sideOf(accounts.get(item.sourceAccountId)?.accountType),
      options: (item.targetAccountOptions ?? []).map(({ id }) => id),
    }));
    const taken = new Set(listed.filter((item) => !isOpen(item)).map(({ targetAccountId }) => targetAccountId));
    const targets = new Map<string, SuggestionTarget>();
    for (const { id, name, accountNumber, sortCode } of open.flatMap((item) => item.targetAccountOptions ?? []))
      if (!taken.has(id)) targets.set(id, { id, name, number: accountNumber, sortCode });
    if (suggest(sources, [...targets.values()]).size === 0) return new Map();
    // Only where it adds to something: which currency and type the software says the account has.
    const known = await books.get(connection.id, booksAge, async () => {
      const page = { page: 1, pageSize: 500 };
      return codat.listBankAccounts(companyId, connection.id, page).then(
        ({ results }) => results,
        () => [],
      );
    });
    for (const { id, currency, accountType } of known) {
      const target = targets.get(id ?? '');
      if (target !== undefined) targets.set(target.id, { ...target, currency, side: sideOf(accountType) });
    }
    return suggest(sources, [...targets.values()]);
  };

  const fold = async (
    companyId: string,
    connection: ConnectionView,
    listed: readonly BankFeedMapping[],
  ): Promise<Folded> => {
    const suggested = await suggestions(companyId, connection, listed);
    const targets = new Map<string, Target>();
    const target = (id: string): Promise<string> => ids.target(companyId, connection.id, id);
    const items: Mapping[] = [];
    for (const item of listed) {
      const suggestion = suggested.get(item.sourceAccountId);
      const options = item.targetAccountOptions ?? [];
      for (const option of options)
        if (!targets.has(option.id))
          targets.set(option.id, {
            id: await target(option.id),
            name: option.name ?? '',
            last4: last4(option.accountNumber) || undefined,
            balance: option.balance ?? undefined,
          });
      items.push({
        accountId: await ids.account(companyId, connection.id, item.sourceAccountId),
        status: status(item.status),
        target: item.targetAccountId
          ? {
              id: await target(item.targetAccountId),
              name: item.targetAccountName ?? targets.get(item.targetAccountId)?.name ?? '',
            }
          : undefined,
        targetIds: await Promise.all(options.map(({ id }) => target(id))),
        feedStartDate: item.feedStartDate?.slice(0, 10),
        suggestion: suggestion && { ...suggestion, targetId: await target(suggestion.targetId) },
      });
    }
    return { targets: [...targets.values()], items };
  };

  return new Hono<ProxyEnv>()
    .get('/connections/:connection/mappings', requireScope(authenticate, 'feeds:read'), async (context) => {
      const { companyId } = context.get('session');
      const page = readPage((name) => context.req.query(name));
      const connection = await mappable(companyId, context.req.param('connection'));
      if (page.offset === 0) lists.forget(connection.id);
      const { targets, items } = await lists.get(connection.id, pagesAge, async () =>
        fold(companyId, connection, await codat.getMappings(companyId, connection.id)),
      );
      const answer: MappingPage = { targets, ...slicePage(items, page) };
      if (answer.nextCursor === undefined) lists.forget(connection.id);
      return json(answer);
    })

    .put('/connections/:connection/mappings/:account', requireScope(authenticate, 'feeds:map'), async (context) => {
      const { companyId } = context.get('session');
      const connection = await mappable(companyId, context.req.param('connection'));
      const wireAccount = context.req.param('account');
      // A new account of the software is called like this one.
      await parts.hooks.followNames(companyId);
      const account = await view.account(companyId, connection, wireAccount);
      const { targetId, feedStartDate } = await readBody(context.req.raw, mapAccountBody);
      if (connection.status !== 'linked')
        throw new Problem(
          'connection_not_linked',
          'The accounting software is not connected. Connect it, then repeat this.',
        );
      const listed = await codat.getMappings(companyId, connection.id);
      const own = listed.find(({ sourceAccountId }) => sourceAccountId === account.id);
      if (!own) throw notFound();
      let targetAccountId: string | null = null;
      let targetName = account.accountName ?? '';
      // Its current target is no option any more, yet repeating one's own choice must succeed.
      const options = [
        ...(own.targetAccountOptions ?? []),
        ...(own.targetAccountId ? [{ id: own.targetAccountId, name: own.targetAccountName }] : []),
      ];
      if (targetId !== null) {
        for (const option of options)
          if ((await ids.target(companyId, connection.id, option.id)) === targetId) {
            targetAccountId = option.id;
            targetName = option.name ?? '';
          }
        if (targetAccountId === null)
          throw new Problem('mapping_refused', 'That account cannot be used any more. Choose another one.', {
            field: 'targetId',
          });
      }
      const words = wordsAbout(companyId, connection.id, [account], options);
      const result = await inWords(words, () =>
        codat.createMapping(companyId, connection.id, { sourceAccountId: account.id, targetAccountId, feedStartDate }),
      );
      view.invalidate(companyId);
      // A refusal may come as a success: its words are for the customer.
      if (result.error || status(result.status) === 'refused') {
        const message = words(result.error ?? 'The accounting software did not take this account.');
        throw new Problem('mapping_refused', message, {
          itemErrors: [{ itemId: wireAccount, code: 'mapping_refused', message }],
        });
      }
      await changed(companyId, connection.id);
      const made = result.targetAccountId ?? targetAccountId;
      const answer: Mapping = {
        accountId: wireAccount,
        status: status(result.status),
        target: { id: made ? await ids.target(companyId, connection.id, made) : undefined, name: targetName },
        targetIds: [],
        feedStartDate,
      };
      return json(answer);
    })

    .delete(
      '/connections/:connection/mappings/:account',
      requireScope(authenticate, 'feeds:disconnect'),
      async (context) => {
        const { companyId } = context.get('session');
        const connection = await mappable(companyId, context.req.param('connection'));
        const account = await view.account(companyId, connection, context.req.param('account'));
        await inWords(wordsAbout(companyId, connection.id, [account]), () =>
          codat.updateSourceAccount(companyId, connection.id, account.id, { status: 'disconnected' }),
        );
        await changed(companyId, connection.id);
        parts.watch.ask(companyId);
        return context.body(null, 204);
      },
    );
};
